import type { Block, ProtocolTemplate, Spacing } from './protocol-template.schema.js';

const SOURCE =
  "The project's product page, which reports that sources disagree. An example to start from: the spacing between " +
  'sessions is ours, and a prescriber decides for the case.';

const everyDays = (count: number, earlier: number, later: number): Spacing => ({
  every: { count, unit: 'day' },
  earlier_days: earlier,
  later_days: later,
});
const everyWeeks = (count: number, around: number): Spacing => ({
  every: { count, unit: 'week' },
  earlier_days: around,
  later_days: around,
});

function template(id: string, title: string, blocks: Block[]): ProtocolTemplate {
  return {
    format: 'trialogue/protocol-template/1',
    template_id: id,
    version: 1,
    title: `EXAMPLE: ${title}`,
    approval: 'none',
    source: SOURCE,
    blocks,
    integration: {
      target_from_h: 24,
      target_to_h: 48,
      limit_h: 72,
      second: { kind: 'following_week', week_starts_on: 1 },
    },
    follow_up: { after_days: 30, earlier_days: 5, later_days: 5 },
    assents_days_before_end: 7,
    in_person_exam_valid_months: null,
    before_session: { ride_home: true, chaperone: false },
  };
}

const six = (spacing: Spacing, span: Block['span_days']): Block => ({
  name: 'Course',
  sessions: { min: 6, max: 6 },
  spacing,
  span_days: span,
  then: 'end',
});

const maintenance = (spacing: Spacing): Block => ({
  name: 'Maintenance',
  sessions: { min: 1, max: null },
  spacing,
  span_days: null,
  then: 'end',
});

/** Six ways to run a course or its maintenance; a service writes its own in the same form. */
export const EXAMPLE_PROTOCOL_TEMPLATES = {
  six_in_three_weeks: template('six_in_three_weeks', '6 sessions in 3 weeks', [
    six(everyDays(3, 1, 4), { min: null, max: 21 }),
  ]),
  six_in_two_to_three_weeks: template('six_in_two_to_three_weeks', '6 sessions in 2 to 3 weeks', [
    six(everyDays(3, 1, 2), { min: 14, max: 21 }),
  ]),
  two_then_review: template('two_then_review', '2 sessions, a review, then 4 to 6', [
    {
      name: 'First two',
      sessions: { min: 2, max: 2 },
      spacing: everyWeeks(1, 3),
      span_days: null,
      then: 'review',
    },
    {
      name: 'After the review',
      sessions: { min: 4, max: 6 },
      spacing: everyWeeks(1, 3),
      span_days: null,
      then: 'end',
    },
  ]),
  maintenance_weekly: template('maintenance_weekly', 'maintenance every week', [
    maintenance(everyWeeks(1, 2)),
  ]),
  maintenance_biweekly: template('maintenance_biweekly', 'maintenance every 2 weeks', [
    maintenance(everyWeeks(2, 3)),
  ]),
  maintenance_monthly: template('maintenance_monthly', 'maintenance every month', [
    maintenance({ every: { count: 1, unit: 'month' }, earlier_days: 7, later_days: 7 }),
  ]),
} as const;
