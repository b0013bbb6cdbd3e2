import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Obligation, RosterRow, ThreadState } from '#chain';
import {
  KIND,
  LENGTH,
  OP,
  ROLE,
  THREAD,
  URGENCY,
  encodeMessage,
  fromHex,
  toHex,
  type Entry,
  type ObligationId,
  type ObligationOp,
  type Op,
  type Role,
  type ThreadId,
  type Urgency,
  type UserId,
} from '#protocol';
import { foldOps } from '../../../libs/chain/obligation.fold.js';
import { LayeredMap } from '../../../libs/chain/layered.map.js';
import type { AppliedThread } from '../../../src/obligations/entry-notices.policy.js';

const ZERO = new Uint8Array(LENGTH.id);
const YEAR_MS = 365 * 24 * 3_600_000;

export interface Member {
  readonly userId: UserId;
  readonly id: Uint8Array;
  readonly role: Role;
}

interface OpWish {
  readonly op: Op;
  readonly obligation?: number;
  readonly responder?: Member;
  readonly dueMs?: number;
}

/**
 * A thread that exists in the projections and whose messages go through the real fold, without keys: for what the
 * rooms behind the signature do. Adders are therapists and prescribers.
 */
export class FoldedThread {
  readonly threadIdBytes = randomBytes(LENGTH.id);
  readonly threadId = toHex(this.threadIdBytes) as ThreadId;
  readonly organisationId = randomBytes(LENGTH.id);
  readonly organisationGenesis = randomBytes(LENGTH.hash);
  readonly therapist = member(ROLE.therapist);
  readonly prescriber = member(ROLE.prescriber);
  readonly client = member(ROLE.client);
  private seq = 2;
  private rows: RosterRow[];
  private obligations: LayeredMap<ObligationId, Obligation> = LayeredMap.empty();

  constructor(readonly source: DataSource) {
    this.rows = [this.therapist, this.prescriber, this.client].map((person) => this.rosterRow(person));
  }

  /** Writes what the room of the chains projects for such a thread. */
  async project(): Promise<this> {
    const { source } = this;
    await insertChain(source, {
      id: this.organisationId,
      kind: KIND.organisation,
      hash: this.organisationGenesis,
    });
    await insertChain(source, { id: this.threadIdBytes, kind: KIND.thread, hash: randomBytes(LENGTH.hash) });
    await source.query('INSERT INTO thread (id, case_id, lane) VALUES ($1, $2, 1)', [
      this.threadIdBytes,
      randomBytes(LENGTH.id),
    ]);
    for (const person of [this.therapist, this.prescriber, this.client]) await this.place(person);
    return this;
  }

  /** One more row in the roster the fold judges by; `place` writes it into the projections as well. */
  enlist(person: Member): void {
    this.rows = [...this.rows, this.rosterRow(person)];
  }

  async place(person: Member): Promise<void> {
    const basis = randomBytes(LENGTH.hash);
    await this.source.query(
      `INSERT INTO attestation (hash, organisation_id, subject_kind, subject, role, valid_to, user_id, basis_hash)
       VALUES ($1, $2, 1, $3, $4, now() + interval '1 year', $5, $1)`,
      [basis, this.organisationId, randomBytes(LENGTH.hash), person.role, person.id],
    );
    await this.source.query(
      `INSERT INTO roster_row (thread_id, user_id, role, organisation_id, basis_hash, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + interval '1 year')`,
      [this.threadIdBytes, person.id, person.role, this.organisationId, basis],
    );
  }

  private rosterRow(person: Member): RosterRow {
    return {
      userId: person.userId,
      genesisHash: randomBytes(LENGTH.hash),
      role: person.role,
      basis: randomBytes(LENGTH.hash),
      organisation: toHex(this.organisationGenesis),
      headSeq: 2,
      headHash: randomBytes(LENGTH.hash),
      generation: 1,
      keyHash: randomBytes(LENGTH.hash),
      expiresMs: Date.now() + YEAR_MS,
      left: false,
      devices: new Map(),
    };
  }

  /** A MESSAGE with these ops; refused ops fail the test that wrote them. */
  say(author: Member, ops: readonly OpWish[] = [], urgency: Urgency = URGENCY.routine): AppliedThread {
    this.seq += 1;
    const written = ops.map(opOf);
    const row = this.rows.find(({ userId }) => userId === author.userId);
    if (row === undefined) throw new Error('the author has no row');
    const fold = foldOps(this.obligations, written, {
      rows: this.rows,
      adderRoles: (1 << ROLE.therapist) | (1 << ROLE.prescriber),
      author: row,
      seq: this.seq,
      tsMs: Date.now() - 365 * 24 * 3_600_000,
      urgency,
    });
    if (fold.refusedOps.length > 0) throw new Error(`refused: ${JSON.stringify(fold.refusedOps)}`);
    this.obligations = fold.obligations;
    const body = encodeMessage({
      epoch: 1,
      urgency,
      ops: written,
      nonce: randomBytes(LENGTH.nonce),
      commit: randomBytes(LENGTH.hash),
      ciphertext: randomBytes(272),
    });
    return this.applied({ author, type: THREAD.message, body, changes: fold.changes });
  }

  /** Opens an obligation and says its id too. */
  open(
    author: Member,
    given: { responder: Member; dueInMs: number; urgency?: Urgency },
  ): { applied: AppliedThread; id: number } {
    const dueMs = Date.now() + given.dueInMs;
    const applied = this.say(author, [{ op: OP.open, responder: given.responder, dueMs }], given.urgency);
    return { applied, id: applied.entry.header.seq * 256 };
  }

  /** LEAVE, with what the room of the chains does to the roster. */
  async leave(leaver: Member): Promise<AppliedThread> {
    this.seq += 1;
    this.rows = this.rows.map((row) => (row.userId === leaver.userId ? { ...row, left: true } : row));
    await this.removePlace(leaver);
    return this.applied({ author: leaver, type: THREAD.leave, body: Uint8Array.of(1), changes: [] });
  }

  async removePlace(person: Member): Promise<void> {
    await this.source.query('DELETE FROM roster_row WHERE thread_id = $1 AND user_id = $2', [
      this.threadIdBytes,
      person.id,
    ]);
  }

  private applied(given: {
    author: Member;
    type: number;
    body: Uint8Array;
    changes: AppliedThread['changes'];
  }): AppliedThread {
    const { author, type, body, changes } = given;
    const header = {
      kind: KIND.thread,
      type,
      chainId: fromHex(this.threadId),
      seq: this.seq,
      prevHash: randomBytes(LENGTH.hash),
      authorUser: author.id,
      authorDevice: randomBytes(LENGTH.id),
      tsMs: Date.now(),
    };
    const state = {
      threadId: this.threadId,
      rows: this.rows,
      obligations: this.obligations,
    } as unknown as ThreadState;
    return { state, changes, entry: { header, body } as unknown as Entry };
  }
}

export function member(role: Role): Member {
  const id = randomBytes(LENGTH.id);
  return { id, userId: toHex(id) as UserId, role };
}

function opOf(wish: OpWish): ObligationOp {
  return {
    op: wish.op,
    obligation: wish.obligation ?? 0,
    responder: wish.responder?.id ?? ZERO,
    dueMs: wish.dueMs ?? 0,
  };
}

async function insertChain(
  source: DataSource,
  { id, kind, hash }: { id: Uint8Array; kind: number; hash: Uint8Array },
): Promise<void> {
  await source.query(
    'INSERT INTO chain (id, kind, genesis_hash, head_seq, head_hash) VALUES ($1, $2, $3, 1, $3)',
    [id, kind, hash],
  );
}
