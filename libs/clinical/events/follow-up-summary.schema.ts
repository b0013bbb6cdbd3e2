import { z } from 'zod';
import { evaluationMode, reported, response, suicidality } from '../care.schema.js';
import {
  clientText,
  date,
  diastolicMmhg,
  entryRef,
  heartRateBpm,
  instant,
  systolicMmhg,
  text,
  textList,
  weightG,
} from '../fields.schema.js';
import { scaleScore, sideEffect } from '../medicine.schema.js';

const measured = z
  .strictObject({
    systolic_mmhg: systolicMmhg,
    diastolic_mmhg: diastolicMmhg,
    heart_rate_bpm: heartRateBpm.nullable(),
    weight_g: weightG.nullable(),
  })
  .refine((reading) => reading.diastolic_mmhg < reading.systolic_mmhg, {
    path: ['diastolic_mmhg'],
    error: 'must be lower than the systolic pressure',
  });

/**
 * Step 6 of the pathway: what a follow-up visit found and where it points. It decides nothing: a change of dose,
 * eligibility or plan takes an event of its own. Long-term effects that ketamine is known to call for asking about
 * (bladder, misuse, memory) are asked by name, so that "not assessed" shows.
 */
export const followUpSummarySchema = z
  .strictObject({
    event: z.literal('follow_up_summary'),
    schema: z.literal(1),
    visited_at: instant,
    supersedes: entryRef.nullable().describe('The earlier summary this one replaces'),
    mode: evaluationMode,
    period: z.strictObject({ from: date, to: date }).describe('The days that were looked at'),
    sessions_done: z.int().min(0).max(400),
    decision: entryRef.nullable().describe('The dose decision in force'),
    response,
    goals_progress: textList(),
    scales: z.array(scaleScore).max(12),
    side_effects: z.array(sideEffect).max(20),
    measured: measured.nullable(),
    asked_about: z.strictObject({
      urinary_symptoms: reported,
      craving_or_misuse: reported,
      memory_or_thinking: reported,
      mania_or_psychosis: reported,
      medication_changes: reported,
    }),
    suicidality,
    findings: text(4_000),
    points_to: z.enum(['continue', 'adjust', 'maintenance', 'pause', 'stop', 'discharge']),
    next_visit_due: date.nullable(),
    questions: textList().describe('For the other clinician'),
    client_text: clientText.nullable(),
  })
  .refine(({ period }) => period.from <= period.to, {
    path: ['period', 'to'],
    error: 'must not be before the start of the period',
  })
  .refine((summary) => summary.next_visit_due === null || summary.next_visit_due >= summary.period.to, {
    path: ['next_visit_due'],
    error: 'must not be before the end of the period',
  });
