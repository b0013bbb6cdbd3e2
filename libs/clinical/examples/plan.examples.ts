import type { Assents } from '../assent.schema.js';
import type { Discharge, MaintenancePlan, SessionStartCheck } from '../event.registry.js';
import { NO_ENTRY, SYNTHETIC, type Moments } from './moments.js';

export function sessionStartCheck({ now, minute }: Moments): SessionStartCheck {
  const met = { state: 'met', evidence: NO_ENTRY, detail: null, mend_by: null } as const;
  return {
    event: 'session_start_check',
    schema: 1,
    checked_at: now,
    supersedes: null,
    session_number: 1,
    starts_at: minute(15),
    modality: 'in_clinic',
    location_region: 'US-CO',
    emergency_address: null,
    result: 'no_go',
    no_go_because: null,
    as_of: { care_team: NO_ENTRY, clinicians: null },
    checks: {
      eligibility: met,
      dose: met,
      therapist_read_back: met,
      client_read_back: met,
      therapist_linked: met,
      consent: met,
      ride_or_chaperone: {
        state: 'not_met',
        evidence: null,
        detail: `${SYNTHETIC}: the friend cannot come`,
        mend_by: 'client',
      },
      no_hold: { ...met, evidence: null },
      previous_outcome: { ...met, state: 'not_required', evidence: null },
    },
    further: [{ name: `${SYNTHETIC}: pregnancy test`, state: 'met', evidence: null, detail: null }],
    vitals: {
      taken_at: minute(-5),
      phase: 'pre',
      systolic_mmhg: 126,
      diastolic_mmhg: 80,
      heart_rate_bpm: 70,
      spo2_percent: 98,
      device: null,
    },
    client_today: {
      oriented: 'yes',
      feels_well: 'yes',
      medicines_as_agreed: 'yes',
      fasted_as_agreed: 'unknown',
      substances_today: 'none_reported',
      suicidality: 'none_reported',
      new_since_last: null,
    },
    ride_home: null,
    chaperone: null,
    client_text: `${SYNTHETIC}: we cannot start before somebody can take you home.`,
  };
}

export function maintenancePlan(moments: Moments): MaintenancePlan {
  const { now, day } = moments;
  return {
    event: 'maintenance_plan',
    schema: 1,
    planned_at: now,
    supersedes: null,
    starts_on: day(7),
    ends_on: day(180),
    review_on: day(90),
    stages: [
      { every: { count: 2, unit: 'week' }, sessions: 2 },
      { every: { count: 1, unit: 'month' }, sessions: 4 },
    ],
    modality: 'in_clinic',
    goals: [`${SYNTHETIC}: stay at work three days a week`],
    early_signs: [`${SYNTHETIC}: lying awake more than three nights`],
    what_to_do_then: `${SYNTHETIC}: write to the therapist; visit within the week.`,
    monitoring: [{ what: `${SYNTHETIC}: PHQ-9`, every: { count: 4, unit: 'week' } }],
    conditions: [
      { text: `${SYNTHETIC}: blood pressure before each session`, owner: 'therapist', due_on: day(7) },
    ],
    ending: `${SYNTHETIC}: no more sessions after half a year without a relapse.`,
    assents: assents(moments),
    client_text: `${SYNTHETIC}: fewer sessions from now on. Please tell us whether you agree.`,
  };
}

export function discharge(moments: Moments): Discharge {
  const { now, day } = moments;
  return {
    event: 'discharge',
    schema: 1,
    discharged_at: now,
    supersedes: null,
    reason: 'completed',
    reason_detail: null,
    course: `${SYNTHETIC}: six sessions in three weeks, then four monthly ones.`,
    sessions_done: 10,
    response: 'remission',
    scales: [{ instrument: 'phq9', total: 4, taken_on: day(-1), item9: 0 }],
    risks_remaining: [`${SYNTHETIC}: low mood every winter`],
    safety_plan: 'in_place',
    medicines_now: [{ name: `${SYNTHETIC}: sertraline`, dose: '150 mg daily' }],
    medicine_left: {
      amount_ug: 100_000,
      what_becomes_of_it: `${SYNTHETIC}: given back to the pharmacy`,
    },
    aftercare: [
      { with: `${SYNTHETIC}: the family doctor`, what: `${SYNTHETIC}: blood pressure`, on: day(30) },
    ],
    way_back: `${SYNTHETIC}: write to the therapist at any time.`,
    assents: assents(moments),
    client_text: `${SYNTHETIC}: your course is over. You can come back when you need us.`,
  };
}

/** Signed by a prescriber; the other two are asked with it. */
function assents({ minute }: Moments): Assents {
  return {
    client: { answer: 'asked', answered_at: null, how: null, entry: null, remark: null },
    therapist: { answer: 'asked', answered_at: null, how: null, entry: null, remark: null },
    prescriber: {
      answer: 'agreed',
      answered_at: minute(0),
      how: 'by_signing_this',
      entry: null,
      remark: `${SYNTHETIC}: with pleasure`,
    },
  };
}
