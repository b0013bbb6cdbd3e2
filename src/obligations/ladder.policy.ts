import type { BusinessCalendar } from '#calendar';
import { toHex, type Ladder, type LadderStep, type Urgency } from '#protocol';
import { MINUTE_MS, plannedSteps, type PlannedStep, type Progress } from './ladder.times.policy.js';

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
  /** Until when the last acknowledgement holds. */
  readonly heldUntilMs?: number | null;
  readonly isEmpty: (step: number) => boolean;
}

export interface Advanced {
  readonly fired: readonly FiredStep[];
  readonly taken: readonly number[];
  readonly earlyMs: readonly (number | null)[];
  /** When to look again at the latest; undefined when nothing is left. */
  readonly lookAtMs: number | undefined;
}

/**
 * Takes every step that is due, in the order of their times. A step nobody stands behind lets the next one follow at
 * once; what is told at the opening itself is not what follows from its having reached nobody. Repetitions that were
 * missed count as one.
 */
export function advance(ladder: Ladder, progress: Progress, look: Look): Advanced {
  const fired: FiredStep[] = [];
  const taken = ladder.steps.map((_, step) => progress.taken[step] ?? 0);
  const earlyMs = ladder.steps.map((_, step) => progress.earlyMs[step] ?? null);
  let hastened = look.hastened ?? false;
  for (;;) {
    const planned = plannedSteps(ladder, { ...progress, taken, earlyMs }, look);
    const untaken = hastened ? planned.find(({ repeat }) => repeat === 0) : undefined;
    const next = untaken ?? planned.find(({ atMs }) => atMs <= look.nowMs);
    if (next === undefined) return { fired, taken, earlyMs, lookAtMs: planned[0]?.atMs };
    const step = ladder.steps[next.step];
    const empty = look.isEmpty(next.step);
    const early = next.atMs > look.nowMs;
    fired.push({ ...next, empty, hastened: early });
    taken[next.step] = takenAfter(step, next, look.nowMs);
    if (early) earlyMs[next.step] = look.nowMs - progress.openedAtMs - heldUpMs(step, progress, look);
    const ofOpening = next.atMs <= progress.openedAtMs;
    hastened = next.repeat === 0 && (empty || (hastened && ofOpening));
  }
}

/** How much of the acknowledgements' hold over a step is past: what is still to come holds its repetitions up. */
function heldUpMs(
  step: LadderStep | undefined,
  { pausedMs }: Progress,
  { nowMs, heldUntilMs }: Look,
): number {
  return step?.unlessAcknowledged === true ? pausedMs - Math.max(0, (heldUntilMs ?? nowMs) - nowMs) : 0;
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
 * owes is told. Whoever opened it learns nothing by being told at the opening.
 */
export function isHeard({ steps }: Ladder): boolean {
  return steps.some(
    ({ who, at, unlessAcknowledged }) =>
      !unlessAcknowledged &&
      ('percentOfTime' in at || ('minutesAfterDue' in at && at.minutesAfterDue === 0)) &&
      who.some((people) => people === 'administrators' || (people === 'opener' && !isAtOpening(at))),
  );
}

function isAtOpening(at: LadderStep['at']): boolean {
  return 'percentOfTime' in at && at.percentOfTime === 0;
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
