import { z } from 'zod';
import {
  date,
  diastolicMmhg,
  heartRateBpm,
  instant,
  line,
  spo2Percent,
  systolicMmhg,
  text,
} from './fields.schema.js';

/** Clinical shapes that several events speak of. No enum here has a default: somebody must say it. */

/** Source: the project's product page; which of them a service uses is a matter of its protocol template. */
export const ROUTES = [
  'sublingual',
  'buccal',
  'oral',
  'intranasal',
  'intramuscular',
  'intravenous',
  'subcutaneous',
] as const;

/** Routes where the medicine is held in the mouth first, so that minutes and spit-or-swallow must be said. */
export const HELD_IN_MOUTH: readonly string[] = ['sublingual', 'buccal'] satisfies (typeof ROUTES)[number][];

export const FORMS = [
  'troche',
  'rapid_dissolve_tablet',
  'tablet',
  'capsule',
  'oral_solution',
  'nasal_spray',
  'injection',
  'infusion',
  'other',
] as const;

const MODALITIES = ['in_clinic', 'in_clinic_group', 'at_home_therapist_present', 'at_home_by_video'] as const;
export const modality = z.enum(MODALITIES);

const DOSE_REASONS = [
  'under_response',
  'over_response',
  'side_effect',
  'vitals',
  'tolerance',
  'schedule',
  'client_wish',
  'new_medication',
] as const;
export const doseReason = z.enum(DOSE_REASONS);

const DOSE_AXES = [
  'dose',
  'frequency',
  'modality',
  'route_or_form',
  'in_session_booster',
  'hold',
  'stop',
] as const;
export const doseAxis = z.enum(DOSE_AXES);

/** Diagnosis in words, with its ICD-10 code when the author gives one. */
export const indication = z.strictObject({
  text: line(),
  icd10: z
    .string()
    .regex(/^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$/u)
    .nullable(),
});

export const medication = z.strictObject({ name: line(), dose: line().nullable() });

/** Limits set for one client by a prescriber; at least one must be said. Nothing here is a general threshold. */
export const vitalsLimits = z
  .strictObject({
    systolic_max_mmhg: systolicMmhg.nullable(),
    diastolic_max_mmhg: diastolicMmhg.nullable(),
    heart_rate_max_bpm: heartRateBpm.nullable(),
    spo2_min_percent: spo2Percent.nullable(),
  })
  .refine((limits) => Object.values(limits).some((limit) => limit !== null), {
    error: 'must name at least one limit; otherwise be null',
  });

export const vitalsReading = z
  .strictObject({
    taken_at: instant,
    phase: z.enum(['pre', 'during', 'post']),
    systolic_mmhg: systolicMmhg,
    diastolic_mmhg: diastolicMmhg,
    heart_rate_bpm: heartRateBpm,
    spo2_percent: spo2Percent.nullable(),
    device: line().nullable(),
  })
  .refine((reading) => reading.diastolic_mmhg < reading.systolic_mmhg, {
    path: ['diastolic_mmhg'],
    error: 'must be lower than the systolic pressure',
  });

/**
 * Highest total each instrument can give. Sources: PHQ-9, Kroenke, Spitzer & Williams 2001 (9 items of 0–3);
 * GAD-7, Spitzer et al. 2006 (7 of 0–3); PCL-5, Weathers et al. 2013 (20 of 0–4).
 */
const SCALE_MAXIMUM = { phq9: 27, gad7: 21, pcl5: 80 } as const;

/** A total as reported. `item9` is the PHQ-9 item about thoughts of death or self-harm; null: not answered. */
export const scaleScore = z
  .strictObject({
    instrument: z.enum(['phq9', 'gad7', 'pcl5']),
    total: z.int().min(0),
    taken_on: date,
    item9: z.int().min(0).max(3).nullable(),
  })
  .refine((score) => score.total <= SCALE_MAXIMUM[score.instrument], {
    path: ['total'],
    error: 'is higher than the instrument can give',
  })
  .refine((score) => score.instrument === 'phq9' || score.item9 === null, {
    path: ['item9'],
    error: 'belongs to the PHQ-9 alone',
  })
  .refine((score) => (score.item9 ?? 0) <= score.total, {
    path: ['item9'],
    error: 'cannot be higher than the total it is part of',
  });

const SIDE_EFFECTS = [
  'nausea',
  'vomiting',
  'dizziness',
  'headache',
  'blurred_vision',
  'raised_blood_pressure',
  'palpitations',
  'low_oxygen',
  'anxiety',
  'agitation',
  'low_mood',
  'confusion',
  'prolonged_sedation',
  'urinary_symptoms',
  'other',
] as const;

export const sideEffect = z
  .strictObject({
    code: z.enum(SIDE_EFFECTS),
    detail: text(500).nullable(),
    severity: z.int().min(1).max(5),
    onset_at: instant.nullable(),
    action: text(500).nullable(),
    resolved: z.boolean(),
  })
  .refine((effect) => effect.code !== 'other' || effect.detail !== null, {
    path: ['detail'],
    error: 'is needed when the code is "other"',
  });
