import {
  SLOTS,
  gapsBetween,
  shiftsBetween,
  type BusinessCalendar,
  type Gap,
  type PoolPlan,
  type Shift,
} from '#calendar';
import { AHEAD_MS } from './duty-answer.policy.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long before a shift somebody is asked whether he is ready. */
export type HoursBefore = 1 | 24;

/** Somebody's shift. */
export interface HeldShift extends Shift {
  readonly person: string;
}

/** When a look takes place, and up to when shifts that began have been handed over. */
interface LookTimes {
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** What one look at a pool finds. */
export interface Look {
  readonly gaps: readonly Gap[];
  readonly checks: readonly { readonly shift: HeldShift; readonly hoursBefore: HoursBefore }[];
  readonly handover: Handover | undefined;
}

/** The newest primary shift that has begun since the last look, if somebody takes something over with it. */
export interface Handover {
  readonly shift: HeldShift;
  /** Who had duty last; null: nobody is known, or the same person, who comes back after nobody had it. */
  readonly outgoing: string | null;
  /** He knows what was open before: only what was opened since then is new to him. Null: all of it is. */
  readonly knownUntilMs: number | null;
}

/** How far back a look asks who had duty last. */
const BEHIND_MS = AHEAD_MS;

/** From when on a look has to know the plan: what was changed before is over, and moves nothing it finds. */
export function lookBeginsMs({ sinceMs, nowMs }: LookTimes): number {
  return Math.min(sinceMs - BEHIND_MS, dayOfMs(nowMs));
}

/**
 * Gaps are looked for from the beginning of the day on, so that a gap in progress has the same beginning all day.
 * @param plan as it stands from `lookBeginsMs` on
 */
export function lookAt(
  plan: PoolPlan,
  calendar: BusinessCalendar | null,
  { sinceMs, nowMs }: LookTimes,
): Look {
  const shifts = shiftsBetween(plan, { fromMs: Math.min(sinceMs, nowMs), toMs: nowMs + DAY_MS + 1 });
  return {
    gaps: gapsBetween(plan, { fromMs: dayOfMs(nowMs), toMs: nowMs + AHEAD_MS }, calendar).filter(
      ({ toMs }) => toMs > nowMs,
    ),
    checks: checksOf(shifts, nowMs),
    handover: handoverOf(plan, shifts, { sinceMs, nowMs }),
  };
}

/** The beginning of its day, in UTC as the days on which somebody is told. */
function dayOfMs(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

/** Of two checks that are due at once, a shift planned late, the nearer one says it all. */
function checksOf(shifts: readonly Shift[], nowMs: number): Look['checks'] {
  return shifts
    .filter(isHeld)
    .filter(({ fromMs }) => fromMs > nowMs && fromMs <= nowMs + DAY_MS)
    .map((shift) => ({ shift, hoursBefore: shift.fromMs <= nowMs + HOUR_MS ? 1 : 24 }));
}

function handoverOf(
  plan: PoolPlan,
  shifts: readonly Shift[],
  { sinceMs, nowMs }: LookTimes,
): Handover | undefined {
  const shift = shifts.findLast(({ slot, fromMs }) => slot === SLOTS[0] && fromMs <= nowMs);
  if (shift === undefined || !isHeld(shift) || shift.fromMs <= sinceMs) return undefined;
  const last = lastHeldBefore(plan, shift);
  if (last?.person !== shift.person) return { shift, outgoing: last?.person ?? null, knownUntilMs: null };
  return last.toMs === shift.fromMs ? undefined : { shift, outgoing: null, knownUntilMs: last.toMs };
}

function lastHeldBefore(plan: PoolPlan, { slot, fromMs }: HeldShift): HeldShift | undefined {
  return shiftsBetween(plan, { fromMs: fromMs - BEHIND_MS, toMs: fromMs })
    .filter((shift) => shift.slot === slot)
    .findLast(isHeld);
}

function isHeld(shift: Shift): shift is HeldShift {
  return shift.person !== null;
}
