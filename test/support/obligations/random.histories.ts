import fc from 'fast-check';
import { OP, ROLE, type ObligationOp, type Op } from '#protocol';
import {
  HOUR,
  T0,
  newCase,
  newPerson,
  op,
  wishFor,
  type TestCase,
  type TestPerson,
} from '../chain.factories.js';

/** Random histories of four people; every step is a signed entry that goes through the door. */
export interface Cast {
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
export function newCast(): Cast {
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
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

export const STRANGER = newPerson('stranger');

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

export function bytesOf(taken: Step, cast: Cast): Uint8Array {
  const { thread } = cast.made;
  const author = cast.people[taken.author] ?? STRANGER;
  if (taken.act === 'leave') return thread.leave(author);
  if (taken.act === 'heal') return thread.rotate(author);
  const ops = taken.act === 'ops' ? taken.ops.map((random) => opFrom(random, cast)) : [];
  return thread.message(author, { ops });
}

export const histories = fc.array(step, { minLength: 5, maxLength: 25 });
