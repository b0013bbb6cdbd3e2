import type { Run } from './checker.js';
import { CLOCK_TOLERANCE_MS, faultsOf } from './checker.steps.js';
import type { Attempt } from './final.state.js';

/** Something that reached the provider although it had reached it before. */
interface Duplicate {
  readonly deliveryId: string;
  /** Nobody could know how the try before had ended: it was under way at a cut, or the provider said yes too late. */
  readonly isExplained: boolean;
}

/** What the provider got, and the try it belongs to. On the database clock. */
interface Arrival {
  readonly deliveryId: string;
  readonly atMs: number;
  readonly attempt: Attempt | undefined;
}

/** When what was under way could be lost, on the database clock: an instant, where it is a process that is cut off. */
interface Cut {
  readonly fromMs: number;
  readonly toMs: number;
}

/** So soon after the provider's answer a process that lives and has its database has written it down. */
const MARKED_WITHIN_MS = 2_000;

export function duplicatesOf(run: Run): Duplicate[] {
  const cuts = cutsOf(run);
  const before = new Map<string, Arrival>();
  return arrivalsOf(run).flatMap((arrival) => {
    const { deliveryId } = arrival;
    const earlier = before.get(deliveryId);
    before.set(deliveryId, arrival);
    return earlier === undefined ? [] : [{ deliveryId, isExplained: isExplained(earlier, arrival, cuts) }];
  });
}

/** Sends that the provider had and the ledger had not when something was cut off: so many may be sent again. */
export function inFlightAtCuts(run: Run): number {
  const cuts = cutsOf(run);
  return arrivalsOf(run).filter((arrival) => cuts.some((cut) => isCutOff(arrival, cut))).length;
}

function isExplained(earlier: Arrival, later: Arrival, cuts: readonly Cut[]): boolean {
  const { attempt } = later;
  if (attempt === undefined || attempt === earlier.attempt) return false;
  if (earlier.atMs > markedMs(earlier)) return true;
  return markedMs(earlier) > attempt.startedMs && cuts.some((cut) => isCutOff(earlier, cut));
}

/** Did the cut fall between the beginning of the try and its mark? */
function isCutOff(arrival: Arrival, { fromMs, toMs }: Cut): boolean {
  const { atMs, attempt } = arrival;
  if (attempt === undefined) return false;
  const lastMs = Math.min(markedMs(arrival), atMs + MARKED_WITHIN_MS);
  return fromMs <= lastMs + CLOCK_TOLERANCE_MS && toMs >= attempt.startedMs - CLOCK_TOLERANCE_MS;
}

const markedMs = ({ attempt }: Arrival): number => attempt?.endedMs ?? Number.POSITIVE_INFINITY;

/** In order. */
function arrivalsOf({ receipts, final, clockOffsetMs }: Run): Arrival[] {
  const attempts = new Map<string, Attempt[]>();
  for (const attempt of final.attempts) {
    attempts.set(attempt.deliveryId, [...(attempts.get(attempt.deliveryId) ?? []), attempt]);
  }
  return receipts
    .toSorted((a, b) => a.at - b.at)
    .map(({ deliveryId, at }) => {
      const atMs = at + clockOffsetMs;
      const begun = attempts
        .get(deliveryId)
        ?.filter(({ startedMs }) => startedMs <= atMs + CLOCK_TOLERANCE_MS);
      return { deliveryId, atMs, attempt: begun?.at(-1) };
    });
}

/** A process is gone or stands still at once; a database lets nothing be written until its fault is over. */
function cutsOf(run: Run): Cut[] {
  const faults = faultsOf(run);
  return run.history.flatMap((event) => {
    if (event.op !== 'cut') return [];
    const fromMs = event.at + run.clockOffsetMs;
    const fault = faults.find((one) => one.fromMs <= fromMs && one.toMs >= fromMs);
    return [{ fromMs, toMs: event.what === 'database' ? (fault?.toMs ?? fromMs) : fromMs }];
  });
}
