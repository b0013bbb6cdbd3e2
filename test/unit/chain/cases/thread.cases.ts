import { applyThread, rowOf, type RowWish } from '#chain';
import {
  HOLDER,
  LANE,
  LENGTH,
  OP,
  ROLE,
  compareBytes,
  roleMask,
  type Row,
  type ThreadGenesis,
} from '#protocol';
import {
  HOUR,
  T0,
  YEAR,
  newCase,
  newFoundingCase,
  newPerson,
  op,
  wishFor,
  TestThread,
  type TestPerson,
  type RotateRecord,
  type TestCase,
} from '../../../support/chain.factories.js';
import { newKey, randomBytes, type TestKey } from '../../../support/chain.signer.js';
import type { RuleCase, RuleCases } from './case.js';

interface Twins {
  readonly good: Uint8Array;
  readonly bad: Uint8Array;
}

const twins =
  (make: (made: TestCase) => Twins, start: () => TestCase = newCase) =>
  (): RuleCase => {
    const made = start();
    const { good, bad } = make(made);
    return { control: made.thread.apply(good), broken: made.thread.apply(bad) };
  };

/** ROTATEs by the therapist (an adder): the roster as it heals itself, and a bent one. */
const rotations = (bend: (record: RotateRecord, made: TestCase) => RotateRecord, start?: () => TestCase) =>
  twins((made) => {
    const { thread, therapist } = made;
    const record = thread.roster();
    return { good: thread.rotate(therapist, record), bad: thread.rotate(therapist, bend(record, made)) };
  }, start);

/** The record with one person's row changed. */
function withRow(record: RotateRecord, person: TestPerson, change: Partial<Row>): RotateRecord {
  const rows = record.rows.map((row) =>
    compareBytes(row.holderId, person.state.chainId) === 0 ? { ...row, ...change } : row,
  );
  return { ...record, rows };
}

function without(record: RotateRecord, person: TestPerson): RotateRecord {
  return {
    ...record,
    rows: record.rows.filter((row) => compareBytes(row.holderId, person.state.chainId) !== 0),
  };
}

/** The first ROTATE of a thread, good and bad. */
const foundings = (make: (made: TestCase, record: RotateRecord) => Twins, terms?: Partial<ThreadGenesis>) =>
  twins(
    (made) => make(made, made.thread.roster({ put: Object.values(made.wishes) })),
    () => newFoundingCase(terms),
  );

const genesisTwins = (good: Partial<ThreadGenesis>, bad: Partial<ThreadGenesis>) => (): RuleCase => {
  const { thread } = newFoundingCase();
  const judge = (changes: Partial<ThreadGenesis>): RuleCase['control'] =>
    applyThread(undefined, thread.genesis(changes), thread.world);
  return { control: judge(good), broken: judge(bad) };
};

const clinicians = (): Partial<ThreadGenesis> => ({
  lane: LANE.clinicians,
  allowedRoles: roleMask([ROLE.therapist, ROLE.prescriber]),
  clientGenesis: randomBytes(LENGTH.hash),
});

/** A fourth person, attested as a therapist, known to the world but not in the roster. */
function newColleague({ organisation, world }: TestCase): { person: TestPerson; wish: RowWish } {
  const person = newPerson('colleague');
  world.add(person);
  const basis = organisation.attested(person, ROLE.therapist);
  return { person, wish: wishFor(organisation, person, ROLE.therapist, basis) };
}

/** An open obligation of the prescriber, and its id. */
function opened({ thread, therapist, prescriber }: TestCase): number {
  const ops = [op(OP.open, { responder: prescriber.state.chainId, dueMs: T0 + YEAR })];
  const { changes } = thread.accept(thread.message(therapist, { ops }));
  return changes[0]?.after.id ?? 0;
}

export const THREAD_CASES = {
  lane_client: genesisTwins(clinicians(), { ...clinicians(), clientGenesis: new Uint8Array(LENGTH.hash) }),
  client_in_clinicians_lane: genesisTwins(clinicians(), {
    ...clinicians(),
    allowedRoles: roleMask([ROLE.therapist, ROLE.client]),
  }),
  rotate_first: foundings(({ thread, therapist }, record) => ({
    good: thread.rotate(therapist, record),
    bad: thread.message(therapist),
  })),
  founder_mismatch: foundings(
    ({ thread, therapist, prescriber }, record) => ({
      good: thread.rotate(therapist, record),
      bad: thread.rotate(prescriber, record),
    }),
    { adderRoles: roleMask([ROLE.therapist, ROLE.prescriber]) },
  ),
  founding_signature: () => {
    const judge = (key: TestKey | undefined): RuleCase['control'] => {
      const { world, therapist, wishes } = newFoundingCase();
      const thread = new TestThread(world, therapist);
      thread.accept(thread.genesis({}, key === undefined ? {} : { key }));
      return thread.apply(thread.rotate(therapist, thread.roster({ put: Object.values(wishes) })));
    };
    return { control: judge(undefined), broken: judge(newKey()) };
  },
  epoch_not_next: rotations((record) => ({ ...record, epoch: record.epoch + 1 })),
  epoch_not_current: twins(({ thread, client }) => ({
    good: thread.message(client),
    bad: thread.message(client, { epoch: 2 }),
  })),
  author_has_no_row: twins((made) => ({
    good: made.thread.message(made.client),
    bad: made.thread.message(newColleague(made).person),
  })),
  author_not_in_roster: rotations((record, { therapist }) => without(record, therapist)),
  author_left: twins(({ thread, client, prescriber }) => {
    thread.accept(thread.leave(client));
    return { good: thread.message(prescriber), bad: thread.message(client) };
  }),
  author_expired: twins(({ thread, client }) => ({
    good: thread.message(client, {}, { tsMs: T0 + YEAR - 1 }),
    bad: thread.message(client, {}, { tsMs: T0 + YEAR }),
  })),
  adder_needed: twins((made) => {
    const { thread, therapist, prescriber } = made;
    const record = thread.roster({ put: [newColleague(made).wish] });
    return { good: thread.rotate(therapist, record), bad: thread.rotate(prescriber, record) };
  }),
  approval_missing: twins(
    (made) => {
      const { thread, therapist } = made;
      const widened = thread.roster({ put: [newColleague(made).wish] });
      return { good: thread.rotate(therapist), bad: thread.rotate(therapist, widened) };
    },
    () => newCase({ clientApproval: true }),
  ),
  head_back: twins(({ thread, therapist, client }) => {
    const [before] = [client.state];
    client.accept(client.userKey());
    thread.accept(thread.rotate(therapist));
    const record = thread.roster();
    const generation = before.generations[0];
    if (generation === undefined) throw new Error('no user key');
    const { keyHash } = generation;
    const back = { headSeq: before.seq, headHash: before.head, generation: 1, keyHash };
    return {
      good: thread.rotate(therapist, record),
      bad: thread.rotate(therapist, withRow(record, client, back)),
    };
  }),
  no_user_key: twins((made) => {
    const { thread, therapist } = made;
    const { person, wish } = newColleague(made);
    const record = thread.roster({ put: [wish] });
    const genesisOnly = { headSeq: 1, headHash: person.state.hashes.at(1) ?? new Uint8Array(LENGTH.hash) };
    return {
      good: thread.rotate(therapist, record),
      bad: thread.rotate(therapist, withRow(record, person, genesisOnly)),
    };
  }),
  row_key_mismatch: rotations((record, { client }) =>
    withRow(record, client, { keyHash: randomBytes(LENGTH.hash) }),
  ),
  role_not_allowed: twins((made) => {
    const { thread, therapist, organisation, world } = made;
    const coordinator = newPerson('coordinator');
    world.add(coordinator);
    const basis = organisation.attested(coordinator, ROLE.coordinator);
    const wish = wishFor(organisation, coordinator, ROLE.coordinator, basis);
    return {
      good: thread.rotate(therapist, thread.roster({ put: [newColleague(made).wish] })),
      bad: thread.rotate(therapist, thread.roster({ put: [wish] })),
    };
  }),
  basis_unknown: rotations((record, { client }) =>
    withRow(record, client, { basis: randomBytes(LENGTH.hash) }),
  ),
  basis_other_person: twins(({ thread, therapist, organisation, client }) => {
    const basis = organisation.attested(therapist, ROLE.client);
    const record = thread.roster();
    return {
      good: thread.rotate(therapist, record),
      bad: thread.rotate(therapist, withRow(record, client, { basis })),
    };
  }),
  basis_other_role: rotations((record, { client }) => withRow(record, client, { role: ROLE.prescriber })),
  row_not_live: twins(({ thread, therapist, organisation, client, bases }) => {
    organisation.accept(organisation.suspend(bases.client, true));
    const healed = thread.roster();
    const rows = [...healed.rows, rowKept(thread, client)].sort((left, right) =>
      compareBytes(left.holderId, right.holderId),
    );
    return { good: thread.rotate(therapist, healed), bad: thread.rotate(therapist, { ...healed, rows }) };
  }),
  row_expired: twins(({ thread, therapist, client, wishes }) => {
    const short = { ...wishes.client, expiresMs: T0 + HOUR };
    thread.accept(thread.rotate(therapist, thread.roster({ put: [short] })));
    const tsMs = T0 + HOUR;
    const kept = thread.roster();
    return {
      good: thread.rotate(therapist, without(kept, client), { tsMs }),
      bad: thread.rotate(therapist, kept, { tsMs }),
    };
  }),
  expiry_beyond_attestation: rotations((record, { client }) =>
    withRow(record, client, { expiresMs: T0 + YEAR + 1 }),
  ),
  leaver_kept: twins(({ thread, therapist, client }) => {
    const before = thread.roster();
    thread.accept(thread.leave(client));
    return { good: thread.rotate(therapist), bad: thread.rotate(therapist, before) };
  }),
  thread_closed: twins(({ thread, therapist, client }) => {
    thread.accept(thread.close(therapist));
    return { good: thread.leave(client), bad: thread.message(client) };
  }),
  obligations_open: () => {
    const made = newCase();
    const { thread, therapist, prescriber } = made;
    const obligation = opened(made);
    const early = thread.apply(thread.close(therapist));
    thread.accept(thread.message(prescriber, { ops: [op(OP.answer, { obligation })] }));
    return { control: thread.apply(thread.close(therapist)), broken: early };
  },
} satisfies RuleCases;

/** A current row restated as it stands. */
function rowKept({ state }: TestThread, person: TestPerson): Row {
  const row = rowOf(state, person.userId);
  if (row === undefined) throw new Error('no such row');
  const { role, basis, headSeq, headHash, generation, keyHash, expiresMs } = row;
  const holderId = person.state.chainId;
  return {
    holderKind: HOLDER.person,
    holderId,
    role,
    basis,
    headSeq,
    headHash,
    generation,
    keyHash,
    expiresMs,
  };
}
