import { presentRowOf, type ThreadState } from '#chain';
import { equalBytes, isZero } from '#protocol';
import type { HeldThread } from './held.chain.js';

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
    return same && !continues(theirs, mine) && !continues(mine, theirs);
  });
}

/** Whether a later thread of the same lane names this one as what it goes on from. */
export function isContinued(threads: readonly HeldThread[], { state }: HeldThread): boolean {
  if (state === undefined) return false;
  return threads.some((other) => {
    const later = other.state;
    return later?.caseId === state.caseId && later.lane === state.lane && continues(later, state);
  });
}

function liveState({ state }: HeldThread, me: string): ThreadState | undefined {
  if (state === undefined || state.epoch === 0 || state.closed) return undefined;
  return presentRowOf(state, me) === undefined ? undefined : state;
}

function continues(later: ThreadState, earlier: ThreadState): boolean {
  return !isZero(later.predecessorGenesis) && equalBytes(later.predecessorGenesis, earlier.genesisHash);
}
