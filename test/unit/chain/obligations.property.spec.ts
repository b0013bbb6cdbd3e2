import fc from 'fast-check';
import { accountableOf, applyThread, presentRowOf, type Obligation, type ThreadState } from '#chain';
import { OP, ROLE, inRoleMask, type ObligationOp, type Op } from '#protocol';
import {
  HOUR,
  T0,
  newCase,
  newPerson,
  op,
  wishFor,
  type TestCase,
  type TestPerson,
} from '../../support/chain.factories.js';

/** Random histories of four people; every step is a signed entry that goes through the door. */
interface Cast {
  readonly made: TestCase;
  readonly people: readonly TestPerson[];
}

function castOnce(): Cast {
  const made = newCase();
  const { thread, therapist, prescriber, client, organisation, world } = made;
  const colleague = newPerson('colleague');
  world.add(colleague);
  const basis = organisation.attested(colleague, ROLE.prescriber);
  thread.accept(
    thread.rotate(
      therapist,
      thread.roster({ put: [wishFor(organisation, colleague, ROLE.prescriber, basis)] }),
    ),
  );
  return { made, people: [therapist, prescriber, client, colleague] };
}

const CAST = castOnce();

/** The same people in a thread of their own: chains of people and organisation do not move in these histories. */
function newCast(): Cast {
  return { ...CAST, made: { ...CAST.made, thread: CAST.made.thread.copy() } };
}

const randomOp = fc.record({
  kind: fc.constantFrom<Op>(...Object.values(OP)),
  target: fc.nat(),
  person: fc.nat(4),
  dueHours: fc.integer({ min: -2, max: 48 }),
});
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      act: fc.constant('ops' as const),
      author: fc.nat(3),
      ops: fc.array(randomOp, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('note' as const), author: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('leave' as const), author: fc.constantFrom(1, 2, 3) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('heal' as const), author: fc.constant(0) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const STRANGER = newPerson('stranger');

function opFrom(
  random: { kind: Op; target: number; person: number; dueHours: number },
  { made, people }: Cast,
): ObligationOp {
  const ids = [...made.thread.state.obligations.keys()];
  const obligation = random.kind === OP.open ? 0 : (ids[random.target % (ids.length + 1)] ?? 999);
  const names = random.kind === OP.open || random.kind === OP.ack || random.kind === OP.hand_over;
  const instant = random.kind === OP.open || random.kind === OP.wait || random.kind === OP.reopen;
  return op(random.kind, {
    obligation,
    ...(names ? { responder: (people[random.person] ?? STRANGER).state.chainId } : {}),
    ...(instant ? { dueMs: T0 + random.dueHours * HOUR } : {}),
  });
}

function bytesOf(taken: Step, cast: Cast): Uint8Array {
  const { thread } = cast.made;
  const author = cast.people[taken.author] ?? STRANGER;
  if (taken.act === 'leave') return thread.leave(author);
  if (taken.act === 'heal') return thread.rotate(author);
  const ops = taken.act === 'ops' ? taken.ops.map((random) => opFrom(random, cast)) : [];
  return thread.message(author, { ops });
}

interface Transition {
  readonly before: ThreadState;
  readonly after: ThreadState;
  readonly author: TestPerson;
  readonly ops: number;
  readonly done: Extract<ReturnType<typeof applyThread>, { ok: true }>;
}

/** Runs a history and gives every accepted step. */
function run(steps: readonly Step[]): readonly Transition[] {
  const cast = newCast();
  const { thread } = cast.made;
  const transitions: Transition[] = [];
  for (const taken of steps) {
    const before = thread.state;
    const bytes = bytesOf(taken, cast);
    const done = thread.offer(bytes);
    if (!done.ok) continue;
    const author = cast.people[taken.author] ?? STRANGER;
    const ops = taken.act === 'ops' ? taken.ops.length : 0;
    transitions.push({ before, after: thread.state, author, ops, done });
  }
  return transitions;
}

const histories = fc.array(step, { minLength: 5, maxLength: 25 });
const RUNS = { numRuns: 40 };

function holds(invariant: (transition: Transition) => void): void {
  fc.assert(
    fc.property(histories, (steps) => {
      run(steps).forEach(invariant);
    }),
    RUNS,
  );
}

const owed = ({ state }: Obligation): boolean => ['open', 'acknowledged', 'waiting'].includes(state);

describe('in every history of an obligation', () => {
  it('seen is never acknowledged: an entry without ops changes no obligation', () => {
    holds(({ before, after, ops }) => {
      if (ops === 0) expect([...after.obligations]).toEqual([...before.obligations]);
    });
  });

  it('each op either changes its own obligation or is named as refused, and nothing else moves', () => {
    holds(({ before, after, ops, done }) => {
      expect(done.changes.length + done.refusedOps.length).toBe(ops);
      const touched = new Set(done.changes.map((change) => change.after.id));
      for (const [id, obligation] of before.obligations) {
        if (!touched.has(id)) expect(after.obligations.get(id)).toBe(obligation);
      }
    });
  });

  it('nothing closes by itself: what is owed stays owed until an op answers or withdraws it', () => {
    holds(({ done }) => {
      for (const { before, after, op: kind } of done.changes) {
        if (before !== undefined && owed(before) && !owed(after))
          expect([OP.answer, OP.withdraw]).toContain(kind);
      }
    });
  });

  it('only a reopen moves the due time: an acknowledgement never stops the clock', () => {
    holds(({ done }) => {
      for (const { before, after, op: kind } of done.changes) {
        if (before !== undefined && kind !== OP.reopen) expect(after.dueMs).toBe(before.dueMs);
        if (kind === OP.ack) expect(owed(after)).toBe(true);
      }
    });
  });

  it('only a permitted responder answers', () => {
    holds(({ before, author, done }) => {
      for (const change of done.changes.filter(({ op: kind }) => kind === OP.answer)) {
        const row = presentRowOf(before, author.userId);
        const responder = change.before?.responder === author.userId;
        expect(responder || row?.role === change.before?.responderRole).toBe(true);
      }
    });
  });

  it('only the opener settles it, or an adder once the opener is gone', () => {
    holds(({ before, author, done }) => {
      const settling: readonly Op[] = [OP.close, OP.withdraw, OP.reopen];
      for (const change of done.changes.filter(({ op: kind }) => settling.includes(kind))) {
        const opener = change.before?.opener ?? '';
        const present = presentRowOf(before, opener) !== undefined;
        const role = presentRowOf(before, author.userId)?.role ?? 0;
        expect(present ? author.userId === opener : inRoleMask(before.adderRoles, role)).toBe(true);
      }
    });
  });

  it('one person with a row is accountable, or nobody is because owner and responder are gone', () => {
    holds(({ after }) => {
      for (const obligation of after.obligations.values()) {
        const accountable = accountableOf(after, obligation);
        const candidates = [obligation.owner, obligation.responder].filter((id) => id !== undefined);
        const present = candidates.filter((id) => presentRowOf(after, id) !== undefined);
        expect(accountable).toBe(present[0]);
      }
    });
  });

  it('every reader of the same bytes ends at the same obligations', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const cast = newCast();
        const { thread, world } = cast.made;
        const start = thread.copy();
        for (const taken of steps) {
          thread.offer(bytesOf(taken, cast));
        }
        let state = start.state;
        for (const bytes of thread.entries.slice(start.entries.length)) {
          const outcome = applyThread(state, bytes, world);
          if (outcome.ok) ({ state } = outcome);
        }
        expect([...state.obligations]).toEqual([...thread.state.obligations]);
        expect(state.head).toEqual(thread.state.head);
      }),
      RUNS,
    );
  });
});

describe('the histories drawn here', () => {
  it('reach every op, both changing and refused, so that the promises above are not empty', () => {
    const seen = new Set<string>();
    const steps = fc.sample(histories, { numRuns: 80, seed: 7 });
    for (const history of steps) {
      for (const { done } of run(history)) {
        for (const change of done.changes) seen.add(`changed ${change.op}`);
        for (const refused of done.refusedOps) seen.add(refused.rule);
      }
    }
    for (const kind of Object.values(OP)) expect(seen).toContain(`changed ${kind}`);
    for (const rule of [
      'op_wrong_state',
      'op_not_permitted',
      'op_not_later',
      'op_responder',
      'op_owner',
      'op_unknown_obligation',
    ]) {
      expect(seen).toContain(rule);
    }
  });
});
