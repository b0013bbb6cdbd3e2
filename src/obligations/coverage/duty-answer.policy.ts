import { shiftsBetween, type PoolPlan, type Shift } from '#calendar';
import { fromHex } from '#protocol';

/** How far ahead coverage looks: for gaps, and for when somebody will be on duty. */
export const AHEAD_MS = 14 * 24 * 3_600_000;

/** Who is on duty in a pool at an instant. Ids 16 bytes. */
export interface DutyAnswer {
  readonly primary: Uint8Array | null;
  readonly secondary: Uint8Array | null;
  /** The first instant from then on at which somebody is on duty in either slot; null: none within 14 days. */
  readonly nextOnDutyAtMs: number | null;
  readonly hasRota: boolean;
}

export const NO_ROTA: DutyAnswer = { primary: null, secondary: null, nextOnDutyAtMs: null, hasRota: false };

/** Answers for many instants from one look at the plan. */
export function dutyAnswers(plan: PoolPlan, instants: readonly number[]): (atMs: number) => DutyAnswer {
  const fromMs = instants.reduce((least, atMs) => Math.min(least, atMs), Infinity);
  const toMs = instants.reduce((most, atMs) => Math.max(most, atMs), -Infinity) + AHEAD_MS;
  const shifts = shiftsBetween(plan, { fromMs, toMs });
  const known = new Map<number, DutyAnswer>();
  return (atMs) => {
    const answer = known.get(atMs) ?? answerAt(shifts, atMs);
    known.set(atMs, answer);
    return answer;
  };
}

function answerAt(shifts: readonly Shift[], atMs: number): DutyAnswer {
  const holder = (slot: Shift['slot']) => {
    const shift = shifts.find((each) => each.slot === slot && each.fromMs <= atMs && atMs < each.toMs);
    return shift === undefined || shift.person === null ? null : fromHex(shift.person);
  };
  const starts = shifts
    .filter(({ person, toMs }) => person !== null && toMs > atMs)
    .map(({ fromMs }) => Math.max(fromMs, atMs))
    .filter((startMs) => startMs < atMs + AHEAD_MS);
  return {
    primary: holder('primary'),
    secondary: holder('secondary'),
    nextOnDutyAtMs: starts.length === 0 ? null : Math.min(...starts),
    hasRota: true,
  };
}
