import {
  exampleOf,
  type AdverseEvent,
  type ClinicalEvent,
  type ConsentRecorded,
  type Discharge,
  type FollowUpSummary,
  type IntegrationDone,
  type MaintenancePlan,
  type PreparationReady,
  type SafetyFlag,
  type ScaleResult,
  type SessionStartCheck,
  type VitalsAlert,
} from '#clinical';

const REF = `${'b'.repeat(42)}A`;
const check = exampleOf('session_start_check');
const plan = exampleOf('maintenance_plan');
const alert = exampleOf('vitals_alert');
const prescriberAgrees = plan.assents.prescriber;

export const startGo: SessionStartCheck = {
  ...check,
  result: 'go',
  checks: { ...check.checks, ride_or_chaperone: { ...check.checks.dose, evidence: REF } },
  ride_home: { name: 'SYNTHETIC EXAMPLE: a friend', phone: '+1 555 0100' },
};

export const startUnseen: SessionStartCheck = {
  ...check,
  modality: 'at_home_by_video',
  emergency_address: 'SYNTHETIC EXAMPLE: 1 Example Street',
  no_go_because: 'SYNTHETIC EXAMPLE: nobody answers the call',
  vitals: null,
  client_today: null,
  chaperone: { name: 'SYNTHETIC EXAMPLE: a sister', phone: '+1 555 0101' },
};

export const consentWithdrawn: ConsentRecorded = {
  ...exampleOf('consent_recorded'),
  action: 'withdrawn',
  supersedes: REF,
  method: 'signed_here',
  document: null,
  topics: [],
  said_back: false,
  valid_until: null,
  disclosure: null,
  client_text: null,
};

export const consentPart2: ConsentRecorded = {
  ...exampleOf('consent_recorded'),
  scopes: ['substance_use_records'],
  given_by: 'legal_representative',
  representative: 'SYNTHETIC EXAMPLE: a guardian',
  method: 'spoken_with_witness',
  witness: 'SYNTHETIC EXAMPLE: a nurse',
  interpreter: 'SYNTHETIC EXAMPLE: an interpreter, es-en',
  said_back: false,
  valid_until: null,
  disclosure: {
    recipients: ['SYNTHETIC EXAMPLE: the medical team'],
    what: 'SYNTHETIC EXAMPLE: course of treatment',
    purpose: 'SYNTHETIC EXAMPLE: to decide about treatment',
    expires_on: null,
    part2: true,
  },
};

export const preparedAtHome: PreparationReady = {
  ...exampleOf('preparation_ready'),
  session_at: null,
  modality: 'at_home_therapist_present',
  emergency_address: 'SYNTHETIC EXAMPLE: 1 Example Street',
  intention: null,
  consent: null,
  ride_home: null,
  chaperone: { name: 'SYNTHETIC EXAMPLE: a sister', phone: '+1 555 0101' },
  emergency_contact: null,
  open_questions: [],
};

const alertOnConcern: VitalsAlert = {
  ...alert,
  readings: [],
  exceeded: [],
  symptoms: [],
  taken_ug: null,
  first_dose_at: null,
  emergency_services_called: true,
};

const alertBeforeDose: VitalsAlert = {
  ...alert,
  exceeded: [
    {
      measure: 'spo2_percent',
      value: 97,
      limit: 98,
      limit_from: 'rule_set',
      rule_set: { name: 'SYNTHETIC EXAMPLE: rules', version: '2' },
    },
  ],
  symptoms: [],
  taken_ug: 0,
  first_dose_at: null,
};

const alertOnSymptoms: VitalsAlert = { ...alert, readings: [], exceeded: [] };

export const adverseSerious: AdverseEvent = {
  ...exampleOf('adverse_event'),
  serious_because: ['hospital_stay'],
  severity: 4,
  ended_at: null,
  outcome: 'recovering',
  emergency_services_called: true,
  reports: [{ to: 'SYNTHETIC EXAMPLE: FDA MedWatch', on: '2026-11-23', reference: null }],
};

export const integrationMissed: IntegrationDone = {
  ...exampleOf('integration_done'),
  result: 'could_not_reach',
  mode: 'telephone',
  duration_min: null,
  suicidality: 'not_assessed',
  ask: 'fyi',
};

export const integrationUrgent: IntegrationDone = {
  ...exampleOf('integration_done'),
  suicidality: 'active_with_plan',
  ask: 'urgent',
  next_contact_at: null,
};

export const gad7Prorated: ScaleResult = {
  ...exampleOf('scale_result'),
  instrument: 'gad7',
  items: [1, 2, null, 1, 0, 2, 1],
  total: null,
};

export const phq9Open: ScaleResult = {
  ...exampleOf('scale_result'),
  items: [1, null, null, null, 0, 0, 0, 0, null],
  total: null,
};

export const cssrsPlan: ScaleResult = {
  ...exampleOf('scale_result'),
  instrument: 'cssrs_screener',
  method: 'clinician_rated',
  items: [1, 1, 1, 1, 1, 0, null],
  total: null,
};

export const cssrsOpen: ScaleResult = { ...cssrsPlan, items: [0, 1, null, 0, 0, 0, null] };
export const cssrsNone: ScaleResult = { ...cssrsPlan, items: [0, 0, null, null, null, 0, null] };

export const flagDanger: SafetyFlag = {
  ...exampleOf('safety_flag'),
  kind: 'other',
  immediate_danger: 'yes',
  about: null,
  scale_item: null,
  whereabouts: 'SYNTHETIC EXAMPLE: on the bridge',
  emergency_services_called: true,
  crisis_card_shown: false,
};

const followUpBare: FollowUpSummary = {
  ...exampleOf('follow_up_summary'),
  side_effects: [
    { code: 'other', detail: 'SYNTHETIC', severity: 1, onset_at: null, action: null, resolved: false },
  ],
  measured: null,
  points_to: 'adjust',
};

export const planAgreed: MaintenancePlan = {
  ...plan,
  assents: {
    client: { ...prescriberAgrees, how: 'in_this_thread', entry: REF },
    therapist: { ...prescriberAgrees, how: 'by_video' },
    prescriber: prescriberAgrees,
  },
};

export const planRefused: MaintenancePlan = {
  ...planAgreed,
  assents: {
    ...planAgreed.assents,
    therapist: { ...prescriberAgrees, answer: 'disagreed', how: 'by_video' },
  },
};

export const dischargeAfterDeath: Discharge = {
  ...exampleOf('discharge'),
  reason: 'death',
  response: 'unknown',
  medicines_now: null,
  medicine_left: null,
  way_back: null,
  aftercare: [{ with: 'SYNTHETIC EXAMPLE: the family', what: 'SYNTHETIC EXAMPLE: a call', on: null }],
  assents: {
    ...planAgreed.assents,
    client: {
      answer: 'not_possible',
      answered_at: null,
      how: null,
      entry: null,
      remark: 'SYNTHETIC EXAMPLE: has died',
    },
  },
};

/** What the examples leave null or do not choose; all valid. */
export const VARIANTS: readonly (readonly [string, ClinicalEvent])[] = [
  ['session_start_check that says go', startGo],
  ['session_start_check before anybody saw the client', startUnseen],
  ['consent_recorded that takes it back', consentWithdrawn],
  ['consent_recorded under Part 2', consentPart2],
  ['preparation_ready at home', preparedAtHome],
  ['vitals_alert on a worry alone', alertOnConcern],
  ['vitals_alert before the dose', alertBeforeDose],
  ['vitals_alert on symptoms', alertOnSymptoms],
  ['adverse_event that is serious', adverseSerious],
  ['integration_done that was missed', integrationMissed],
  ['integration_done with a plan', integrationUrgent],
  ['scale_result with one answer missing', gad7Prorated],
  ['scale_result without a total', phq9Open],
  ['scale_result of a screener', cssrsPlan],
  ['scale_result of an open screener', cssrsOpen],
  ['scale_result of a screener with no yes', cssrsNone],
  ['safety_flag in danger', flagDanger],
  ['follow_up_summary without figures', followUpBare],
  ['maintenance_plan all agree to', planAgreed],
  ['maintenance_plan somebody refuses', planRefused],
  ['discharge after a death', dischargeAfterDeath],
  ['medication_change of a list not gone through', { ...exampleOf('medication_change'), taken_now: null }],
  ['referral nobody asked about labels', { ...exampleOf('referral'), sensitivity: null }],
];
