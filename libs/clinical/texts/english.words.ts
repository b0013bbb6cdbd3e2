import type { EligibilityDecision } from '../event.registry.js';

/** English for every choice an event can make. A choice without a word does not compile. */

type Contraindication = keyof EligibilityDecision['contraindications'];

export const DECISION = {
  eligible: 'eligible',
  eligible_with_conditions: 'eligible with conditions',
  deferred: 'deferred',
  not_eligible: 'not eligible',
  withdrawn: 'eligibility withdrawn',
} as const satisfies Record<EligibilityDecision['decision'], string>;

export const EVALUATION = {
  in_person: 'in person',
  video: 'by video',
  telephone: 'by telephone',
  records_only: 'from records only',
} as const satisfies Record<EligibilityDecision['evaluation_mode'], string>;

export const BASIS = {
  in_person_exam: 'examination in person',
  tele_prescribing_flexibility: 'tele-prescribing flexibility',
  special_registration: 'special registration',
  other: 'another rule',
} as const satisfies Record<NonNullable<EligibilityDecision['prescribing_basis']>['kind'], string>;

export const FINDING = {
  absent: 'absent',
  present_controlled: 'present, controlled',
  present: 'present',
  unknown: 'not known',
} as const satisfies Record<EligibilityDecision['contraindications'][Contraindication], string>;

export const CONTRAINDICATION = {
  uncontrolled_hypertension: 'uncontrolled high blood pressure',
  unstable_cardiac: 'unstable heart disease',
  aneurysm_avm_intracranial_haemorrhage: 'aneurysm, vessel malformation or bleeding in the head',
  severe_respiratory: 'severe lung disease',
  uncontrolled_glaucoma: 'uncontrolled glaucoma',
  hyperthyroidism: 'overactive thyroid',
  liver_disease: 'liver disease',
  cystitis_or_urinary: 'bladder or urinary trouble',
  pregnancy_or_lactation: 'pregnancy or breastfeeding',
  psychosis_history: 'history of psychosis',
  acute_mania_or_mixed: 'acute mania or mixed state',
  active_suicidality_with_plan: 'active suicidal thoughts with a plan',
  uncontrolled_substance_use: 'uncontrolled substance use',
  ketamine_misuse: 'misuse of ketamine',
  ketamine_allergy: 'allergy to ketamine',
} as const satisfies Record<Contraindication, string>;

export const MODALITY = {
  in_clinic: 'in the clinic',
  in_clinic_group: 'in the clinic, in a group',
  at_home_therapist_present: 'at home with the therapist present',
  at_home_by_video: 'at home with the therapist by video',
} as const;

export const ROUTE = {
  sublingual: 'under the tongue',
  buccal: 'inside the cheek',
  oral: 'by mouth, swallowed',
  intranasal: 'into the nose',
  intramuscular: 'into a muscle',
  intravenous: 'into a vein',
  subcutaneous: 'under the skin',
} as const;

export const FORM = {
  troche: 'troche',
  rapid_dissolve_tablet: 'rapidly dissolving tablet',
  tablet: 'tablet',
  capsule: 'capsule',
  oral_solution: 'oral solution',
  nasal_spray: 'nasal spray',
  injection: 'injection',
  infusion: 'infusion',
  other: 'other form',
} as const;

export const REASON = {
  under_response: 'too little response',
  over_response: 'too strong a response',
  side_effect: 'a side effect',
  vitals: 'vital signs',
  tolerance: 'tolerance',
  schedule: 'the schedule',
  client_wish: "the client's wish",
  new_medication: 'a new medication',
} as const;

export const AXIS = {
  dose: 'dose',
  frequency: 'frequency',
  modality: 'modality',
  route_or_form: 'route or form',
  in_session_booster: 'in-session booster',
  hold: 'hold',
  stop: 'stop',
} as const;

export const OWNER = {
  therapist: 'therapist',
  prescriber: 'prescriber',
  client: 'client',
  coordinator: 'care coordinator',
  on_call_prescriber: 'on-call prescriber',
} as const;

export const SUICIDALITY = {
  none_reported: 'no suicidal thoughts reported when asked',
  passive_thoughts: 'passive thoughts of death',
  active_without_plan: 'active suicidal thoughts without a plan',
  active_with_plan: 'ACTIVE SUICIDAL THOUGHTS WITH A PLAN',
  not_assessed: 'suicidal thoughts not assessed',
} as const;

export const REPORTED = {
  none_reported: 'none reported',
  reported: 'reported',
  not_assessed: 'not assessed',
} as const;

export const RESPONSE = {
  none: 'no response',
  partial: 'partial response',
  remission: 'remission',
  not_tolerated: 'not tolerated',
  unknown: 'response not known',
} as const;

export const SESSION = {
  first: 'first session',
  series: 'session of the series',
  maintenance: 'maintenance session',
} as const;

export const SIDE_EFFECT = {
  nausea: 'nausea',
  vomiting: 'vomiting',
  dizziness: 'dizziness',
  headache: 'headache',
  blurred_vision: 'blurred vision',
  raised_blood_pressure: 'raised blood pressure',
  palpitations: 'palpitations',
  low_oxygen: 'low oxygen',
  anxiety: 'anxiety',
  agitation: 'agitation',
  low_mood: 'low mood',
  confusion: 'confusion',
  prolonged_sedation: 'prolonged sedation',
  urinary_symptoms: 'urinary symptoms',
  other: 'other',
} as const;

export const ASK = {
  none: 'nothing is asked of the prescriber',
  fyi: 'for the prescriber to know; no answer asked',
  adjust: 'the prescriber is asked to adjust',
  urgent: 'THE PRESCRIBER IS ASKED URGENTLY',
} as const;

export const PERSON = {
  therapist: 'therapist',
  co_therapist: 'co-therapist',
  prescriber: 'prescriber',
  nurse: 'nurse',
  chaperone: 'chaperone',
  interpreter: 'interpreter',
  other: 'another person',
} as const;

export const SCALE = { phq9: 'PHQ-9', gad7: 'GAD-7', pcl5: 'PCL-5' } as const;

export const NOT_A_PRESCRIPTION =
  'This is not a prescription. It records a decision; any prescription is written elsewhere.';
