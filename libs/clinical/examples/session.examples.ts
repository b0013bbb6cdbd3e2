import type { SessionOutcome } from '../event.registry.js';
import { NO_ENTRY, SYNTHETIC, type Moments } from './moments.js';

/** A session that ended when the example is said to be written. */
export function sessionOutcome(moments: Moments): SessionOutcome {
  const { now, day, minute } = moments;
  return {
    event: 'session_outcome',
    schema: 1,
    supersedes: null,
    decision: NO_ENTRY,
    session_number: 1,
    sessions_planned: 6,
    session_type: 'first',
    modality: 'in_clinic',
    location_region: 'US-CO',
    started_at: minute(-150),
    ended_at: now,
    people_present: [{ role: 'therapist', name: null, presence: 'in_the_room' }],
    chaperone: null,
    ride_home: { name: `${SYNTHETIC}: a friend`, phone: '+1 555 0100', handed_over_at: now },
    intention: `${SYNTHETIC}: to look at what has been avoided.`,
    vitals: vitals(moments),
    dosing: {
      planned_ug: 100_000,
      taken: [{ kind: 'first', amount_ug: 100_000, taken_at: minute(-120) }],
      residue: `${SYNTHETIC}: spat out after 10 minutes`,
      left_over_ug: 0,
    },
    course: { onset_min: 12, peak_min: 35, return_min: 80 },
    dissociation: 3,
    sedation: 1,
    side_effects: [
      {
        code: 'nausea',
        detail: null,
        severity: 2,
        onset_at: minute(-100),
        action: `${SYNTHETIC}: lay on the side`,
        resolved: true,
      },
    ],
    adverse_event: null,
    themes_to_share: [`${SYNTHETIC}: relief, some sadness`],
    departure: { at: now, oriented: true, stable: true, no_driving_instruction_given: true },
    scales: [{ instrument: 'phq9', total: 16, taken_on: day(0), item9: 0 }],
    integration_appointments: [minute(2 * 24 * 60)],
    ask: 'adjust',
    ask_text: `${SYNTHETIC}: little effect; should the next dose be higher?`,
    deviations: [],
    client_text: `${SYNTHETIC}: your first session is done; we meet again in two days.`,
  };
}

function vitals({ minute }: Moments): SessionOutcome['vitals'] {
  const reading = { spo2_percent: 98, device: `${SYNTHETIC}: upper-arm cuff` };
  return [
    {
      ...reading,
      taken_at: minute(-130),
      phase: 'pre',
      systolic_mmhg: 126,
      diastolic_mmhg: 80,
      heart_rate_bpm: 70,
    },
    {
      ...reading,
      taken_at: minute(-85),
      phase: 'during',
      systolic_mmhg: 139,
      diastolic_mmhg: 86,
      heart_rate_bpm: 84,
    },
    {
      ...reading,
      taken_at: minute(-10),
      phase: 'post',
      systolic_mmhg: 128,
      diastolic_mmhg: 82,
      heart_rate_bpm: 74,
    },
  ];
}
