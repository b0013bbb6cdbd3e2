import type { SessionOutcome } from '../event.registry.js';
import { milligrams, moment } from './quantities.js';
import { ASK, MODALITY, PERSON, SESSION, SIDE_EFFECT } from './english.words.js';
import { listed, scale, type Description } from './english.parts.js';

export function sessionOutcome(held: SessionOutcome): Description {
  return {
    title: `Session ${held.session_number} of ${held.sessions_planned}: ${ASK[held.ask]}`,
    lines: [
      ...listed('Asked of the prescriber', held.ask_text),
      ...adverse(held),
      `${capital(SESSION[held.session_type])}, ${MODALITY[held.modality]}, in ${held.location_region}, ${moment(held.started_at)} to ${moment(held.ended_at)}.`,
      ...listed('Present', held.people_present.map(person)),
      ...listed('Intention', held.intention),
      ...dosing(held),
      ...course(held),
      ...vitals(held),
      ...sideEffects(held),
      ...leaving(held),
      ...listed('Themes the client is content to share', held.themes_to_share),
      ...listed('Scales', held.scales.map(scale)),
      ...listed('Integration', held.integration_appointments.map(moment)),
      ...listed('Deviations', held.deviations),
    ],
    clientText: held.client_text,
  };
}

function adverse({ adverse_event: event }: SessionOutcome): string[] {
  if (event === null) return [];
  const kind = event.serious ? 'SERIOUS ADVERSE EVENT' : 'Adverse event';
  const services = event.emergency_services_called ? ' Emergency services were called.' : '';
  const state = event.resolved ? 'Resolved.' : 'NOT RESOLVED.';
  return [
    `${kind} at ${moment(event.occurred_at)}: ${event.what} Action: ${event.action}${services} ${state}`,
  ];
}

function dosing({ dosing: given }: SessionOutcome): string[] {
  const totalUg = given.taken.reduce((sum, dose) => sum + dose.amount_ug, 0);
  const parts = given.taken.map(
    (dose) =>
      `${dose.kind === 'booster' ? 'in-session booster ' : ''}${milligrams(dose.amount_ug)} at ${moment(dose.taken_at)}`,
  );
  return [
    `Dose: planned ${milligrams(given.planned_ug)}, taken ${milligrams(totalUg)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}.`,
    `Left over: ${milligrams(given.left_over_ug)}.`,
    ...listed('Residue', given.residue),
  ];
}

function course(held: SessionOutcome): string[] {
  const minute = (value: number | null) => (value === null ? 'not noted' : `minute ${value}`);
  const seen = held.course;
  return [
    ...(seen === null
      ? []
      : [
          `Onset ${minute(seen.onset_min)}, peak ${minute(seen.peak_min)}, return ${minute(seen.return_min)}.`,
        ]),
    `Dissociation ${held.dissociation === null ? 'not rated' : `${held.dissociation}/10`}, sedation ${held.sedation === null ? 'not rated' : `${held.sedation}/5`}.`,
  ];
}

/** Every reading, because a summary would have to judge which one matters. */
function vitals(held: SessionOutcome): string[] {
  if (held.vitals.length === 0) return ['Vitals: none recorded.'];
  return held.vitals.map((reading) => {
    const oxygen = reading.spo2_percent === null ? '' : `, SpO2 ${reading.spo2_percent} %`;
    return `Vitals ${reading.phase}, ${moment(reading.taken_at)}: ${reading.systolic_mmhg}/${reading.diastolic_mmhg} mmHg, heart rate ${reading.heart_rate_bpm}${oxygen}.`;
  });
}

function sideEffects(held: SessionOutcome): string[] {
  return held.side_effects.map((effect) => {
    const detail = effect.detail === null ? '' : `, ${effect.detail}`;
    const action = effect.action === null ? '' : `; ${effect.action}`;
    return `Side effect: ${SIDE_EFFECT[effect.code]}${detail}, severity ${effect.severity}/5${action}; ${effect.resolved ? 'resolved' : 'NOT RESOLVED'}.`;
  });
}

function leaving({ departure, chaperone, ride_home: ride }: SessionOutcome): string[] {
  return [
    departure === null
      ? 'Had not left when this was filed.'
      : `Left ${moment(departure.at)}: ${departure.oriented ? 'oriented' : 'NOT ORIENTED'}, ${departure.stable ? 'stable' : 'NOT STABLE'}, told not to drive: ${departure.no_driving_instruction_given ? 'yes' : 'NO'}.`,
    ...(chaperone === null ? [] : [`Chaperone: ${chaperone.name}, ${chaperone.phone}.`]),
    ride === null
      ? 'Ride home: none recorded.'
      : `Ride home: ${ride.name}, ${ride.phone}, handed over ${moment(ride.handed_over_at)}.`,
  ];
}

function person(present: SessionOutcome['people_present'][number]): string {
  const name = present.name === null ? '' : ` ${present.name}`;
  return `${PERSON[present.role]}${name}${present.presence === 'by_video' ? ' (by video)' : ''}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
