import { dueAt, type BusinessCalendar } from '#calendar';
import { toHex, type Ladder, type LadderStep, type Urgency } from '#protocol';

const MINUTE_MS = 60_000;

/** How far an obligation has come on its ladder. Instants are Unix milliseconds of the database clock. */
export interface Progress {
  readonly openedAtMs: number;
  readonly dueAtMs: number;
  /** How often each step has been taken since the opening. */
  readonly taken: readonly number[];
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

export interface FiredStep extends PlannedStep {
  /** Nobody stands behind it. */
  readonly empty: boolean;
  /** Taken before its time, because what came before it reached nobody. */
  readonly hastened: boolean;
}

export interface Look {
  readonly nowMs: number;
  /** Of the responder's organisation; without one, business time is real time: earlier, never later. */
  readonly calendar?: BusinessCalendar | undefined;
  /** Take the next step that was never taken, though it is not due. */
  readonly hastened?: boolean;
  readonly isEmpty: (step: number) => boolean;
}

export interface Advanced {
  readonly fired: readonly FiredStep[];
  readonly taken: readonly number[];
  /** When to look again at the latest; undefined when nothing is left. */
  readonly lookAtMs: number | undefined;
}

/**
 * Takes every step that is due, in the order of their times. A step nobody stands behind lets the next one follow at
 * once. Repetitions that were missed count as one.
 */
export function advance(ladder: Ladder, progress: Progress, look: Look): Advanced {
  const fired: FiredStep[] = [];
  const taken = ladder.steps.map((_, step) => progress.taken[step] ?? 0);
  let hastened = look.hastened ?? false;
  for (;;) {
    const planned = plannedSteps(ladder, { ...progress, taken }, look);
    const untaken = hastened ? planned.find(({ repeat }) => repeat === 0) : undefined;
    const next = untaken ?? planned.find(({ atMs }) => atMs <= look.nowMs);
    if (next === undefined) return { fired, taken, lookAtMs: planned[0]?.atMs };
    const empty = look.isEmpty(next.step);
    fired.push({ ...next, empty, hastened: next.atMs > look.nowMs });
    taken[next.step] = takenAfter(ladder.steps[next.step], next, look.nowMs);
    hastened = empty && next.repeat === 0;
  }
}

/** What is still to come, earliest first; what a calendar would set later is looked at when it could be due. */
export function plannedSteps(
  ladder: Ladder,
  progress: Progress,
  { nowMs, calendar }: Pick<Look, 'nowMs' | 'calendar'>,
): PlannedStep[] {
  const planned = ladder.steps.flatMap((step, index): PlannedStep[] => {
    const repeat = progress.taken[index] ?? 0;
    if (repeat > (step.repeat?.times ?? 0)) return [];
    const earliestMs = realTime(step, progress, repeat);
    const atMs = earliestMs > nowMs ? earliestMs : onCalendar(step, progress, { earliestMs, calendar });
    return [{ step: index, repeat, atMs }];
  });
  return planned.sort((left, right) => left.atMs - right.atMs || left.step - right.step);
}

interface CalendarGiven {
  readonly calendar: BusinessCalendar | undefined;
}

/** Business time taken for real time: never later than what the calendar says. */
function realTime({ at, unlessAcknowledged, repeat }: LadderStep, progress: Progress, times: number): number {
  const { openedAtMs, dueAtMs } = progress;
  const pauseMs = unlessAcknowledged ? progress.pausedMs : 0;
  return firstTime() + pauseMs + times * (repeat?.everyMinutes ?? 0) * MINUTE_MS;

  function firstTime(): number {
    if ('percentOfTime' in at) {
      return openedAtMs + Math.floor((Math.max(dueAtMs - openedAtMs, 0) * at.percentOfTime) / 100);
    }
    if ('minutesAfterOpening' in at) return openedAtMs + at.minutesAfterOpening * MINUTE_MS;
    const minutes = 'minutesAfterDue' in at ? at.minutesAfterDue : at.businessMinutesAfterDue;
    return dueAtMs + minutes * MINUTE_MS;
  }
}

function onCalendar(
  step: LadderStep,
  { dueAtMs }: Progress,
  { earliestMs, calendar }: { earliestMs: number } & CalendarGiven,
): number {
  if (!('businessMinutesAfterDue' in step.at) || calendar === undefined) return earliestMs;
  const minutes = step.at.businessMinutesAfterDue;
  const laterMs = businessTime(calendar, dueAtMs, minutes) - (dueAtMs + minutes * MINUTE_MS);
  return earliestMs + Math.max(laterMs, 0);
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

/** Missed repetitions count as taken, but never more than there are, however long nobody looked. */
function takenAfter(step: LadderStep | undefined, { repeat, atMs }: PlannedStep, nowMs: number): number {
  if (step?.repeat === undefined) return repeat + 1;
  const missed = Math.max(0, Math.floor((nowMs - atMs) / (step.repeat.everyMinutes * MINUTE_MS)));
  return Math.min(repeat + missed, step.repeat.times) + 1;
}

/** How many different steps have been taken. */
export function levelOf(taken: readonly number[]): number {
  return taken.filter((times) => times > 0).length;
}

/**
 * A ladder must not be able to silence a question: by the due time, acknowledged or not, somebody beside the one who
 * owes is told.
 */
export function isHeard({ steps }: Ladder): boolean {
  return steps.some(
    ({ who, at, unlessAcknowledged }) =>
      !unlessAcknowledged &&
      ('percentOfTime' in at || ('minutesAfterDue' in at && at.minutesAfterDue === 0)) &&
      who.some((people) => people === 'opener' || people === 'administrators'),
  );
}

/** A ladder with the number obligations keep of it. */
export interface KeptLadder {
  readonly id: number;
  readonly content: Ladder;
}

/** Names the ladder of an organisation for a class of urgency. */
export function ladderKey(organisationId: Uint8Array, urgency: Urgency): string {
  return `${toHex(organisationId)}/${urgency}`;
}
