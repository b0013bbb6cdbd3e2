import type { DoseOrder, EventOf } from '../event.registry.js';
import { draftStartCheck } from '../gate/start-check.draft.js';
import type { Scene } from './scene.js';

/** Passages many cases share, so that a script tells only what is its own. Times are those of one clinic. */

export interface Begun {
  readonly referral: string;
  readonly eligibility: string;
  readonly consent: string;
  readonly dose: string;
}

/** Days 0 to 3: referral, eligibility, consent, the first dose order. */
export function beginCourse(
  scene: Scene,
  said: {
    readonly referral?: Partial<EventOf<'referral'>>;
    readonly eligibility?: Partial<EventOf<'eligibility_decision'>>;
    readonly dose?: Partial<DoseOrder>;
  } = {},
): Begun {
  const { day } = scene;
  const referral = day(0)
    .at('10:00')
    .therapist.signs('referral', said.referral, { asks: ['prescriber'] });
  const eligibility = day(2)
    .at('15:00')
    .prescriber.signs('eligibility_decision', said.eligibility, { answers: referral });
  const consent = day(2)
    .at('17:00')
    .client.signs('consent_recorded', { method: 'signed_here', document: null });
  const dose = orderDose(scene, 3, said.dose);
  return { referral, eligibility, consent, dose };
}

/** At 09:00: at most 150 mg in one session, six sessions, three days between two. */
export function orderDose(scene: Scene, day: number, fields: Partial<DoseOrder> = {}): string {
  return scene
    .day(day)
    .at('09:00')
    .prescriber.signs(
      'dose_order',
      { ...sixSessions(scene, day), ...fields },
      { asks: ['therapist', 'client'], withinHours: 48 },
    );
}

/** The plan of the first order, as it is written on a day. */
export function sixSessions(scene: Scene, day: number): Pick<DoseOrder, 'regimen'> {
  return {
    regimen: {
      form: 'troche',
      form_detail: null,
      route: 'sublingual',
      modality: 'in_clinic',
      strength_ug: 100_000,
      units_per_session: 1,
      max_per_session_ug: 150_000,
      booster: { amount_ug: 50_000, earliest_minute: 20, authorised_by: 'on_call_prescriber' },
      hold_in_mouth_min: 10,
      after_holding: 'spit',
      sessions_authorised: 6,
      min_days_between: 3,
      earliest_start: scene.date(day),
      expires_on: scene.date(day + 60),
      premedication: [],
      medications_to_hold: [],
      fasting: { food_hours: 4, clear_fluids_hours: 2 },
      vitals_override: null,
      titration: [],
      monitoring_asks: [],
    },
  };
}

/** Therapist at 12:00 and client at 18:00 re-enter the total. */
export function readBack(scene: Scene, day: number, decision: string, totalUg = 150_000): void {
  const fields = { decision, total_ug: totalUg };
  scene.day(day).at('12:00').therapist.signs('dose_read_back', fields, { answers: decision });
  scene.day(day).at('18:00').client.signs('dose_read_back', fields, { answers: decision });
}

/** At 19:00 the client says how the session is prepared. */
export function prepare(
  scene: Scene,
  day: number,
  fields: Partial<EventOf<'preparation_ready'>> & {
    readonly session_number: number;
    readonly session_at: string;
  },
): string {
  return scene.day(day).at('19:00').client.signs('preparation_ready', fields);
}

export interface Held {
  readonly check: string;
  readonly outcome: string;
}

/** 08:45 the gate, 09:00 to 11:30 the session, 12:00 its account. */
export function holdSession(
  scene: Scene,
  day: number,
  said: {
    readonly number: number;
    readonly decision: string;
    readonly outcome?: Partial<EventOf<'session_outcome'>>;
    readonly asks?: boolean;
  },
): Held {
  const check = passGate(scene, day, said.number);
  const outcome = scene
    .day(day)
    .at('12:00')
    .therapist.signs(
      'session_outcome',
      { ...account(scene, day, said.number, said.decision), ...said.outcome },
      said.asks === true ? { asks: ['prescriber'], urgency: 'urgent' } : {},
    );
  return { check, outcome };
}

function account(
  scene: Scene,
  day: number,
  number: number,
  decision: string,
): Partial<EventOf<'session_outcome'>> {
  const at = (time: string) => scene.instant(day, time);
  const reading = {
    systolic_mmhg: 126,
    diastolic_mmhg: 80,
    heart_rate_bpm: 72,
    spo2_percent: 98,
    device: null,
  };
  return {
    decision,
    session_number: number,
    session_type: number === 1 ? 'first' : 'series',
    started_at: at('09:00'),
    ended_at: at('11:30'),
    vitals: [
      { ...reading, taken_at: at('08:55'), phase: 'pre' },
      { ...reading, taken_at: at('09:50'), phase: 'during', systolic_mmhg: 136 },
      { ...reading, taken_at: at('11:20'), phase: 'post' },
    ],
    dosing: {
      planned_ug: 100_000,
      taken: [{ kind: 'first', amount_ug: 100_000, taken_at: at('09:10') }],
      residue: null,
      left_over_ug: 0,
    },
    ride_home: { name: 'SYNTHETIC EXAMPLE: a friend', phone: '+1 555 0100', handed_over_at: at('11:30') },
    departure: { at: at('11:30'), oriented: true, stable: true, no_driving_instruction_given: true },
  };
}

/** 08:45: what the gate says, kept as it was. Throws when it is not green: a script that means red says so itself. */
export function passGate(scene: Scene, day: number, number: number): string {
  const now = scene.day(day).at('08:45');
  const draft = draftStartCheck(now.gate({ number, day, at: '09:00' }));
  if (draft?.result !== 'go') throw new RangeError(`the gate is red on day ${day}: ${JSON.stringify(draft)}`);
  return now.therapist.signs('session_start_check', {
    ...draft,
    session_number: number,
    starts_at: scene.instant(day, '09:00'),
    ride_home: { name: 'SYNTHETIC EXAMPLE: a friend', phone: '+1 555 0100' },
    no_go_because: null,
    client_text: 'SYNTHETIC EXAMPLE: everything is ready for your session.',
  });
}

/** The next day at 16:00: the contact the therapist owes. */
export function integrate(
  scene: Scene,
  day: number,
  outcome: string,
  fields: Partial<EventOf<'integration_done'>> = {},
): string {
  return scene
    .day(day)
    .at('16:00')
    .therapist.signs('integration_done', { session_outcome: outcome, ...fields });
}

/** Prepared the evening before, held, integrated the day after. */
export function sessionWithCare(scene: Scene, day: number, number: number, decision: string): Held {
  prepare(scene, day - 1, { session_number: number, session_at: scene.instant(day, '09:00') });
  const held = holdSession(scene, day, { number, decision });
  integrate(scene, day + 1, held.outcome);
  return held;
}
