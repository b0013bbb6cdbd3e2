import { z } from 'zod';
import { ruleSetRef } from '../care.schema.js';
import { clientText, date, entryRef, instant, line, text, textList } from '../fields.schema.js';
import { medication } from '../medicine.schema.js';

const change = z
  .strictObject({
    name: line(),
    what: z.enum(['started', 'stopped', 'dose_changed', 'paused', 'resumed']),
    dose_before: line().nullable(),
    dose_now: line().nullable(),
    since: date.nullable().describe('null: not known'),
    prescribed_by: line().nullable(),
    reason: text(500).nullable(),
  })
  .refine(({ what, dose_before: before }) => what !== 'started' || before === null, {
    path: ['dose_before'],
    error: 'must be null for a medicine that was started',
  })
  .refine(({ what, dose_now: now }) => !['stopped', 'paused'].includes(what) || now === null, {
    path: ['dose_now'],
    error: 'must be null for a medicine that is not taken now',
  })
  .refine(({ what, dose_now: now }) => what !== 'dose_changed' || now !== null, {
    path: ['dose_now'],
    error: 'is needed when the dose was changed',
  });

/** What a rule set said about a medicine; without a rule set there is no flag. */
const interaction = z.strictObject({
  medicine: line(),
  rule_set: ruleSetRef,
  rule: line(),
  explanation: text(1_000),
});

/**
 * Any medicine but the one this course is about was started, stopped or changed, by whomever. The prescriber answers
 * whether eligibility and dose still stand. Ketamine itself is changed by a dose decision and by nothing else.
 */
export const medicationChangeSchema = z.strictObject({
  event: z.literal('medication_change'),
  schema: z.literal(1),
  recorded_at: instant,
  supersedes: entryRef.nullable().describe('The earlier record this one replaces'),
  source: z.enum(['client', 'other_clinician', 'records', 'pharmacy', 'own_decision']),
  changes: z.array(change).min(1).max(20),
  taken_now: z
    .array(medication)
    .max(60)
    .nullable()
    .describe('The whole list as of now; null: not gone through'),
  interactions: z.array(interaction).max(40),
  questions_for_prescriber: textList(),
  client_text: clientText.nullable(),
});
