import type { AdverseEvent, ConsentRecorded, ScaleResult } from '../event.registry.js';
import { consentTo } from '../fold/consents.js';
import type { Filed } from '../fold/opened.entry.js';
import { INSTRUMENTS, checkScaleResult } from '../scales/index.js';
import { referToAuthor, referToEntry, resourceId, type Exporting } from './export.contract.js';
import {
  LOINC,
  TERMINOLOGY,
  coding,
  concept,
  present,
  referTo,
  resource,
  spoken,
  type FhirResource,
  type Json,
} from './resource.js';
import { seriousness, statusOf } from './sessions.fhir.js';

/** The answers as a QuestionnaireResponse, and what they amount to as an Observation. */
export function scale(exporting: Exporting, filed: Filed<ScaleResult>): readonly FhirResource[] {
  const { event } = filed;
  const definition = INSTRUMENTS[event.instrument];
  const answered = event.items.every((answer) => answer !== null);
  const replaced = statusOf(exporting, filed) === 'entered-in-error';
  const form = resource('QuestionnaireResponse', resourceId(filed), {
    status: replaced ? 'entered-in-error' : answered ? 'completed' : 'in-progress',
    questionnaire: `${LOINC}/q/${definition.loinc.panel}`,
    subject: exporting.subject,
    authored: event.recorded_at,
    author: referToAuthor(exporting, filed.author),
    source: event.method === 'self_rated' ? exporting.subject : undefined,
    item: definition.items.map((item, index) => {
      const answer = event.items[index] ?? null;
      return present({
        linkId: item.loinc ?? item.label,
        text: item.words?.en,
        answer: answer === null ? [] : [{ valueInteger: answer }],
      });
    }),
  });
  const { scored } = checkScaleResult(event);
  if (scored.kind !== 'total' && scored.kind !== 'prorated') return [form];
  const words =
    scored.kind === 'prorated'
      ? `${scored.band.words.en} (prorated: some answers are missing)`
      : scored.band.words.en;
  return [
    form,
    totalOf(exporting, filed, {
      instrument: event.instrument,
      total: scored.total,
      takenOn: event.taken_on,
      words,
      part: 'total',
      from: [referTo(resourceId(filed))],
    }),
  ];
}

/** Totals that an event reports without their answers. */
export function reportedScales(exporting: Exporting, filed: Filed): readonly FhirResource[] {
  if (!('scales' in filed.event)) return [];
  return filed.event.scales.map(({ instrument, total, taken_on: takenOn }, index) =>
    totalOf(exporting, filed, {
      instrument,
      total,
      takenOn,
      words: null,
      part: `scale ${index + 1}`,
      from: [],
    }),
  );
}

interface Total {
  readonly instrument: ScaleResult['instrument'];
  readonly total: number;
  readonly takenOn: string;
  readonly words: string | null;
  readonly part: string;
  readonly from: readonly Json[];
}

function totalOf(exporting: Exporting, filed: Filed, total: Total): FhirResource {
  const definition = INSTRUMENTS[total.instrument];
  const loinc = definition.loinc.total;
  return resource('Observation', resourceId(filed, total.part), {
    status: statusOf(exporting, filed),
    category: [concept('Survey', coding(`${TERMINOLOGY}/observation-category`, 'survey'))],
    code: concept(`${definition.title}: total`, ...(loinc === null ? [] : [coding(LOINC, loinc)])),
    subject: exporting.subject,
    performer: [referToAuthor(exporting, filed.author)],
    effectiveDateTime: total.takenOn,
    valueInteger: total.total,
    interpretation: total.words === null ? [] : [concept(total.words)],
    derivedFrom: total.from,
  });
}

const OUTCOMES: Readonly<Record<AdverseEvent['outcome'], string>> = {
  recovered: 'resolved',
  recovering: 'recovering',
  not_recovered: 'ongoing',
  lasting_effects: 'resolvedWithSequelae',
  death: 'fatal',
  unknown: 'unknown',
};

/** R4 knows three grades where the event has five: 1 is mild, 2 moderate, everything above severe. */
export function adverseEvent(exporting: Exporting, filed: Filed<AdverseEvent>): FhirResource {
  const { event } = filed;
  const severity = event.severity <= 1 ? 'mild' : event.severity === 2 ? 'moderate' : 'severe';
  const suspect = referToEntry(exporting, event.session_outcome);
  return resource('AdverseEvent', resourceId(filed), {
    actuality: 'actual',
    event: concept(event.what),
    subject: exporting.subject,
    date: event.occurred_at,
    recordedDate: event.reported_at,
    recorder: referToAuthor(exporting, filed.author),
    seriousness: seriousness(event.serious_because.length > 0),
    severity: concept(severity, coding(`${TERMINOLOGY}/adverse-event-severity`, severity)),
    outcome: concept(
      spoken(event.outcome),
      coding(`${TERMINOLOGY}/adverse-event-outcome`, OUTCOMES[event.outcome]),
    ),
    suspectEntity:
      suspect === undefined
        ? []
        : [{ instance: suspect, causality: [{ assessment: concept(spoken(event.causality)) }] }],
  });
}

/** Given, declined or withdrawn, as it was recorded; `inactive` once something else is in force for its scopes. */
export function consent(exporting: Exporting, filed: Filed<ConsentRecorded>): FhirResource {
  const { event } = filed;
  const part2 = event.disclosure?.part2 === true;
  const scope = event.scopes.includes('treatment_with_ketamine') ? 'treatment' : 'patient-privacy';
  return resource('Consent', resourceId(filed), {
    status: consentStatus(exporting, filed),
    scope: concept(scope, coding(`${TERMINOLOGY}/consentscope`, scope)),
    category: [concept('Consent document', coding(LOINC, '59284-0'))],
    patient: exporting.subject,
    dateTime: event.decided_at,
    performer: event.given_by === 'client' ? [exporting.subject] : [],
    policyRule: part2
      ? concept('42 CFR Part 2', coding(`${TERMINOLOGY}/v3-ActCode`, '42CFRPart2'))
      : concept('The form and the words named in the record'),
    verification: [present({ verified: event.said_back, verificationDate: event.decided_at })],
    provision: present({
      type: event.action === 'given' ? 'permit' : 'deny',
      period: event.valid_until === null ? undefined : { start: event.decided_at, end: event.valid_until },
      code: event.scopes.map((name) => concept(spoken(name))),
      securityLabel: part2 ? [coding(`${TERMINOLOGY}/v3-ActCode`, '42CFRPart2')] : [],
    }),
  });
}

function consentStatus({ state }: Exporting, { ref, event }: Filed<ConsentRecorded>): string {
  const stands = event.scopes.some((scope) => {
    const stand = consentTo(state.consents, scope);
    return stand?.record.ref === ref && !stand.dropped;
  });
  if (!stands) return 'inactive';
  return event.action === 'given' ? 'active' : 'rejected';
}
