import { z } from 'zod';
import { reported, suicidality } from '../care.schema.js';
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

const risk = z.strictObject({
  suicidality,
  psychosis_or_mania_history: reported,
  substance_use_concern: reported,
  detail: text().nullable(),
});

const fieldsOfVersion1 = {
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
};

/**
 * What in this client's record is specially protected. Part 2: records of a federally assisted programme for
 * substance use (42 CFR § 2.11 and § 2.12), which whoever receives them may not pass on without more ado. The rest
 * are the sensitivities HL7 names (ActInformationSensitivityPolicy).
 */
const SENSITIVITIES = [
  'part2_substance_use',
  'abuse_or_violence',
  'hiv_or_sexual_health',
  'reproductive_health',
  'asked_by_client',
] as const;

/** Version 1, as it was written until the labels came. Never edited. */
export const referral1Schema = ruled(
  z.strictObject({ event: z.literal('referral'), schema: z.literal(1), ...fieldsOfVersion1 }),
);

/**
 * Step 1 of the pathway: after the mental-health assessment the therapist asks the medical team to take over.
 * Version 2 says what is specially protected, before anybody passes the first record on.
 */
export const referralSchema = ruled(
  z.strictObject({
    event: z.literal('referral'),
    schema: z.literal(2),
    ...fieldsOfVersion1,
    sensitivity: z
      .array(z.enum(SENSITIVITIES))
      .max(SENSITIVITIES.length)
      .nullable()
      .describe('null: nobody has said; empty: nothing is specially protected'),
  }),
).refine((referral) => allDifferent(referral.sensitivity ?? []), {
  path: ['sensitivity'],
  error: 'must not name anything twice',
});

/** Whoever wrote version 1 was not asked about labels: nobody has said. */
export function upgradeReferral1(older: z.infer<typeof referral1Schema>): z.infer<typeof referralSchema> {
  return { ...older, schema: 2, sensitivity: null };
}

type Ruled = Readonly<
  Pick<
    z.infer<z.ZodObject<typeof fieldsOfVersion1>>,
    'assessed_on' | 'client_agreed_on' | 'referred_at' | 'requested_modalities'
  >
>;

/** Rules across fields that all versions share. */
function ruled<Schema extends z.ZodType<Ruled>>(schema: Schema): Schema {
  return schema
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
}
