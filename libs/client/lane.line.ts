import { presentRowOf } from '#chain';
import { isZero, toBase64Url } from '#protocol';
import type { HeldThread, ThreadFact } from './held.chain.js';
import { beforeIn, endOf } from './lane.twins.js';

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
  let later = last;
  for (const before of beforeIn(threads, last)) {
    line.unshift(partUpTo(before, later, rivalsOf(threads, later, before)));
    later = before;
  }
  return line;
}

/** Threads that carry the lane on from `before` otherwise than `later` does, and those that carry them on. */
function rivalsOf(threads: readonly HeldThread[], later: HeldThread, before: HeldThread): HeldThread[] {
  return threads.filter((other) => {
    const earlier = [other, ...beforeIn(threads, other)];
    return other !== before && earlier.includes(before) && !earlier.includes(later);
  });
}

function partUpTo(held: HeldThread, later: HeldThread, rivals: readonly HeldThread[]): LinePart {
  const end = endOf(held, later);
  const facts = end === undefined ? held.facts : held.facts.slice(0, end.seq);
  const behind = held.facts.slice(facts.length).map((fact) => ({ held, fact }));
  const elsewhere = rivals.flatMap((rival) => rival.facts.map((fact) => ({ held: rival, fact })));
  return { held, facts, whole: end !== undefined, aside: [...behind, ...elsewhere] };
}

/**
 * Threads beside the end of the line that are open to somebody who is not in it, and whose end I do not know: I am not
 * in them, or they are served to me no longer. Whoever is in both is told that the lane is ambiguous and writes nothing.
 */
export function unfollowedBeside(line: readonly LinePart[], me: string): readonly HeldThread[] {
  const last = line.at(-1)?.held;
  const beside = new Set(line.flatMap(({ held, aside }) => [held, ...aside.map((placed) => placed.held)]));
  return [...beside].filter((held) => held !== last && !isFollowed(held, me) && hasOthers(held, last));
}

/**
 * What members of the lane wrote into threads that claim to be it and go on from nothing of it. Such a thread can be
 * anybody's, so what strangers say there is nothing; but a member may have taken it for the lane.
 */
export function writtenElsewhere(
  threads: readonly HeldThread[],
  line: readonly LinePart[],
): readonly PlacedFact[] {
  const last = line.at(-1)?.held.state;
  if (last === undefined) return [];
  const isOfLine = (one: HeldThread) => line.some(({ held }) => held === one);
  return threads
    .filter(({ state }) => state?.caseId === last.caseId && state.lane === last.lane)
    .filter((other) => ![other, ...beforeIn(threads, other)].some(isOfLine))
    .flatMap((held) => held.facts.map((fact) => ({ held, fact })))
    .filter(({ fact }) => presentRowOf(last, fact.authorUser) !== undefined);
}

function isFollowed({ state, health }: HeldThread, me: string): boolean {
  if (state === undefined || state.closed) return true;
  return presentRowOf(state, me) !== undefined && health.state !== 'not_served';
}

function hasOthers({ state }: HeldThread, last: HeldThread | undefined): boolean {
  return (state?.rows ?? []).some(
    ({ userId, left }) => !left && presentRowOf({ rows: last?.state?.rows ?? [] }, userId) === undefined,
  );
}
