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

/** What one look at a pool finds. */
export interface Look {
  readonly gaps: readonly Gap[];
  readonly checks: readonly { readonly shift: HeldShift; readonly hoursBefore: HoursBefore }[];
  /** The newest primary shift that has begun since the last look, if somebody else had it before. */
  readonly handover: { readonly shift: HeldShift; readonly outgoing: string | null } | undefined;
}

/**
 * Gaps are looked for from the beginning of the day on, so that a gap in progress has the same beginning all day.
 * @param sinceMs shifts that began up to then have been handed over
 */
export function lookAt(
  plan: PoolPlan,
  calendar: BusinessCalendar | null,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): Look {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const shifts = shiftsBetween(plan, { fromMs: Math.min(sinceMs, nowMs), toMs: nowMs + DAY_MS + 1 });
  return {
    gaps: gapsBetween(plan, { fromMs: today, toMs: nowMs + AHEAD_MS }, calendar).filter(
      ({ toMs }) => toMs > nowMs,
    ),
    checks: checksOf(shifts, nowMs),
    handover: handoverOf(shifts, { sinceMs, nowMs }),
  };
}

/** Of two checks that are due at once, a shift planned late, the nearer one says it all. */
function checksOf(shifts: readonly Shift[], nowMs: number): Look['checks'] {
  return shifts
    .filter(isHeld)
    .filter(({ fromMs }) => fromMs > nowMs && fromMs <= nowMs + DAY_MS)
    .map((shift) => ({ shift, hoursBefore: shift.fromMs <= nowMs + HOUR_MS ? 1 : 24 }));
}

function handoverOf(
  shifts: readonly Shift[],
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): Look['handover'] {
  const primary = shifts.filter(({ slot }) => slot === SLOTS[0]);
  const at = primary.findLastIndex(({ fromMs }) => fromMs <= nowMs);
  const shift = primary[at];
  if (shift === undefined || !isHeld(shift) || shift.fromMs <= sinceMs) return undefined;
  const outgoing = primary[at - 1]?.person ?? null;
  return outgoing === shift.person ? undefined : { shift, outgoing };
}

function isHeld(shift: Shift): shift is HeldShift {
  return shift.person !== null;
}
