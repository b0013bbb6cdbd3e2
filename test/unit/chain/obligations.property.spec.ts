import fc from 'fast-check';
import { accountableOf, applyThread, presentRowOf, type Obligation, type ThreadState } from '#chain';
import { OP, inRoleMask, type Op } from '#protocol';
import type { TestPerson } from '../../support/chain.factories.js';
import {
  STRANGER,
  bytesOf,
  histories,
  newCast,
  type Step,
} from '../../support/obligations/random.histories.js';

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
