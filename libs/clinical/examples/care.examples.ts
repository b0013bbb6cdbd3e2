import type { DoseAdjustmentRequest, EligibilityDecision, Note, Referral } from '../event.registry.js';
import { NO_ENTRY, SYNTHETIC, type Moments } from './moments.js';

export function note(): Note {
  return { event: 'note', schema: 1, about: null, text: `${SYNTHETIC}: a question between colleagues.` };
}

export function referral({ now, day }: Moments): Referral {
  return {
    event: 'referral',
    schema: 2,
    referred_at: now,
    supersedes: null,
    assessed_on: day(-3),
    client_agreed_on: day(-3),
    location_region: 'US-CO',
    reason: `${SYNTHETIC}: depression that has not lifted after two medicines; asks for a medical assessment.`,
    indications: [{ text: `${SYNTHETIC}: recurrent depressive disorder`, icd10: 'F33.2' }],
    goals: [`${SYNTHETIC}: back at work three days a week`],
    treatments_tried: [{ treatment: `${SYNTHETIC}: sertraline 150 mg for 12 weeks`, response: 'partial' }],
    risk: {
      suicidality: 'passive_thoughts',
      psychosis_or_mania_history: 'none_reported',
      substance_use_concern: 'none_reported',
      detail: `${SYNTHETIC}: safety plan written together.`,
    },
    medications: [{ name: `${SYNTHETIC}: sertraline`, dose: '150 mg daily' }],
    known_conditions: [`${SYNTHETIC}: high blood pressure, treated`],
    scales: [{ instrument: 'phq9', total: 18, taken_on: day(-3), item9: 1 }],
    requested_modalities: ['in_clinic'],
    questions_for_prescriber: [`${SYNTHETIC}: is the treated blood pressure an obstacle?`],
    client_text: `${SYNTHETIC}: I have asked the medical team to see you. They will tell you what happens next.`,
    sensitivity: ['asked_by_client'],
  };
}

export function eligibilityDecision({ now, day }: Moments): EligibilityDecision {
  return {
    event: 'eligibility_decision',
    schema: 1,
    decided_at: now,
    supersedes: null,
    decision: 'eligible_with_conditions',
    rationale: `${SYNTHETIC}: benefit outweighs risk while blood pressure stays controlled.`,
    deferral: null,
    evaluation_mode: 'in_person',
    prescribing_basis: { kind: 'in_person_exam', examined_on: day(-1), rule: null },
    indications: [{ text: `${SYNTHETIC}: recurrent depressive disorder`, icd10: 'F33.2' }],
    contraindications: screen(),
    baseline: { systolic_mmhg: 128, diastolic_mmhg: 82, measured_on: day(-1), weight_g: 70_500 },
    medications_review: {
      reviewed_on: day(-1),
      items: [{ name: `${SYNTHETIC}: sertraline`, dose: '150 mg daily', interaction_note: null }],
    },
    conditions: [
      { text: `${SYNTHETIC}: blood pressure diary for one week`, owner: 'client', due_on: day(7) },
    ],
    permitted_modalities: ['in_clinic', 'at_home_therapist_present'],
    session_cap: { sessions: 6, until: day(60) },
    vitals_limits: {
      systolic_max_mmhg: 150,
      diastolic_max_mmhg: 95,
      heart_rate_max_bpm: null,
      spo2_min_percent: null,
    },
    valid_until: day(90),
    next_visit_due: day(30),
    client_text: `${SYNTHETIC}: you can start once you have noted your blood pressure for one week.`,
    questions_for_therapist: [`${SYNTHETIC}: who drives the client home?`],
  };
}

function screen(): EligibilityDecision['contraindications'] {
  return {
    uncontrolled_hypertension: 'present_controlled',
    unstable_cardiac: 'absent',
    aneurysm_avm_intracranial_haemorrhage: 'absent',
    severe_respiratory: 'absent',
    uncontrolled_glaucoma: 'absent',
    hyperthyroidism: 'unknown',
    liver_disease: 'absent',
    cystitis_or_urinary: 'absent',
    pregnancy_or_lactation: 'absent',
    psychosis_history: 'absent',
    acute_mania_or_mixed: 'absent',
    active_suicidality_with_plan: 'absent',
    uncontrolled_substance_use: 'absent',
    ketamine_misuse: 'absent',
    ketamine_allergy: 'absent',
  };
}

export function doseAdjustmentRequest({ now, minute }: Moments): DoseAdjustmentRequest {
  return {
    event: 'dose_adjustment_request',
    schema: 1,
    requested_at: now,
    supersedes: null,
    decision: NO_ENTRY,
    session_outcome: null,
    reason: 'under_response',
    axes_asked: ['dose'],
    observations: `${SYNTHETIC}: little effect in the first session, well tolerated, blood pressure steady.`,
    proposal: `${SYNTHETIC}: a higher dose for the second session.`,
    next_session_at: minute(4 * 24 * 60),
    questions_for_prescriber: [],
    client_text: `${SYNTHETIC}: I have asked the medical team whether your plan should change.`,
  };
}
