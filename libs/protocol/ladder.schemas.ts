import { z } from 'zod';

/** Whom a step of a ladder can tell. Duty and roles are those of the responder's organisation and role. */
export const STEP_PEOPLE = [
  'responder',
  'opener',
  'primary',
  'secondary',
  'coordinators',
  'directors',
  'administrators',
] as const;
export type StepPeople = (typeof STEP_PEOPLE)[number];

const MONTH_MINUTES = 31 * 24 * 60;
const minutes = z.int().min(0).max(MONTH_MINUTES);
const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** When a step is due. Business minutes are those of the responder's organisation; the others are real time. */
const stepInstant = z.union([
  z.strictObject({ percentOfTime: z.int().min(0).max(100) }),
  z.strictObject({ minutesAfterOpening: minutes }),
  z.strictObject({ minutesAfterDue: minutes }),
  z.strictObject({ businessMinutesAfterDue: minutes.min(1) }),
]);

/**
 * One step: who is told, when, how. It is taken while the answer is missing; `unlessAcknowledged` makes its clock stand
 * still while an acknowledgement holds. `repeat`: so many times more, so far apart.
 */
export const ladderStep = z.strictObject({
  who: z.array(z.enum(STEP_PEOPLE)).min(1).refine(distinct),
  at: stepInstant,
  allChannels: z.boolean().default(false),
  unlessAcknowledged: z.boolean().default(false),
  repeat: z
    .strictObject({ everyMinutes: z.int().min(1).max(1_440), times: z.int().min(1).max(100) })
    .optional(),
});

/** `ackHoldsMinutes`: how long an acknowledgement is believed before what it held up goes on. */
export const ladder = z.strictObject({
  ackHoldsMinutes: z.int().min(1).max(MONTH_MINUTES),
  steps: z.array(ladderStep).min(1).max(16),
});
export type LadderStep = z.output<typeof ladderStep>;
export type Ladder = z.output<typeof ladder>;

/** What happens to an obligation, without content: signed ops, steps of its ladder, alarms. */
export const HISTORY_KINDS = [
  'op',
  'step',
  'nobody_on_duty',
  'step_empty',
  'unattended',
  'undelivered',
  'wait_over',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];
