import { z } from 'zod';
import {
  allDifferent,
  clientText,
  date,
  doseUg,
  instant,
  line,
  minutes,
  text,
  textList,
} from '../fields.schema.js';
import { FORMS, HELD_IN_MOUTH, ROUTES, doseAxis, modality, vitalsLimits } from '../medicine.schema.js';

/** Whole, half and quarter units (a scored troche); exact in binary, so arithmetic on them never rounds. */
const units = z.number().multipleOf(0.25).min(0.25).max(40).describe('Units, in quarters (e.g. 1.5)');

/** In-session booster: one further amount within the same session. Never to be confused with a maintenance session. */
const booster = z.strictObject({
  amount_ug: doseUg,
  earliest_minute: minutes.describe('Minutes after the first dose before which it must not be given'),
  authorised_by: z.enum(['prescriber', 'on_call_prescriber', 'therapist']),
});

const heldMedication = z.strictObject({
  name: line(),
  hours_before: z.int().min(0).max(720).nullable(),
  instruction: text(500).nullable(),
});

const titrationStep = z.strictObject({ session_number: z.int().min(1).max(200), units_per_session: units });

const shape = z.strictObject({
  form: z.enum(FORMS),
  form_detail: line().nullable(),
  route: z.enum(ROUTES),
  modality,
  strength_ug: doseUg.describe('Micrograms in one unit (1 mg = 1000)'),
  units_per_session: units,
  max_per_session_ug: doseUg.describe('The most in one session, booster included, in micrograms: read back'),
  booster: booster.nullable(),
  hold_in_mouth_min: z.int().min(1).max(60).nullable(),
  after_holding: z.enum(['spit', 'swallow', 'not_applicable']),
  sessions_authorised: z.int().min(1).max(200),
  min_days_between: z.int().min(0).max(366),
  earliest_start: date,
  expires_on: date,
  premedication: z.array(z.strictObject({ name: line(), dose: line(), timing: line() })).max(10),
  medications_to_hold: z.array(heldMedication).max(20),
  fasting: z
    .strictObject({ food_hours: z.int().min(0).max(24), clear_fluids_hours: z.int().min(0).max(24) })
    .nullable(),
  vitals_override: vitalsLimits.nullable().describe('Replaces the limits of the eligibility decision'),
  titration: z.array(titrationStep).max(200).describe('Sessions whose number of units differs'),
  monitoring_asks: textList(),
});
type Plan = z.infer<typeof shape>;

function boosterUg(plan: Plan): number {
  return plan.booster?.amount_ug ?? 0;
}

function isWithinMaximum(plan: Plan, unitsTaken: number): boolean {
  return unitsTaken * plan.strength_ug + boosterUg(plan) <= plan.max_per_session_ug;
}

/**
 * The whole plan, always restated in full: a reader never has to add an old plan and a change together.
 * Source of the fields: the project's product page, "dose_order / dose_adjustment".
 */
export const regimenSchema = shape
  .refine((plan) => plan.form !== 'other' || plan.form_detail !== null, {
    path: ['form_detail'],
    error: 'is needed when the form is "other"',
  })
  .refine((plan) => Number.isInteger(plan.units_per_session * plan.strength_ug), {
    path: ['units_per_session'],
    error: 'does not give whole micrograms with this strength',
  })
  .refine((plan) => isWithinMaximum(plan, plan.units_per_session), {
    path: ['max_per_session_ug'],
    error: 'is lower than strength × units plus booster',
  })
  .refine((plan) => plan.titration.every((step) => isWithinMaximum(plan, step.units_per_session)), {
    path: ['titration'],
    error: 'has a step whose units plus booster exceed the maximum per session',
  })
  .refine((plan) => plan.titration.every((step) => step.session_number <= plan.sessions_authorised), {
    path: ['titration'],
    error: 'names a session beyond those authorised',
  })
  .refine((plan) => allDifferent(plan.titration.map((step) => step.session_number)), {
    path: ['titration'],
    error: 'must not name a session twice',
  })
  .refine((plan) => HELD_IN_MOUTH.includes(plan.route) === (plan.hold_in_mouth_min !== null), {
    path: ['hold_in_mouth_min'],
    error: 'must be given when the medicine is held in the mouth, and only then',
  })
  .refine((plan) => HELD_IN_MOUTH.includes(plan.route) === (plan.after_holding !== 'not_applicable'), {
    path: ['after_holding'],
    error: 'must say spit or swallow when the medicine is held in the mouth, and only then',
  })
  .refine((plan) => plan.expires_on >= plan.earliest_start, {
    path: ['expires_on'],
    error: 'must not be before the earliest start',
  });
export type Regimen = z.infer<typeof regimenSchema>;

const prescription = z
  .strictObject({ status: z.enum(['none', 'sent', 'dispensed']), reference: line().nullable() })
  .refine((state) => (state.status === 'none') === (state.reference === null), {
    path: ['reference'],
    error: 'must be given once a prescription was sent, and only then',
  });

/** Keys that an order and an adjustment have in common. */
export const dosePlanFields = {
  decided_at: instant,
  axes_changed: z.array(doseAxis).max(7),
  explanation: text(4_000).nullable().describe('For clinicians: what led to this'),
  prescription: prescription.describe('What became of the prescription that is written elsewhere'),
  not_a_prescription: z.literal(true).describe('Always true: this entry orders nothing from a pharmacy'),
  client_text: clientText,
} as const;
