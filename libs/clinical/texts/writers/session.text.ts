import type { SessionOutcome } from '../../event.registry.js';
import { milligrams, moment } from '../quantities.js';
import { scoreWords, type Description, type Tongue } from '../tongue.js';

type Reading = SessionOutcome['vitals'][number];

export function sessionOutcome(held: SessionOutcome, t: Tongue): Description {
  return {
    title: t.say('outcome.title', {
      number: held.session_number,
      planned: held.sessions_planned,
      ask: t.word('ask', held.ask),
    }),
    lines: [
      ...t.told('outcome.ask', held.ask_text),
      ...harm(held, t),
      t.say('outcome.when', {
        session: t.word('session', held.session_type),
        where: t.word('modality', held.modality),
        region: held.location_region,
        from: moment(held.started_at),
        to: moment(held.ended_at),
      }),
      ...t.listed(
        'outcome.present',
        held.people_present.map((present) => person(present, t)),
      ),
      ...t.told('outcome.intention', held.intention),
      ...dosing(held, t),
      ...course(held, t),
      ...vitalsLines(held.vitals, t),
      ...held.side_effects.flatMap((effect) => sideEffectLines(effect, t)),
      ...leaving(held, t),
      ...t.listed('outcome.themes', held.themes_to_share),
      ...t.listed(
        'common.scales',
        held.scales.map((score) => scoreWords(score, t)),
      ),
      ...t.listed('outcome.integration', held.integration_appointments.map(moment)),
      ...t.listed('outcome.deviations', held.deviations),
    ],
    clientText: held.client_text,
  };
}

/** Every reading, because a summary would have to judge which one matters. */
export function vitalsLines(readings: readonly Reading[], t: Tongue): string[] {
  if (readings.length === 0) return [t.say('vitals.none')];
  const devices = readings.flatMap(({ device }) => device ?? []);
  return [
    ...readings.flatMap((reading) => readingLines(reading, t)),
    ...t.listed('vitals.device', [...new Set(devices)]),
  ];
}

function readingLines(reading: Reading, t: Tongue): string[] {
  const when = { phase: t.word('phase', reading.phase), at: moment(reading.taken_at) };
  return [
    t.say('vitals.reading', {
      ...when,
      systolic: reading.systolic_mmhg,
      diastolic: reading.diastolic_mmhg,
      rate: reading.heart_rate_bpm,
    }),
    ...(reading.spo2_percent === null
      ? []
      : [t.say('vitals.oxygen', { ...when, percent: reading.spo2_percent })]),
  ];
}

export function sideEffectLines(effect: SessionOutcome['side_effects'][number], t: Tongue): string[] {
  const slots = { what: t.word('sideEffect', effect.code), n: effect.severity };
  return [
    effect.detail === null
      ? t.say('outcome.sideEffect', slots)
      : t.say('outcome.sideEffectMore', { ...slots, detail: effect.detail }),
    ...t.told('outcome.action', effect.action),
    t.say(effect.resolved ? 'outcome.resolved' : 'outcome.unresolved'),
  ];
}

function harm({ adverse_event: event }: SessionOutcome, t: Tongue): string[] {
  if (event === null) return [];
  const slots = { at: moment(event.occurred_at), what: event.what };
  return [
    event.serious ? t.say('outcome.serious', slots) : t.say('outcome.adverse', slots),
    t.say(event.resolved ? 'outcome.resolved' : 'outcome.unresolved'),
    ...t.told('outcome.action', event.action),
    ...(event.emergency_services_called ? [t.say('outcome.services')] : []),
  ];
}

function dosing({ dosing: given }: SessionOutcome, t: Tongue): string[] {
  const takenUg = given.taken.reduce((sum, dose) => sum + dose.amount_ug, 0);
  return [
    t.say('outcome.dose', { planned: milligrams(given.planned_ug), taken: milligrams(takenUg) }),
    ...given.taken.map(({ kind, amount_ug: ug, taken_at: at }) =>
      t.say(kind === 'booster' ? 'outcome.booster' : 'outcome.part', { mg: milligrams(ug), at: moment(at) }),
    ),
    t.say('outcome.left', { mg: milligrams(given.left_over_ug) }),
    ...t.told('outcome.residue', given.residue),
  ];
}

function course({ course: seen, dissociation, sedation }: SessionOutcome, t: Tongue): string[] {
  const minute = (value: number | null) => value ?? t.say('outcome.notNoted');
  return [
    ...(seen === null
      ? []
      : [
          t.say('outcome.course', {
            onset: minute(seen.onset_min),
            peak: minute(seen.peak_min),
            end: minute(seen.return_min),
          }),
        ]),
    dissociation === null
      ? t.say('outcome.dissociationUnknown')
      : t.say('outcome.dissociation', { n: dissociation }),
    sedation === null ? t.say('outcome.sedationUnknown') : t.say('outcome.sedation', { n: sedation }),
  ];
}

function leaving({ departure, chaperone, ride_home: ride }: SessionOutcome, t: Tongue): string[] {
  const answer = (yes: boolean) => ({ answer: t.say(yes ? 'outcome.yes' : 'outcome.no') });
  return [
    ...(departure === null
      ? [t.say('outcome.notLeft')]
      : [
          t.say('outcome.departed', { at: moment(departure.at) }),
          t.say('outcome.oriented', answer(departure.oriented)),
          t.say('outcome.stable', answer(departure.stable)),
          t.say('outcome.driving', answer(departure.no_driving_instruction_given)),
        ]),
    ...(chaperone === null ? [] : [t.say('outcome.chaperone', chaperone)]),
    ride === null
      ? t.say('outcome.noRide')
      : t.say('outcome.ride', { name: ride.name, phone: ride.phone, at: moment(ride.handed_over_at) }),
  ];
}

function person(present: SessionOutcome['people_present'][number], t: Tongue): string {
  const role = t.word('present', present.role);
  const named = present.name === null ? role : `${role} ${present.name}`;
  return present.presence === 'by_video' ? t.say('outcome.byVideo', { person: named }) : named;
}
