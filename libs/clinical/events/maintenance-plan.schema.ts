import { z } from 'zod';
import { assentState, assents } from '../assent.schema.js';
import { condition } from '../care.schema.js';
import { clientText, date, dateReaches, entryRef, instant, line, text, textList } from '../fields.schema.js';
import { modality } from '../medicine.schema.js';

/** "Weekly" is every 1 week, "biweekly" every 2, "monthly" every 1 month: the words are too easily misread. */
const every = z.strictObject({ count: z.int().min(1).max(52), unit: z.enum(['week', 'month']) });

const stage = z.strictObject({
  every,
  sessions: z.int().min(1).max(100),
});

/**
 * Step 7 of the pathway: maintenance sessions (never "boosters", which belong inside a session) after the course.
 * It carries no dose: each session is held under the dose decision in force. In force once all three have agreed.
 */
export const maintenancePlanSchema = z
  .strictObject({
    event: z.literal('maintenance_plan'),
    schema: z.literal(1),
    planned_at: instant,
    supersedes: entryRef.nullable().describe('The earlier plan this one replaces'),
    starts_on: date,
    ends_on: date,
    review_on: date,
    stages: z.array(stage).min(1).max(6).describe('One after the other, e.g. weekly, then monthly'),
    modality,
    goals: textList(),
    early_signs: textList().describe('Signs that things are getting worse again'),
    what_to_do_then: text(),
    monitoring: z.array(z.strictObject({ what: line(), every })).max(20),
    conditions: z.array(condition).max(20),
    ending: text().nullable().describe('How and when the treatment is to end'),
    assents,
    client_text: clientText,
  })
  .refine((plan) => plan.starts_on <= plan.review_on && plan.review_on <= plan.ends_on, {
    path: ['review_on'],
    error: 'must lie between start and end',
  })
  .refine((plan) => dateReaches(plan.ends_on, plan.planned_at), {
    path: ['ends_on'],
    error: 'must not be before the plan was made',
  })
  .refine((plan) => assentState(plan.assents) !== 'partial', {
    path: ['assents'],
    error: 'must be possible for all three: nobody is kept in treatment without a word',
  });
