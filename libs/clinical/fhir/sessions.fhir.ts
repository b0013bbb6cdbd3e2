import type { SessionOutcome } from '../event.registry.js';
import { valueOf } from '../fold/sorted.map.js';
import { isReplaced } from '../fold/accounts.js';
import type { Filed } from '../fold/opened.entry.js';
import { KETAMINE } from './decisions.fhir.js';
import { referToAuthor, referToEntry, resourceId, type Exporting } from './export.contract.js';
import {
  LOINC,
  TERMINOLOGY,
  coding,
  concept,
  milligramsQuantity,
  present,
  resource,
  spoken,
  type FhirResource,
  type Json,
} from './resource.js';

/** What was taken, dose by dose (or that nothing was), what was measured, and harm. */
export function session(exporting: Exporting, filed: Filed<SessionOutcome>): readonly FhirResource[] {
  const { event } = filed;
  return [
    ...administrations(exporting, filed),
    ...vitals(exporting, filed, event.vitals),
    ...(event.dissociation === null
      ? []
      : [graded(exporting, filed, { what: 'dissociation', value: event.dissociation })]),
    ...(event.sedation === null
      ? []
      : [graded(exporting, filed, { what: 'sedation', value: event.sedation })]),
    ...harmInSession(exporting, filed),
  ];
}

function administrations(exporting: Exporting, filed: Filed<SessionOutcome>): readonly FhirResource[] {
  const { event } = filed;
  const common = {
    medicationCodeableConcept: KETAMINE,
    subject: exporting.subject,
    performer: [{ actor: referToAuthor(exporting, filed.author) }],
    request: referToEntry(exporting, event.decision),
    note: notesOf(event),
  };
  const [first, ...boosters] = event.dosing.taken;
  if (first === undefined) {
    const period = { start: event.started_at, end: event.ended_at };
    return [
      resource('MedicationAdministration', resourceId(filed), {
        status: 'not-done',
        effectivePeriod: period,
        ...common,
      }),
    ];
  }
  const status = isReplaced(exporting.state.accounts, filed) ? 'entered-in-error' : 'completed';
  return [first, ...boosters].map((taken, index) =>
    resource('MedicationAdministration', resourceId(filed, index === 0 ? '' : `dose ${index + 1}`), {
      status,
      ...common,
      note: index === 0 ? common.note : [],
      effectiveDateTime: taken.taken_at,
      dosage: present({
        text: taken.kind === 'booster' ? 'in-session booster' : 'first dose of the session',
        route: routeOf(exporting, event.decision),
        dose: milligramsQuantity(taken.amount_ug),
      }),
    }),
  );
}

function routeOf({ state }: Exporting, decision: string): Json | undefined {
  const route = valueOf(state.dose.byRef, decision)?.event.regimen?.route;
  return route === undefined ? undefined : concept(spoken(route));
}

function notesOf(event: SessionOutcome): readonly Json[] {
  const said = [
    `Session ${event.session_number} of ${event.sessions_planned}, ${spoken(event.modality)}, ${event.location_region}.`,
    ...event.side_effects.map(
      ({ code, severity, resolved }) =>
        `Side effect: ${spoken(code)}, severity ${severity}, ${resolved ? 'resolved' : 'not resolved'}.`,
    ),
    ...event.deviations.map((text) => `Deviation: ${text}`),
    ...(event.ask_text === null ? [] : [`Asked of the prescriber: ${event.ask_text}`]),
    ...(event.client_text === null ? [] : [`For the client: ${event.client_text}`]),
  ];
  return said.map((text) => ({ text }));
}

type Reading = SessionOutcome['vitals'][number];

/** LOINC: blood pressure panel 85354-9 (systolic 8480-6, diastolic 8462-4), heart rate 8867-4, oxygen saturation 59408-5. */
export function vitals(
  exporting: Exporting,
  filed: Filed,
  readings: readonly Reading[],
): readonly FhirResource[] {
  return readings.flatMap((reading, index) => {
    const observe = (part: string, elements: Readonly<Record<string, Json>>) =>
      resource('Observation', resourceId(filed, `${part} ${index + 1}`), {
        status: statusOf(exporting, filed),
        category: [concept('Vital signs', coding(`${TERMINOLOGY}/observation-category`, 'vital-signs'))],
        subject: exporting.subject,
        performer: [referToAuthor(exporting, filed.author)],
        effectiveDateTime: reading.taken_at,
        note: [{ text: `${spoken(reading.phase)} the session` }],
        ...elements,
      });
    const pressure = observe('blood pressure', {
      code: concept('Blood pressure', coding(LOINC, '85354-9')),
      component: [
        component('Systolic blood pressure', '8480-6', {
          value: reading.systolic_mmhg,
          unit: 'mmHg',
          code: 'mm[Hg]',
        }),
        component('Diastolic blood pressure', '8462-4', {
          value: reading.diastolic_mmhg,
          unit: 'mmHg',
          code: 'mm[Hg]',
        }),
      ],
    });
    const pulse = observe('heart rate', {
      code: concept('Heart rate', coding(LOINC, '8867-4')),
      valueQuantity: quantity({ value: reading.heart_rate_bpm, unit: 'beats/minute', code: '/min' }),
    });
    const saturation = reading.spo2_percent;
    if (saturation === null) return [pressure, pulse];
    const oxygen = observe('oxygen saturation', {
      code: concept('Oxygen saturation by pulse oximetry', coding(LOINC, '59408-5')),
      valueQuantity: quantity({ value: saturation, unit: '%', code: '%' }),
    });
    return [pressure, pulse, oxygen];
  });
}

function graded(
  exporting: Exporting,
  filed: Filed<SessionOutcome>,
  { what, value }: { readonly what: string; readonly value: number },
): FhirResource {
  return resource('Observation', resourceId(filed, what), {
    status: statusOf(exporting, filed),
    code: concept(
      what === 'dissociation' ? 'Dissociation, 0 none to 10 complete' : 'Sedation, 0 awake to 5 not rousable',
    ),
    subject: exporting.subject,
    performer: [referToAuthor(exporting, filed.author)],
    effectivePeriod: { start: filed.event.started_at, end: filed.event.ended_at },
    valueInteger: value,
  });
}

function harmInSession(exporting: Exporting, filed: Filed<SessionOutcome>): readonly FhirResource[] {
  const harm = filed.event.adverse_event;
  if (harm === null) return [];
  return [
    resource('AdverseEvent', resourceId(filed, 'adverse event'), {
      actuality: 'actual',
      event: concept(harm.what),
      subject: exporting.subject,
      date: harm.occurred_at,
      recorder: referToAuthor(exporting, filed.author),
      seriousness: seriousness(harm.serious),
      outcome: concept(
        harm.resolved ? 'resolved' : 'ongoing',
        coding(`${TERMINOLOGY}/adverse-event-outcome`, harm.resolved ? 'resolved' : 'ongoing'),
      ),
      suspectEntity: [{ instance: referToEntry(exporting, filed.ref) ?? exporting.subject }],
    }),
  ];
}

export function seriousness(serious: boolean): Json {
  const code = serious ? 'Serious' : 'Non-serious';
  return concept(code, coding(`${TERMINOLOGY}/adverse-event-seriousness`, code));
}

/** A replaced account is shown as such. */
export function statusOf({ state }: Exporting, filed: Filed): 'final' | 'entered-in-error' {
  return isReplaced(state.accounts, filed) ? 'entered-in-error' : 'final';
}

interface Measure {
  readonly value: number;
  readonly unit: string;
  readonly code: string;
}

function quantity({ value, unit, code }: Measure): Json {
  return { value, unit, system: 'http://unitsofmeasure.org', code };
}

function component(text: string, loinc: string, measure: Measure): Json {
  return { code: concept(text, coding(LOINC, loinc)), valueQuantity: quantity(measure) };
}
