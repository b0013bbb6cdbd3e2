import { z } from 'zod';
import { ruleSetRef } from '../care.schema.js';
import {
  allDifferent,
  ascending,
  clientText,
  doseOrNoneUg,
  entryRef,
  inOrder,
  instant,
  phone,
  text,
} from '../fields.schema.js';
import { vitalsReading } from '../medicine.schema.js';

const ALERT_SYMPTOMS = [
  'chest_pain',
  'short_of_breath',
  'severe_headache',
  'fainted',
  'confused',
  'cannot_be_woken',
  'weakness_or_slurred_speech',
  'vision_change',
  'irregular_heartbeat',
  'repeated_vomiting',
  'seizure',
  'severe_agitation',
  'other',
] as const;

/** One value beyond one limit, and whose limit that is: no number in this room is a limit by itself. */
const exceeded = z
  .strictObject({
    measure: z.enum(['systolic_mmhg', 'diastolic_mmhg', 'heart_rate_bpm', 'spo2_percent']),
    value: z.int().min(1).max(400),
    limit: z.int().min(1).max(400),
    limit_from: z.enum(['eligibility_decision', 'dose_decision', 'rule_set']),
    rule_set: ruleSetRef.nullable(),
  })
  .refine((beyond) => (beyond.limit_from === 'rule_set') === (beyond.rule_set !== null), {
    path: ['rule_set'],
    error: 'must be named when the limit is from a rule set, and only then',
  })
  .refine(({ measure, value, limit }) => (measure === 'spo2_percent' ? value <= limit : value >= limit), {
    path: ['value'],
    error: 'is not beyond the limit',
  });

/**
 * Step 4 of the pathway: vital signs out of range, or signs that worry, during a session. The on-call prescriber owes
 * an answer within minutes (3 to acknowledge, 10 to answer), which no class but emergent carries. It may be raised on
 * a worry alone.
 */
export const vitalsAlertSchema = z
  .strictObject({
    event: z.literal('vitals_alert'),
    schema: z.literal(1),
    raised_at: instant,
    supersedes: entryRef.nullable().describe('The earlier alert this one carries on'),
    decision: entryRef.nullable().describe('The dose decision the session is held under'),
    session_number: z.int().min(1).max(400).nullable(),
    readings: z.array(vitalsReading).max(20).describe('In order of time, the newest last'),
    exceeded: z.array(exceeded).max(8),
    symptoms: z.array(z.enum(ALERT_SYMPTOMS)).max(ALERT_SYMPTOMS.length),
    concern: text(1_000).nullable().describe('What is seen, in words'),
    taken_ug: doseOrNoneUg.nullable().describe('Taken so far in this session, in micrograms'),
    first_dose_at: instant.nullable(),
    done_so_far: text(1_000).nullable(),
    emergency_services_called: z.boolean(),
    call_back: phone.nullable().describe('Where the room can be rung at once'),
    client_text: clientText.nullable(),
  })
  .refine((alert) => alert.exceeded.length + alert.symptoms.length > 0 || alert.concern !== null, {
    path: ['concern'],
    error: 'must say what worries when no limit is passed and no symptom named',
  })
  .refine((alert) => !alert.symptoms.includes('other') || alert.concern !== null, {
    path: ['concern'],
    error: 'is needed when a symptom is "other"',
  })
  .refine((alert) => alert.exceeded.length === 0 || alert.readings.length > 0, {
    path: ['readings'],
    error: 'must hold the reading that is beyond a limit',
  })
  .refine(
    (alert) =>
      alert.exceeded.every((beyond) => alert.readings.some((one) => one[beyond.measure] === beyond.value)),
    {
      path: ['exceeded'],
      error: 'names a value that no reading holds',
    },
  )
  .refine((alert) => allDifferent(alert.symptoms), {
    path: ['symptoms'],
    error: 'must not name anything twice',
  })
  .refine((alert) => ascending(alert.readings.map((reading) => reading.taken_at)), {
    path: ['readings'],
    error: 'must be in order of time',
  })
  .refine((alert) => (alert.taken_ug ?? 0) === 0 || alert.first_dose_at !== null, {
    path: ['first_dose_at'],
    error: 'is needed once something was taken',
  })
  .refine((alert) => alert.first_dose_at === null || inOrder(alert.first_dose_at, alert.raised_at), {
    path: ['first_dose_at'],
    error: 'must not be after the alert',
  });
