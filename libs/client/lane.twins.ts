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
    return same && !goesOn(other, held) && !goesOn(held, other);
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
  /** What was written in this place and is no part of the lane: behind that entry, or in a rival continuation. */
  readonly aside: readonly AsideFact[];
}

export interface AsideFact {
  readonly held: HeldThread;
  readonly fact: ThreadFact;
}

/** A thread with those it goes on from, the earliest first, as far as I hold them. */
export function lineUpTo(threads: readonly HeldThread[], last: HeldThread): readonly LinePart[] {
  const line: LinePart[] = [{ held: last, facts: last.facts, whole: true, aside: [] }];
  const seen = new Set([last]);
  for (let later = last; ;) {
    const before = threads.find((other) => !seen.has(other) && goesOn(later, other));
    if (before === undefined) return line;
    line.unshift(partUpTo(before, later, rivalsOf(threads, later, before)));
    seen.add(before);
    later = before;
  }
}

function rivalsOf(threads: readonly HeldThread[], later: HeldThread, before: HeldThread): HeldThread[] {
  return threads.filter((other) => other !== later && goesOn(other, before));
}

function partUpTo(held: HeldThread, later: HeldThread, rivals: readonly HeldThread[]): LinePart {
  const end = endOf(held, later);
  const facts = end === undefined ? held.facts : held.facts.slice(0, end.seq);
  const behind = held.facts.slice(facts.length).map((fact) => ({ held, fact }));
  const elsewhere = rivals.flatMap((rival) => rival.facts.map((fact) => ({ held: rival, fact })));
  return { held, facts, whole: end !== undefined, aside: [...behind, ...elsewhere] };
}

/** The entry of the earlier thread that the later one names as the last it goes on from. */
function endOf({ facts }: HeldThread, { state }: HeldThread): ThreadFact | undefined {
  return facts.find(({ entryHash }) => state !== undefined && equalBytes(entryHash, state.predecessorHead));
}

/**
 * Only who had a place in the earlier thread at that entry can take the lane elsewhere: whoever had left, or never was
 * there, founds a twin, which nobody follows unasked.
 */
function goesOn(later: HeldThread, earlier: HeldThread): boolean {
  if (later.state === undefined || earlier.state === undefined) return false;
  const { caseId, lane, predecessorGenesis } = later.state;
  const isSame = caseId === earlier.state.caseId && lane === earlier.state.lane;
  const isNamed = !isZero(predecessorGenesis) && equalBytes(predecessorGenesis, earlier.state.genesisHash);
  const founder = later.facts[0]?.authorUser;
  const rows = endOf(earlier, later)?.rows ?? earlier.state.rows;
  return isSame && isNamed && founder !== undefined && presentRowOf({ rows }, founder) !== undefined;
}

function liveState({ state }: HeldThread, me: string): ThreadState | undefined {
  if (state === undefined || state.epoch === 0 || state.closed) return undefined;
  return presentRowOf(state, me) === undefined ? undefined : state;
}
