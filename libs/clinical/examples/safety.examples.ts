import type {
  Addendum,
  AdverseEvent,
  CoverageHandover,
  Hold,
  HoldRelease,
  SafetyFlag,
  VitalsAlert,
} from '../event.registry.js';
import { NO_ENTRY, SYNTHETIC, type Moments } from './moments.js';

export function hold({ now, minute }: Moments): Hold {
  return {
    event: 'hold',
    schema: 1,
    raised_at: now,
    reason: 'new_illness',
    detail: `${SYNTHETIC}: fever since last night.`,
    about: null,
    review_by: minute(24 * 60),
    client_text: `${SYNTHETIC}: the next session waits until you are well. A prescriber will look at it.`,
  };
}

export function holdRelease({ now, day }: Moments): HoldRelease {
  return {
    event: 'hold_release',
    schema: 1,
    released_at: now,
    holds: [NO_ENTRY],
    rationale: `${SYNTHETIC}: no fever for three days, blood pressure as before.`,
    evidence: [],
    conditions: [{ text: `${SYNTHETIC}: temperature on the morning`, owner: 'client', due_on: day(3) }],
    not_before: day(2),
    client_text: `${SYNTHETIC}: you can go on. Please take your temperature on the morning of the session.`,
  };
}

export function vitalsAlert({ now, minute }: Moments): VitalsAlert {
  return {
    event: 'vitals_alert',
    schema: 1,
    raised_at: now,
    supersedes: null,
    decision: NO_ENTRY,
    session_number: 2,
    readings: [
      {
        taken_at: minute(-2),
        phase: 'during',
        systolic_mmhg: 172,
        diastolic_mmhg: 104,
        heart_rate_bpm: 96,
        spo2_percent: 97,
        device: `${SYNTHETIC}: upper-arm cuff`,
      },
    ],
    exceeded: [
      {
        measure: 'systolic_mmhg',
        value: 172,
        limit: 150,
        limit_from: 'eligibility_decision',
        rule_set: null,
      },
    ],
    symptoms: ['severe_headache'],
    concern: `${SYNTHETIC}: headache since ten minutes, awake and talking.`,
    taken_ug: 100_000,
    first_dose_at: minute(-40),
    done_so_far: `${SYNTHETIC}: sat up, measured twice.`,
    emergency_services_called: false,
    call_back: '+1 555 0102',
    client_text: `${SYNTHETIC}: your blood pressure is high. We stay with you and the doctor is being asked.`,
  };
}

export function adverseEvent({ now, minute }: Moments): AdverseEvent {
  return {
    event: 'adverse_event',
    schema: 1,
    reported_at: now,
    supersedes: null,
    session_outcome: null,
    occurred_at: minute(-20 * 60),
    ended_at: minute(-18 * 60),
    what: `${SYNTHETIC}: fell on the way to the bathroom, bruised knee.`,
    serious_because: [],
    severity: 2,
    causality: 'probable',
    expected: 'expected',
    action: `${SYNTHETIC}: cooled, seen by the family doctor.`,
    treatment_after: 'not_decided',
    emergency_services_called: false,
    outcome: 'recovered',
    reports: [],
    client_text: `${SYNTHETIC}: thank you for telling us about the fall. The prescriber will look at it.`,
  };
}

export function safetyFlag({ now }: Moments): SafetyFlag {
  return {
    event: 'safety_flag',
    schema: 1,
    raised_at: now,
    kind: 'suicidal_thoughts',
    immediate_danger: 'no',
    concern: `${SYNTHETIC}: item 9 was answered "several days".`,
    about: NO_ENTRY,
    scale_item: { instrument: 'phq9', item: 9, answer: 1 },
    with_somebody: 'unknown',
    whereabouts: null,
    call_back: '+1 555 0103',
    emergency_services_called: false,
    crisis_card_shown: true,
    client_text: `${SYNTHETIC}: somebody from the team will ring you. If it gets worse, use the crisis card now.`,
  };
}

export function coverageHandover({ now, minute }: Moments): CoverageHandover {
  return {
    event: 'coverage_handover',
    schema: 1,
    handed_over_at: now,
    supersedes: null,
    role: 'therapist',
    covering: `${SYNTHETIC}: a colleague`,
    covers_from: minute(60),
    covers_until: minute(3 * 24 * 60),
    illness: 'to_be_watched',
    summary: `${SYNTHETIC}: second week of the course, sleeps badly, lives with a partner.`,
    risks: [`${SYNTHETIC}: passive thoughts of death last week`],
    to_do: [{ what: `${SYNTHETIC}: integration contact`, about: null, due_at: minute(24 * 60) }],
    contingencies: [
      { if: `${SYNTHETIC}: thoughts become a plan`, then: `${SYNTHETIC}: ring, crisis card, hold, on call` },
    ],
    next_session_at: minute(4 * 24 * 60),
    reach_me: null,
    client_text: `${SYNTHETIC}: I am away until Monday. A colleague knows about you and reads your messages.`,
  };
}

export function addendum({ now }: Moments): Addendum {
  return {
    event: 'addendum',
    schema: 1,
    added_at: now,
    amends: NO_ENTRY,
    kind: 'clarification',
    part: 'vitals',
    text: `${SYNTHETIC}: the second reading was taken standing.`,
    client_text: `${SYNTHETIC}: I have added a detail to my report.`,
  };
}
