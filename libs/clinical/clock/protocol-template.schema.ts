import { z } from 'zod';
import { line, text } from '../fields.schema.js';
import { approval, identifier, version } from '../flags/approval.schema.js';

/**
 * A protocol as data, chosen per case: sources disagree about how many sessions in how many weeks, so nothing of the
 * kind is a constant. Days are calendar days in the zone of the case.
 */
const spacingShape = z.strictObject({
  every: z.strictObject({ count: z.int().min(1).max(52), unit: z.enum(['day', 'week', 'month']) }),
  earlier_days: z.int().min(0).max(90).describe('So many days before that is still within the protocol'),
  later_days: z.int().min(0).max(90),
});
export type Spacing = z.infer<typeof spacingShape>;

const spacing = spacingShape.refine((given) => shortestGapDays(given) >= 1, {
  path: ['earlier_days'],
  error: 'leaves less than a day between two sessions',
});

const block = z
  .strictObject({
    name: line(80),
    sessions: z.strictObject({
      min: z.int().min(1).max(400),
      max: z.int().min(1).max(400).nullable().describe('null: open-ended'),
    }),
    spacing: spacing.describe('From the session before, also when that was in the block before'),
    span_days: z
      .strictObject({ min: z.int().min(1).max(400).nullable(), max: z.int().min(1).max(400) })
      .nullable()
      .describe('From the first to the last session of the block, both days counted'),
    then: z.enum(['next_block', 'review', 'end']).describe('What follows the last session of the block'),
  })
  .refine(({ sessions }) => sessions.max === null || sessions.min <= sessions.max, {
    path: ['sessions', 'max'],
    error: 'must not be lower than the least number of sessions',
  })
  .refine(({ sessions, then }) => then !== 'next_block' || sessions.min === sessions.max, {
    path: ['then'],
    error: 'must be a review where the number of sessions is open: somebody has to decide',
  })
  .refine(
    (given) => given.span_days === null || fits(given.sessions.min, given.spacing, given.span_days.max),
    {
      path: ['span_days', 'max'],
      error: 'is too short for the least number of sessions',
    },
  )
  .refine(({ span_days: span }) => span === null || (span.min ?? 1) <= span.max, {
    path: ['span_days', 'min'],
    error: 'must not be longer than the longest',
  });
export type Block = z.infer<typeof block>;

const hours = z
  .int()
  .min(0)
  .max(24 * 60);

const integration = z
  .strictObject({
    target_from_h: hours.describe('Hours after the end of the session'),
    target_to_h: hours,
    limit_h: hours,
    second: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('following_week'),
          week_starts_on: z.int().min(1).max(7).describe('1 Monday to 7 Sunday'),
        }),
        z.strictObject({
          kind: z.literal('days_after'),
          from_day: z.int().min(1).max(60),
          to_day: z.int().min(1).max(60),
        }),
      ])
      .nullable(),
  })
  .refine((given) => given.target_from_h <= given.target_to_h && given.target_to_h <= given.limit_h, {
    path: ['limit_h'],
    error: 'must not come before the target',
  })
  .refine(({ second }) => second?.kind !== 'days_after' || second.from_day <= second.to_day, {
    path: ['second', 'to_day'],
    error: 'must not come before the first day',
  });

const followUp = z.strictObject({
  after_days: z.int().min(1).max(400),
  earlier_days: z.int().min(0).max(60),
  later_days: z.int().min(0).max(60),
});

export const protocolTemplateSchema = z
  .strictObject({
    format: z.literal('trialogue/protocol-template/1'),
    template_id: identifier,
    version,
    title: line(),
    approval,
    source: text(1_000),
    blocks: z.array(block).min(1).max(10),
    integration,
    follow_up: followUp.nullable(),
    assents_days_before_end: z.int().min(0).max(90).nullable().describe('For a plan that ends and may go on'),
    in_person_exam_valid_months: z
      .int()
      .min(1)
      .max(60)
      .nullable()
      .describe('null: an examination does not age'),
    before_session: z.strictObject({ ride_home: z.boolean(), chaperone: z.boolean() }),
  })
  .refine(({ blocks }) => blocks.every(({ then }, at) => (then === 'end') === (at === blocks.length - 1)), {
    path: ['blocks'],
    error: 'must end with the last block, and only there',
  })
  .refine(({ blocks }) => blocks.slice(0, -1).every(({ sessions }) => sessions.max !== null), {
    path: ['blocks'],
    error: 'must not be open-ended before the last block',
  });
export type ProtocolTemplate = z.infer<typeof protocolTemplateSchema>;

/** Least days between two sessions. A month counts as its shortest, so that what fits always fits. */
export function shortestGapDays({ every, earlier_days: earlier }: Spacing): number {
  const days = { day: 1, week: 7, month: 28 }[every.unit];
  return every.count * days - earlier;
}

function fits(sessions: number, gaps: Spacing, spanDays: number): boolean {
  return (sessions - 1) * shortestGapDays(gaps) <= spanDays - 1;
}
