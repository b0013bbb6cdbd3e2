import { presentRowOf, type ThreadState } from '#chain';
import { equalBytes, isZero } from '#protocol';
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
    return same && !continues(theirs, mine) && !continues(mine, theirs);
  });
}

/** Whether a later thread of the same lane names this one as what it goes on from. */
export function isContinued(threads: readonly HeldThread[], held: HeldThread): boolean {
  return threads.some((other) => goesOn(other, held));
}

/** A thread of a lane as far as it belongs to the lane: up to the entry that a later thread goes on from. */
export interface LinePart {
  readonly held: HeldThread;
  readonly facts: readonly ThreadFact[];
  /** False: the later thread goes on from an entry I do not hold. */
  readonly whole: boolean;
}

/** A thread with those it goes on from, the earliest first, as far as I hold them. */
export function lineUpTo(threads: readonly HeldThread[], last: HeldThread): readonly LinePart[] {
  const line: LinePart[] = [{ held: last, facts: last.facts, whole: true }];
  const seen = new Set([last]);
  for (let later = last; ;) {
    const before = threads.find((other) => !seen.has(other) && goesOn(later, other));
    if (before === undefined) return line;
    line.unshift(partUpTo(before, later.state?.predecessorHead));
    seen.add(before);
    later = before;
  }
}

function partUpTo(held: HeldThread, head: Uint8Array | undefined): LinePart {
  const end = held.facts.findIndex(({ entryHash }) => head !== undefined && equalBytes(entryHash, head));
  return end < 0
    ? { held, facts: held.facts, whole: false }
    : { held, facts: held.facts.slice(0, end + 1), whole: true };
}

function goesOn({ state: later }: HeldThread, { state: earlier }: HeldThread): boolean {
  if (later === undefined || earlier === undefined) return false;
  return later.caseId === earlier.caseId && later.lane === earlier.lane && continues(later, earlier);
}

function liveState({ state }: HeldThread, me: string): ThreadState | undefined {
  if (state === undefined || state.epoch === 0 || state.closed) return undefined;
  return presentRowOf(state, me) === undefined ? undefined : state;
}

function continues(later: ThreadState, earlier: ThreadState): boolean {
  return !isZero(later.predecessorGenesis) && equalBytes(later.predecessorGenesis, earlier.genesisHash);
}
