import { dueAt, type BusinessCalendar } from '#calendar';
import type { Ladder, LadderStep } from '#protocol';

export const MINUTE_MS = 60_000;

/** How far an obligation has come on its ladder. Instants are Unix milliseconds of the database clock. */
export interface Progress {
  readonly openedAtMs: number;
  readonly dueAtMs: number;
  /** How often each step has been taken since the opening. */
  readonly taken: readonly number[];
  /**
   * For each step that was taken before its time: how long after the opening, not counting what acknowledgements had
   * held up by then. Its repetitions count from there.
   */
  readonly earlyMs: readonly (number | null)[];
  /** How long acknowledgements have made the steps with `unlessAcknowledged` wait, all together. */
  readonly pausedMs: number;
}

export interface PlannedStep {
  /** Its place in the ladder, from 0. */
  readonly step: number;
  /** 0 the first time. */
  readonly repeat: number;
  readonly atMs: number;
}

/** What is still to come, earliest first; what a calendar would set later is looked at when it could be due. */
export function plannedSteps(
  ladder: Ladder,
  progress: Progress,
  { nowMs, calendar }: { readonly nowMs: number; readonly calendar?: BusinessCalendar | undefined },
): PlannedStep[] {
  const planned = ladder.steps.flatMap((step, index): PlannedStep[] => {
    const repeat = progress.taken[index] ?? 0;
    if (repeat > (step.repeat?.times ?? 0)) return [];
    const given = { repeat, earlyMs: progress.earlyMs[index] ?? null };
    const earliestMs = realTime(step, progress, given);
    const atMs =
      earliestMs > nowMs ? earliestMs : earliestMs + laterByCalendar(step, progress, given, calendar);
    return [{ step: index, repeat, atMs }];
  });
  return planned.sort((left, right) => left.atMs - right.atMs || left.step - right.step);
}

/** One time of a step; `earlyMs` as in the progress. */
interface OneTime {
  readonly repeat: number;
  readonly earlyMs: number | null;
}

/** Business time taken for real time: never later than what the calendar says. */
function realTime(step: LadderStep, progress: Progress, { repeat, earlyMs }: OneTime): number {
  const { openedAtMs } = progress;
  const firstMs = earlyMs === null ? plannedFirst(step, progress) : openedAtMs + earlyMs;
  const pauseMs = step.unlessAcknowledged ? progress.pausedMs : 0;
  return firstMs + pauseMs + repeat * (step.repeat?.everyMinutes ?? 0) * MINUTE_MS;
}

function plannedFirst({ at }: LadderStep, { openedAtMs, dueAtMs }: Progress): number {
  if ('percentOfTime' in at) {
    return openedAtMs + Math.floor((Math.max(dueAtMs - openedAtMs, 0) * at.percentOfTime) / 100);
  }
  if ('minutesAfterOpening' in at) return openedAtMs + at.minutesAfterOpening * MINUTE_MS;
  const minutes = 'minutesAfterDue' in at ? at.minutesAfterDue : at.businessMinutesAfterDue;
  return dueAtMs + minutes * MINUTE_MS;
}

/** How much later than in real time a calendar sets a step; one that was taken before its time asks none any more. */
function laterByCalendar(
  { at }: LadderStep,
  { dueAtMs }: Progress,
  { earlyMs }: OneTime,
  calendar: BusinessCalendar | undefined,
): number {
  if (!('businessMinutesAfterDue' in at) || calendar === undefined || earlyMs !== null) return 0;
  const minutes = at.businessMinutesAfterDue;
  return Math.max(businessTime(calendar, dueAtMs, minutes) - (dueAtMs + minutes * MINUTE_MS), 0);
}

/** A calendar that never opens would silence the step: then it is real time. */
function businessTime(calendar: BusinessCalendar, fromMs: number, minutes: number): number {
  try {
    return Date.parse(dueAt(calendar, new Date(fromMs).toISOString(), { business_hours: minutes / 60 }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fromMs + minutes * MINUTE_MS;
  }
}
