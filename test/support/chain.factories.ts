import {
  applyThread,
  nextRoster,
  type RosterWishes,
  type RowWish,
  type ThreadOutcome,
  type ThreadState,
} from '#chain';
import {
  HOLDER,
  KIND,
  LANE,
  LENGTH,
  ROLE,
  THREAD,
  URGENCY,
  compareBytes,
  encodeMessage,
  encodeReason,
  encodeRotate,
  encodeThreadGenesis,
  roleMask,
  toHex,
  type Message,
  type ObligationOp,
  type Role,
  type Rotate,
  type Row,
  type ThreadGenesis,
} from '#protocol';
import {
  T0,
  YEAR,
  TestWorld,
  continueChain,
  newOrganisation,
  newPerson,
  type Overrides,
  type TestOrganisation,
  type TestPerson,
} from './chain.members.js';
import { randomBytes } from './chain.signer.js';

export * from './chain.members.js';

const ZERO_HASH = new Uint8Array(LENGTH.hash);

export type RotateRecord = Omit<Rotate, 'logAnchor' | 'esCommit' | 'wraps'>;

/** One thread as one reader holds it, and every kind of entry that may follow. */
export class TestThread {
  readonly entries: Uint8Array[] = [];
  private current: ThreadState | undefined;

  constructor(
    readonly world: TestWorld,
    readonly founder: TestPerson,
    private readonly terms: Partial<ThreadGenesis> = {},
  ) {}

  get state(): ThreadState {
    if (this.current === undefined) throw new Error('the thread is not founded yet');
    return this.current;
  }

  genesis(changes: Partial<ThreadGenesis> = {}, overrides: Overrides = {}): Uint8Array {
    const body = encodeThreadGenesis({
      random: randomBytes(LENGTH.id),
      caseId: randomBytes(LENGTH.id),
      lane: LANE.care_team,
      allowedRoles: roleMask([ROLE.therapist, ROLE.prescriber, ROLE.client]),
      adderRoles: roleMask([ROLE.therapist]),
      clientApproval: false,
      retentionDays: 3650,
      predecessorGenesis: ZERO_HASH,
      predecessorHead: ZERO_HASH,
      clientGenesis: ZERO_HASH,
      ...this.terms,
      ...changes,
    });
    const { founder } = this;
    const author = { user: founder.state.chainId, device: founder.deviceId, key: founder.key };
    const draft = { kind: KIND.thread, type: THREAD.genesis, body, author, tsMs: T0 };
    return continueChain(undefined, draft, overrides);
  }

  write(author: TestPerson, type: number, body: Uint8Array, overrides: Overrides = {}): Uint8Array {
    const by = { user: author.state.chainId, device: author.deviceId, key: author.key };
    const tsMs = T0 + this.state.seq * 1000;
    return continueChain(this.state, { kind: KIND.thread, type, body, author: by, tsMs }, overrides);
  }

  /** What a ROTATE with these wishes restates; the record can be bent before it is written. */
  roster(wishes: Partial<RosterWishes> = {}): RotateRecord {
    const next = nextRoster(this.state, this.world, { nowMs: T0, ...wishes });
    if (!next.ok) throw new Error(`no roster: ${JSON.stringify(next.verdict)}`);
    const { epoch, reason, organisations, rows } = next;
    return { epoch, reason, organisations, rows };
  }

  rotate(author: TestPerson, record: RotateRecord = this.roster(), overrides: Overrides = {}): Uint8Array {
    const body = encodeRotate({
      ...record,
      logAnchor: { size: 0, root: ZERO_HASH },
      esCommit: randomBytes(LENGTH.hash),
      wraps: record.rows.map(() => ({
        ciphertext: randomBytes(LENGTH.kemCiphertext),
        box: randomBytes(LENGTH.box),
      })),
    });
    return this.write(author, THREAD.rotate, body, overrides);
  }

  message(author: TestPerson, changes: Partial<Message> = {}, overrides: Overrides = {}): Uint8Array {
    const body = encodeMessage({
      epoch: this.state.epoch,
      urgency: URGENCY.routine,
      ops: [],
      nonce: randomBytes(LENGTH.nonce),
      commit: randomBytes(LENGTH.hash),
      ciphertext: randomBytes(256 + LENGTH.tag),
      ...changes,
    });
    return this.write(author, THREAD.message, body, overrides);
  }

  leave(author: TestPerson, overrides: Overrides = {}): Uint8Array {
    return this.write(author, THREAD.leave, encodeReason(1), overrides);
  }

  close(author: TestPerson, overrides: Overrides = {}): Uint8Array {
    return this.write(author, THREAD.close, encodeReason(1), overrides);
  }

  apply(bytes: Uint8Array): ThreadOutcome {
    return applyThread(this.current, bytes, this.world);
  }

  /** Applies, and moves on if it is accepted. */
  offer(bytes: Uint8Array): ThreadOutcome {
    const outcome = this.apply(bytes);
    if (!outcome.ok) return outcome;
    this.current = outcome.state;
    this.entries.push(bytes);
    return outcome;
  }

  accept(bytes: Uint8Array): Extract<ThreadOutcome, { ok: true }> {
    const outcome = this.offer(bytes);
    if (!outcome.ok)
      throw new Error(`a factory made an entry that is refused: ${JSON.stringify(outcome.verdict)}`);
    return outcome;
  }

  /** Goes on from here on its own: the other side of a fork, or a second reader. */
  copy(): TestThread {
    const copy = new TestThread(this.world, this.founder, this.terms);
    copy.current = this.current;
    copy.entries.push(...this.entries);
    return copy;
  }
}

export function wishFor(
  organisation: TestOrganisation,
  person: TestPerson,
  role: Role,
  basis: Uint8Array,
): RowWish {
  return { userId: person.userId, role, basis, expiresMs: T0 + YEAR, organisation: organisation.genesisHash };
}

/** A row as any client would build it, whether or not the world knows the person. */
export function rowFor(person: TestPerson, role: Role, basis: Uint8Array): Row {
  const { seq, head, chainId, generations } = person.state;
  const newest = generations.at(-1);
  return {
    holderKind: HOLDER.person,
    holderId: chainId,
    role,
    basis,
    headSeq: seq,
    headHash: head,
    generation: newest?.generation ?? 1,
    keyHash: newest?.keyHash ?? ZERO_HASH,
    expiresMs: T0 + YEAR,
  };
}

/** `record` with these rows added or, for a person who has one, replaced, in the order of the wire. */
export function withRows(record: RotateRecord, ...rows: readonly Row[]): RotateRecord {
  const named = new Map([...record.rows, ...rows].map((row) => [toHex(row.holderId), row]));
  return { ...record, rows: [...named.values()].sort((a, b) => compareBytes(a.holderId, b.holderId)) };
}

/** Therapist (adder), prescriber and client of one organisation, and what their rows rest on. */
export interface TestCase {
  readonly world: TestWorld;
  readonly organisation: TestOrganisation;
  readonly therapist: TestPerson;
  readonly prescriber: TestPerson;
  readonly client: TestPerson;
  readonly bases: Readonly<Record<'therapist' | 'prescriber' | 'client', Uint8Array>>;
  readonly wishes: Readonly<Record<'therapist' | 'prescriber' | 'client', RowWish>>;
  readonly thread: TestThread;
}

/** People and organisation; the thread has its GENESIS only. */
export function newFoundingCase(terms: Partial<ThreadGenesis> = {}): TestCase {
  const organisation = newOrganisation();
  const [therapist, prescriber, client] = [
    newPerson('therapist'),
    newPerson('prescriber'),
    newPerson('client'),
  ];
  const bases = {
    therapist: organisation.attested(therapist, ROLE.therapist),
    prescriber: organisation.attested(prescriber, ROLE.prescriber),
    client: organisation.attested(client, ROLE.client),
  };
  const wishes = {
    therapist: wishFor(organisation, therapist, ROLE.therapist, bases.therapist),
    prescriber: wishFor(organisation, prescriber, ROLE.prescriber, bases.prescriber),
    client: wishFor(organisation, client, ROLE.client, bases.client),
  };
  const world = new TestWorld().add(organisation, therapist, prescriber, client);
  const thread = new TestThread(world, therapist, terms);
  thread.accept(thread.genesis());
  return { world, organisation, therapist, prescriber, client, bases, wishes, thread };
}

/** The same with ROTATE 1: all three in the care-team lane. */
export function newCase(terms: Partial<ThreadGenesis> = {}): TestCase {
  const made = newFoundingCase(terms);
  const { thread, therapist, wishes } = made;
  thread.accept(thread.rotate(therapist, thread.roster({ put: Object.values(wishes) })));
  return made;
}

const NOBODY = new Uint8Array(LENGTH.id);

/** An op with the fields given and zeros elsewhere. */
export function op(kind: ObligationOp['op'], fields: Partial<Omit<ObligationOp, 'op'>> = {}): ObligationOp {
  return { op: kind, obligation: 0, responder: NOBODY, dueMs: 0, ...fields };
}
