import type { BusinessCalendar } from '#calendar';
import { toHex, type Ladder, type LadderStep } from '#protocol';
import type { OutboxRow } from '../platform/index.js';
import type { HistoryRow } from './history.js';
import { advance, levelOf, type FiredStep } from './ladder.policy.js';
import type { DueObligation } from './parties.js';
import { noticesOfEmptyStep, noticesOfNobodyOnDuty, noticesOfStep } from './step-notices.policy.js';
import { lacksDuty, peopleOfStep, type Bystanders, type Told } from './step-people.policy.js';

/** So soon after the opening its own notice is as good as new. */
const AT_ONCE_MS = 60_000;

/** What an escalation depends on beside the obligation itself. */
export interface Circumstances extends Bystanders {
  readonly ladder: Ladder;
  readonly calendar: BusinessCalendar | undefined;
}

/** An obligation moved as far as its ladder goes now, with everything that follows from it. */
export interface Escalated {
  readonly of: DueObligation;
  readonly taken: readonly number[];
  readonly earlyMs: readonly (number | null)[];
  readonly lookAtMs: number | undefined;
  readonly notices: readonly OutboxRow[];
  readonly history: readonly HistoryRow[];
}

interface Taking {
  readonly due: DueObligation;
  readonly circumstances: Circumstances;
  readonly fired: FiredStep;
  readonly step: LadderStep;
  readonly level: number;
}

export function escalate(due: DueObligation, circumstances: Circumstances): Escalated {
  const { ladder, calendar } = circumstances;
  const people = ladder.steps.map((step) => peopleOfStep(step, due, circumstances));
  const { fired, ...progress } = advance(ladder, due, {
    nowMs: due.nowMs,
    calendar,
    hastened: due.hastened,
    heldUntilMs: due.heldUntilMs,
    isEmpty: (step) => people[step]?.length === 0,
  });
  const before = [...due.taken];
  const effects = fired.flatMap((each) => {
    const step = ladder.steps[each.step];
    if (step === undefined) return [];
    before[each.step] = each.repeat + 1;
    const taking = { due, circumstances, fired: each, step, level: levelOf(before) };
    return [effectsOf(taking, people[each.step] ?? [])];
  });
  const notices = effects.flatMap((effect) => effect.notices);
  return {
    of: due,
    ...progress,
    notices: [...notices, ...emptinessOf(due, fired)],
    history: effects.flatMap((effect) => effect.history),
  };
}

function effectsOf(taking: Taking, people: readonly Told[]): Pick<Escalated, 'notices' | 'history'> {
  const { due, circumstances, fired, step } = taking;
  const told = people.filter((person) => !knowsFromOpening(person, taking));
  const isOverdue = due.nowMs >= due.dueAtMs;
  const notices = noticesOfStep(due, { step, index: fired.step, repeat: fired.repeat, isOverdue }, told);
  const history = [historyOfStep(taking, told)];
  if (!lacksDuty(step, due, circumstances)) return { notices, history };
  const openerKnows = told.some(({ as }) => as === 'opener');
  return {
    notices: [...notices, ...(openerKnows ? [] : noticesOfNobodyOnDuty(due))],
    history: [...history, historyOfNobodyOnDuty(taking)],
  };
}

/**
 * Whoever owes was told by the opening itself, and whoever opened it wrote it: a step of that very moment, which may
 * mean either because he is on duty, does not tell him again.
 */
function knowsFromOpening({ as, id }: Told, { due, fired }: Taking): boolean {
  const { openedAtMs, nowMs, responderId, ownerId, openerId } = due;
  const ofOpening = fired.repeat === 0 && fired.atMs <= openedAtMs && nowMs - openedAtMs < AT_ONCE_MS;
  const knowing = as === 'opener' ? [] : [responderId, ownerId, openerId];
  return ofOpening && knowing.some((person) => person !== null && toHex(person) === id);
}

/** One alarm for all steps of one look that reach nobody, the first time. */
function emptinessOf(due: DueObligation, fired: readonly FiredStep[]): OutboxRow[] {
  const first = fired.find(({ empty, repeat }) => empty && repeat === 0);
  return first === undefined ? [] : noticesOfEmptyStep(due, first.step);
}

function historyOfStep({ due, fired, level }: Taking, told: readonly Told[]): HistoryRow {
  const { step, repeat, atMs, hastened, empty } = fired;
  return {
    threadId: due.threadId,
    obligation: due.id,
    cause: ['step', due.openedSeq, step, repeat].join('.'),
    kind: empty ? 'step_empty' : 'step',
    step: { step, level, repeat, scheduledForMs: atMs, hastened },
    told: told.map(({ as, id }) => ({ as, id })),
  };
}

function historyOfNobodyOnDuty({ due, circumstances }: Taking): HistoryRow {
  return {
    threadId: due.threadId,
    obligation: due.id,
    cause: ['nobody_on_duty', due.openedSeq].join('.'),
    kind: 'nobody_on_duty',
    nextOnDutyAtMs: circumstances.duty.nextOnDutyAtMs,
  };
}
