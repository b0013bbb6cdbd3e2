import type { AnswerClock, AnswerClockRow } from './answer.clock.js';

const row = (
  asked_by: AnswerClockRow['asked_by'],
  responder: AnswerClockRow['responder'],
  rest: Partial<AnswerClockRow>,
): AnswerClockRow => ({
  asked_by,
  responder,
  counts_from: 'entry',
  acknowledge_within: null,
  answer_within: null,
  not_later_than: null,
  ...rest,
});

const DOSE: Partial<AnswerClockRow> = {
  answer_within: { business_hours: 16 },
  not_later_than: { before: 'session_start', hours: 24 },
};
const BEFORE_SESSION: Partial<AnswerClockRow> = { not_later_than: { before: 'session_start', hours: 0 } };
const ASSENT: Partial<AnswerClockRow> = { not_later_than: { before: 'plan_end', hours: 7 * 24 } };

/**
 * The defaults of the pathway, step by step; every organisation may override them, and nobody has approved them yet.
 * Integration contacts are not here: they belong to the protocol template of the case.
 */
export const DEFAULT_ANSWER_CLOCK: AnswerClock = {
  format: 'trialogue/answer-clock/1',
  clock_id: 'default_clock',
  version: 1,
  title: 'Default clock of the pathway',
  approval: 'none',
  source: 'The pathway table of the project\'s product page, column "default clock".',
  rows: [
    row('referral', 'prescriber', {
      acknowledge_within: { business_hours: 4 },
      answer_within: { business_hours: 8 },
    }),
    row('referral', 'prescriber', { counts_from: 'visit', answer_within: { business_hours: 16 } }),
    row('eligibility_decision', 'therapist', { answer_within: { business_hours: 8 } }),
    row('eligibility_decision', 'client', { answer_within: { hours: 72 } }),
    row('preparation_ready', 'client', BEFORE_SESSION),
    row('preparation_ready', 'prescriber', BEFORE_SESSION),
    row('vitals_alert', 'prescriber', { acknowledge_within: { minutes: 3 }, answer_within: { minutes: 10 } }),
    row('dose_adjustment_request', 'prescriber', DOSE),
    row('dose_order', 'therapist', DOSE),
    row('dose_order', 'client', DOSE),
    row('dose_adjustment', 'therapist', DOSE),
    row('dose_adjustment', 'client', DOSE),
    row('maintenance_plan', 'therapist', ASSENT),
    row('maintenance_plan', 'prescriber', ASSENT),
    row('maintenance_plan', 'client', ASSENT),
  ],
};
