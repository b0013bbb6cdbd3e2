import { presentRowOf, type ThreadState } from '#chain';
import { equalBytes, inRoleMask, isZero } from '#protocol';
import type { HeldThread, ThreadFact } from './held.chain.js';

/**
 * Other threads that claim to be the very lane this one is: same case, same lane, both open to me, and neither
 * continues the other. Anybody can found such a thread with people he once shared a case with, so nobody may guess
 * which one is meant: leaving (or closing) one of them says it.
 */
export function twinsOf(threads: readonly HeldThread[], held: HeldThread, me: string): readonly HeldThread[] {
  const mine = liveState(held, me);
  if (mine === undefined) return [];
  return threads.filter((other) => {
    const theirs = other === held ? undefined : liveState(other, me);
    const same = theirs?.caseId === mine.caseId && theirs.lane === mine.lane;
    return same && !beforeIn(threads, other).includes(held) && !beforeIn(threads, held).includes(other);
  });
}

/** Whether a later thread of the same lane names this one as what it goes on from. */
export function isContinued(threads: readonly HeldThread[], held: HeldThread): boolean {
  return threads.some((other) => goesOn(other, held));
}

/** The threads this one goes on from, one after the other, the nearest first, as far as I hold them. */
export function beforeIn(threads: readonly HeldThread[], held: HeldThread): readonly HeldThread[] {
  const before: HeldThread[] = [];
  for (let later = held; ;) {
    const earlier = threads.find(
      (other) => other !== held && !before.includes(other) && goesOn(later, other),
    );
    if (earlier === undefined) return before;
    before.push(earlier);
    later = earlier;
  }
}

/** The entry of the earlier thread that the later one names as the last it goes on from. */
export function endOf({ facts }: HeldThread, { state }: HeldThread): ThreadFact | undefined {
  return facts.find(({ entryHash }) => state !== undefined && equalBytes(entryHash, state.predecessorHead));
}

/**
 * Only who said there who is in it, at that entry and until the later thread was founded, can take the lane elsewhere:
 * whoever had left, was taken out or never had a say founds a twin, which nobody follows unasked.
 */
function goesOn(later: HeldThread, earlier: HeldThread): boolean {
  if (later.state === undefined || earlier.state === undefined) return false;
  const { caseId, lane, predecessorGenesis } = later.state;
  const isSame = caseId === earlier.state.caseId && lane === earlier.state.lane;
  const isNamed = !isZero(predecessorGenesis) && equalBytes(predecessorGenesis, earlier.state.genesisHash);
  const [founding] = later.facts;
  return isSame && isNamed && founding !== undefined && mayCarryOn(earlier, later, founding);
}

function mayCarryOn(earlier: HeldThread, later: HeldThread, founding: ThreadFact): boolean {
  const { authorUser: founder, tsMs } = founding;
  const end = endOf(earlier, later);
  const row = presentRowOf({ rows: end?.rows ?? earlier.state?.rows ?? [] }, founder);
  if (row === undefined || !inRoleMask(earlier.state?.adderRoles ?? 0, row.role)) return false;
  return !earlier.facts.slice(end?.seq).some((fact) => fact.tsMs <= tsMs && takesOut(fact, founder));
}

/** Whoever left took himself out: that says nothing against a thread he founded. */
function takesOut({ rowsBefore, rows }: ThreadFact, userId: string): boolean {
  const wasIn = presentRowOf({ rows: rowsBefore }, userId) !== undefined;
  return wasIn && !rows.some((row) => row.userId === userId);
}

function liveState({ state }: HeldThread, me: string): ThreadState | undefined {
  if (state === undefined || state.epoch === 0 || state.closed) return undefined;
  return presentRowOf(state, me) === undefined ? undefined : state;
}
