import { presentRowOf, type ThreadState } from '#chain';
import { equalBytes, inRoleMask, isZero, toBase64Url } from '#protocol';
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
  readonly aside: readonly PlacedFact[];
}

export interface PlacedFact {
  readonly held: HeldThread;
  readonly fact: ThreadFact;
}

/** Whether the line begins where the lane began; otherwise something stands before it that I do not hold. */
export function isFromTheStart([first]: readonly LinePart[]): boolean {
  return first?.held.state !== undefined && isZero(first.held.state.predecessorGenesis);
}

/** The entry called `ref` in an earlier thread of the lane, if all between it and this thread is held. */
export function earlierInLine(
  threads: readonly HeldThread[],
  held: HeldThread,
  ref: string,
): PlacedFact | undefined {
  for (const part of lineUpTo(threads, held).slice(0, -1).reverse()) {
    if (!part.whole) return undefined;
    const fact = part.facts.find(({ entryHash }) => toBase64Url(entryHash) === ref);
    if (fact !== undefined) return { held: part.held, fact };
  }
  return undefined;
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
