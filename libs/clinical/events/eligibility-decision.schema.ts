import { z } from 'zod';
import { condition, evaluationMode } from '../care.schema.js';
import {
  allDifferent,
  clientText,
  date,
  dateReaches,
  diastolicMmhg,
  entryRef,
  instant,
  line,
  systolicMmhg,
  text,
  textList,
  weightG,
} from '../fields.schema.js';
import { indication, medication, modality, vitalsLimits } from '../medicine.schema.js';

/** Source of the list: the project's product page. Which finding rules somebody out is the prescriber's judgement. */
export const CONTRAINDICATIONS = [
  'uncontrolled_hypertension',
  'unstable_cardiac',
  'aneurysm_avm_intracranial_haemorrhage',
  'severe_respiratory',
  'uncontrolled_glaucoma',
  'hyperthyroidism',
  'liver_disease',
  'cystitis_or_urinary',
  'pregnancy_or_lactation',
  'psychosis_history',
  'acute_mania_or_mixed',
  'active_suicidality_with_plan',
  'uncontrolled_substance_use',
  'ketamine_misuse',
  'ketamine_allergy',
] as const;

export const FINDINGS = ['absent', 'present_controlled', 'present', 'unknown'] as const;
const finding = z.enum(FINDINGS);
type Screen = Record<(typeof CONTRAINDICATIONS)[number], typeof finding>;
const screen = z.strictObject(Object.fromEntries(CONTRAINDICATIONS.map((name) => [name, finding])) as Screen);

/** The dated rule a basis other than an examination in person rests on: data, because such rules end. */
const datedRule = z.strictObject({ name: line(), dated_on: date, ends_on: date.nullable() });

const prescribingBasis = z
  .strictObject({
    kind: z.enum(['in_person_exam', 'tele_prescribing_flexibility', 'special_registration', 'other']),
    examined_on: date.nullable(),
    rule: datedRule.nullable(),
  })
  .refine((basis) => basis.kind !== 'in_person_exam' || basis.examined_on !== null, {
    path: ['examined_on'],
    error: 'is needed when the basis is an examination in person',
  })
  .refine((basis) => basis.kind === 'in_person_exam' || basis.rule !== null, {
    path: ['rule'],
    error: 'is needed unless the basis is an examination in person',
  });

const baseline = z
  .strictObject({
    systolic_mmhg: systolicMmhg,
    diastolic_mmhg: diastolicMmhg,
    measured_on: date,
    weight_g: weightG.nullable(),
  })
  .refine((reading) => reading.diastolic_mmhg < reading.systolic_mmhg, {
    path: ['diastolic_mmhg'],
    error: 'must be lower than the systolic pressure',
  });

const reviewedMedication = medication.extend({ interaction_note: text(1_000).nullable() });

const deferral = z.strictObject({ needs: z.enum(['information', 'clearance']), what: text(1_000) });

const shape = z.strictObject({
  event: z.literal('eligibility_decision'),
  schema: z.literal(1),
  decided_at: instant,
  supersedes: entryRef.nullable().describe('The earlier eligibility decision this one replaces'),
  decision: z.enum(['eligible', 'eligible_with_conditions', 'deferred', 'not_eligible', 'withdrawn']),
  rationale: text(4_000).nullable(),
  deferral: deferral.nullable(),
  evaluation_mode: evaluationMode,
  prescribing_basis: prescribingBasis.nullable(),
  indications: z.array(indication).max(20),
  contraindications: screen,
  baseline: baseline.nullable(),
  medications_review: z
    .strictObject({ reviewed_on: date, items: z.array(reviewedMedication).max(60) })
    .nullable()
    .describe('null: not reviewed; no items: takes none'),
  conditions: z.array(condition).max(20),
  permitted_modalities: z.array(modality).max(4),
  session_cap: z.strictObject({ sessions: z.int().min(1).max(200), until: date }).nullable(),
  vitals_limits: vitalsLimits.nullable().describe('Limits for this client alone'),
  valid_until: date.nullable(),
  next_visit_due: date.nullable(),
  client_text: clientText,
  questions_for_therapist: textList(),
});
type Decision = z.infer<typeof shape>;

/** What a decision that lets treatment go ahead cannot leave open. */
const NEEDED_TO_PROCEED = [
  'prescribing_basis',
  'baseline',
  'medications_review',
  'session_cap',
  'valid_until',
] as const;

function proceeds(decision: Decision): boolean {
  return decision.decision === 'eligible' || decision.decision === 'eligible_with_conditions';
}

/**
 * Step 2 of the pathway, valid only under a prescriber's signature. Cross-field rules follow from the words
 * themselves: conditions belong to "eligible_with_conditions" alone and there is at least one; a deferral says what
 * it waits for; withdrawing needs something to withdraw; going ahead needs basis, baseline, review, cap and end.
 */
export const eligibilityDecisionSchema = NEEDED_TO_PROCEED.reduce(
  (schema, field) =>
    schema.refine((decision) => !proceeds(decision) || decision[field] !== null, {
      path: [field],
      error: 'is needed when the decision lets treatment go ahead',
    }),
  shape,
)
  .refine((made) => (made.decision === 'eligible_with_conditions') === made.conditions.length > 0, {
    path: ['conditions'],
    error: 'must be given for "eligible_with_conditions", and for nothing else',
  })
  .refine((made) => (made.decision === 'deferred') === (made.deferral !== null), {
    path: ['deferral'],
    error: 'must be given for "deferred", and for nothing else',
  })
  .refine((made) => made.decision !== 'withdrawn' || made.supersedes !== null, {
    path: ['supersedes'],
    error: 'must name the decision that is withdrawn',
  })
  .refine((made) => !['not_eligible', 'withdrawn'].includes(made.decision) || made.rationale !== null, {
    path: ['rationale'],
    error: 'is needed when the decision ends or refuses treatment',
  })
  .refine((made) => !proceeds(made) || made.indications.length > 0, {
    path: ['indications'],
    error: 'must name at least one when the decision lets treatment go ahead',
  })
  .refine((made) => proceeds(made) === made.permitted_modalities.length > 0, {
    path: ['permitted_modalities'],
    error: 'must be named when the decision lets treatment go ahead, and only then',
  })
  .refine((made) => allDifferent(made.permitted_modalities), {
    path: ['permitted_modalities'],
    error: 'must not name anything twice',
  })
  .refine((made) => proceeds(made) || made.session_cap === null, {
    path: ['session_cap'],
    error: 'permits sessions although the decision does not',
  })
  .refine((made) => made.valid_until === null || dateReaches(made.valid_until, made.decided_at), {
    path: ['valid_until'],
    error: 'must not be before the decision',
  });
