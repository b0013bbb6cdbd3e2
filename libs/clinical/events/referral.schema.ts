import { z } from 'zod';
import {
  allDifferent,
  clientText,
  date,
  dateHadBegun,
  entryRef,
  instant,
  line,
  region,
  text,
  textList,
} from '../fields.schema.js';
import { indication, medication, modality, scaleScore } from '../medicine.schema.js';

const treatmentTried = z.strictObject({
  treatment: line(),
  response: z.enum(['none', 'partial', 'remission', 'not_tolerated', 'unknown']),
});

/** What the therapist saw and asked. "not_assessed" is an answer of its own; nothing here means "no risk". */
const risk = z.strictObject({
  suicidality: z.enum([
    'none_reported',
    'passive_thoughts',
    'active_without_plan',
    'active_with_plan',
    'not_assessed',
  ]),
  psychosis_or_mania_history: z.enum(['none_reported', 'reported', 'not_assessed']),
  substance_use_concern: z.enum(['none_reported', 'reported', 'not_assessed']),
  detail: text().nullable(),
});

/** Step 1 of the pathway: after the mental-health assessment the therapist asks the medical team to take over. */
export const referralSchema = z
  .strictObject({
    event: z.literal('referral'),
    schema: z.literal(1),
    referred_at: instant,
    supersedes: entryRef.nullable().describe('The earlier referral this one replaces'),
    assessed_on: date,
    client_agreed_on: date.describe('When the client agreed to be referred'),
    location_region: region,
    reason: text(4_000),
    indications: z.array(indication).min(1).max(20),
    goals: textList(),
    treatments_tried: z.array(treatmentTried).max(40),
    risk,
    medications: z.array(medication).max(60).nullable().describe('null: not asked; empty: takes none'),
    known_conditions: textList(40),
    scales: z.array(scaleScore).max(12),
    requested_modalities: z.array(modality).max(4),
    questions_for_prescriber: textList(),
    client_text: clientText.nullable(),
  })
  .refine((referral) => dateHadBegun(referral.assessed_on, referral.referred_at), {
    path: ['assessed_on'],
    error: 'must not be after the referral',
  })
  .refine((referral) => dateHadBegun(referral.client_agreed_on, referral.referred_at), {
    path: ['client_agreed_on'],
    error: 'must not be after the referral',
  })
  .refine((referral) => allDifferent(referral.requested_modalities), {
    path: ['requested_modalities'],
    error: 'must not name anything twice',
  });
