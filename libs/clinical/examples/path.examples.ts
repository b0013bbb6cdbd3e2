import type {
  ConsentRecorded,
  FollowUpSummary,
  InformationRequest,
  IntegrationDone,
  MedicationChange,
  PreparationReady,
  ScaleResult,
} from '../event.registry.js';
import { NO_ENTRY, SYNTHETIC, type Moments } from './moments.js';

export function informationRequest({ now, day }: Moments): InformationRequest {
  return {
    event: 'information_request',
    schema: 1,
    requested_at: now,
    supersedes: null,
    about: null,
    asked_of: 'therapist',
    items: [{ kind: 'letter_or_clearance', what: `${SYNTHETIC}: the last letter from the heart clinic` }],
    why: `${SYNTHETIC}: to judge whether treatment is safe with the treated blood pressure.`,
    waits_for_it: 'eligibility_decision',
    needed_by: day(7),
    client_text: `${SYNTHETIC}: we need one more letter before we can decide.`,
  };
}

export function consentRecorded({ now, day, minute }: Moments): ConsentRecorded {
  return {
    event: 'consent_recorded',
    schema: 1,
    recorded_at: now,
    supersedes: null,
    action: 'given',
    scopes: ['treatment_with_ketamine', 'off_label_use', 'information_sharing'],
    given_by: 'client',
    representative: null,
    decided_at: minute(-30),
    method: 'signed_document',
    document: { title: `${SYNTHETIC}: consent form`, version: '3', reference: 'SYNTHETIC-C-1' },
    witness: null,
    interpreter: null,
    topics: ['what_will_happen', 'risks_and_side_effects', 'other_treatments', 'right_to_stop', 'no_driving'],
    said_back: true,
    valid_until: day(365),
    disclosure: {
      recipients: [`${SYNTHETIC}: the family doctor`],
      what: `${SYNTHETIC}: dates of treatment and medicines`,
      purpose: `${SYNTHETIC}: so that medicines fit together`,
      expires_on: day(365),
      part2: false,
    },
    remark: null,
    client_text: `${SYNTHETIC}: you have agreed to treatment. You can change your mind at any time.`,
  };
}

export function preparationReady({ now, minute }: Moments): PreparationReady {
  return {
    event: 'preparation_ready',
    schema: 1,
    confirmed_at: now,
    supersedes: null,
    session_number: 1,
    session_at: minute(2 * 24 * 60),
    modality: 'in_clinic',
    location_region: 'US-CO',
    emergency_address: null,
    intention: `${SYNTHETIC}: to look at what has been avoided.`,
    consent: NO_ENTRY,
    ride_home: { name: `${SYNTHETIC}: a friend`, phone: '+1 555 0100' },
    chaperone: null,
    emergency_contact: { name: `${SYNTHETIC}: a sister`, phone: '+1 555 0101' },
    checklist: {
      fasting_understood: 'yes',
      medicines_understood: 'yes',
      no_driving_understood: 'yes',
      room_made_safe: 'not_needed',
      others_at_home_know: 'yes',
      call_tested: 'not_needed',
    },
    open_questions: [`${SYNTHETIC}: may the allergy tablet be taken on the day?`],
    client_text: `${SYNTHETIC}: you are ready for the first session. One question is with the prescriber.`,
  };
}

export function integrationDone({ now, minute }: Moments): IntegrationDone {
  return {
    event: 'integration_done',
    schema: 1,
    contact_at: now,
    supersedes: null,
    session_outcome: NO_ENTRY,
    contact_number: 1,
    result: 'held',
    mode: 'video',
    duration_min: 50,
    suicidality: 'none_reported',
    side_effects: [],
    medication_changes: 'none_reported',
    substance_use_concern: 'none_reported',
    themes_to_share: [`${SYNTHETIC}: more patience with the family`],
    steps_agreed: [`${SYNTHETIC}: a walk every morning`],
    next_contact_at: minute(5 * 24 * 60),
    ask: 'adjust',
    ask_text: `${SYNTHETIC}: the nausea came back; is there something against it next time?`,
    remark: null,
    client_text: `${SYNTHETIC}: thank you for talking today. We speak again in five days.`,
  };
}

export function scaleResult({ now, day }: Moments): ScaleResult {
  return {
    event: 'scale_result',
    schema: 1,
    recorded_at: now,
    taken_on: day(0),
    supersedes: null,
    session_outcome: null,
    instrument: 'phq9',
    setting: 'at_home',
    method: 'self_rated',
    form_language: 'en',
    items: [2, 2, 1, 2, 1, 2, 1, 0, 1],
    total: 12,
    remark: `${SYNTHETIC}: filled in on the phone.`,
    client_text: `${SYNTHETIC}: thank you. Because of one answer somebody will ring you today.`,
  };
}

export function medicationChange({ now, day }: Moments): MedicationChange {
  return {
    event: 'medication_change',
    schema: 1,
    recorded_at: now,
    supersedes: null,
    source: 'client',
    changes: [
      {
        name: `${SYNTHETIC}: lorazepam`,
        what: 'started',
        dose_before: null,
        dose_now: '0.5 mg at night',
        since: day(-2),
        prescribed_by: `${SYNTHETIC}: the family doctor`,
        reason: `${SYNTHETIC}: poor sleep`,
      },
    ],
    taken_now: [{ name: `${SYNTHETIC}: sertraline`, dose: '150 mg daily' }],
    interactions: [
      {
        medicine: `${SYNTHETIC}: lorazepam`,
        rule_set: { name: `${SYNTHETIC}: rule set`, version: '1' },
        rule: `${SYNTHETIC}: rule 4`,
        explanation: `${SYNTHETIC}: may make the effect weaker and the drowsiness stronger.`,
      },
    ],
    questions_for_prescriber: [`${SYNTHETIC}: does the plan still stand?`],
    client_text: `${SYNTHETIC}: we have told the prescriber about your new sleeping tablet.`,
  };
}

export function followUpSummary({ now, day }: Moments): FollowUpSummary {
  return {
    event: 'follow_up_summary',
    schema: 1,
    visited_at: now,
    supersedes: null,
    mode: 'video',
    period: { from: day(-30), to: day(0) },
    sessions_done: 3,
    decision: NO_ENTRY,
    response: 'partial',
    goals_progress: [`${SYNTHETIC}: back at work two days a week`],
    scales: [{ instrument: 'phq9', total: 11, taken_on: day(-1), item9: 0 }],
    side_effects: [],
    measured: { systolic_mmhg: 127, diastolic_mmhg: 81, heart_rate_bpm: 72, weight_g: 70_500 },
    asked_about: {
      urinary_symptoms: 'none_reported',
      craving_or_misuse: 'none_reported',
      memory_or_thinking: 'none_reported',
      mania_or_psychosis: 'none_reported',
      medication_changes: 'not_assessed',
    },
    suicidality: 'none_reported',
    findings: `${SYNTHETIC}: sleeps better, goes out again, blood pressure steady.`,
    points_to: 'continue',
    next_visit_due: day(30),
    questions: [`${SYNTHETIC}: how does the family see it?`],
    client_text: `${SYNTHETIC}: things go in the right way. We go on as planned.`,
  };
}
