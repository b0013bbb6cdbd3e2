import type { DoseDecision, EligibilityDecision, Referral } from '../event.registry.js';
import type { Regimen } from '../events/regimen.schema.js';
import { isReplaced } from '../fold/accounts.js';
import type { Filed } from '../fold/opened.entry.js';
import { valueOf } from '../fold/sorted.map.js';
import { milligrams } from '../texts/quantities.js';
import {
  referToAuthor,
  referToEntries,
  referToEntry,
  resourceId,
  type Exporting,
} from './export.contract.js';
import {
  coding,
  concept,
  milligramsQuantity,
  present,
  resource,
  spoken,
  type FhirResource,
  type Json,
} from './resource.js';

/** RxNorm's concept for the ingredient ketamine. */
export const KETAMINE: Json = concept(
  'ketamine',
  coding('http://www.nlm.nih.gov/research/umls/rxnorm', '6130', 'ketamine'),
);

export function referral(exporting: Exporting, filed: Filed<Referral>): FhirResource {
  const { event } = filed;
  const decided = exporting.state.eligibility.inForce !== null;
  const status = isReplaced(exporting.state.accounts, filed) ? 'revoked' : decided ? 'completed' : 'active';
  return resource('ServiceRequest', resourceId(filed), {
    status,
    intent: 'proposal',
    code: concept('Medical assessment for ketamine-assisted psychotherapy'),
    subject: exporting.subject,
    authoredOn: event.referred_at,
    requester: referToAuthor(exporting, filed.author),
    replaces: referToEntries(exporting, [event.supersedes]),
    reasonCode: event.indications.map(({ text, icd10 }) => indication(text, icd10)),
    note: [{ text: event.reason }, ...event.questions_for_prescriber.map((text) => ({ text }))],
    patientInstruction: event.client_text ?? undefined,
  });
}

/** The screen and its conclusion; what it permits stands in the summary, as the prescriber decided it. */
export function eligibility(exporting: Exporting, filed: Filed<EligibilityDecision>): FhirResource {
  const { event } = filed;
  const fate = valueOf(exporting.state.eligibility.fates, filed.ref);
  return resource('ClinicalImpression', resourceId(filed), {
    status: 'completed',
    statusReason: fate === undefined ? undefined : concept(fate.kind),
    code: concept('Eligibility for ketamine-assisted psychotherapy'),
    description: `Evaluated: ${spoken(event.evaluation_mode)}`,
    subject: exporting.subject,
    effectiveDateTime: event.decided_at,
    date: event.decided_at,
    assessor: referToAuthor(exporting, filed.author),
    previous: referToEntry(exporting, event.supersedes),
    summary: eligibilitySummary(event),
    finding: [
      ...event.indications.map(({ text, icd10 }) => ({ itemCodeableConcept: indication(text, icd10) })),
      ...Object.entries(event.contraindications).map(([name, found]) => ({
        itemCodeableConcept: concept(`${spoken(name)}: ${spoken(found)}`),
      })),
    ],
    note: [
      ...(event.rationale === null ? [] : [{ text: event.rationale }]),
      ...event.conditions.map(({ text, owner, due_on: due }) => ({
        text: `Condition (${owner}, by ${due}): ${text}`,
      })),
      { text: `For the client: ${event.client_text}` },
    ],
  });
}

function eligibilitySummary(event: EligibilityDecision): string {
  const until = event.valid_until === null ? '' : `, valid until ${event.valid_until}`;
  const cap = event.session_cap === null ? '' : `, at most ${event.session_cap.sessions} sessions`;
  return `${spoken(event.decision)}${until}${cap}. Not a prescription.`;
}

/** A plan, never an order: what may be taken is ordered elsewhere. */
export function dose(exporting: Exporting, filed: Filed<DoseDecision>): FhirResource {
  const { event } = filed;
  const fate = valueOf(exporting.state.dose.fates, filed.ref);
  return resource('MedicationRequest', resourceId(filed), {
    status: fate === undefined ? doseStatus(event) : fate.kind === 'superseded' ? 'stopped' : 'cancelled',
    statusReason: fate === undefined ? undefined : concept(fate.kind),
    intent: 'plan',
    doNotPerform: event.regimen === null ? true : undefined,
    medicationCodeableConcept: KETAMINE,
    subject: exporting.subject,
    authoredOn: event.decided_at,
    requester: referToAuthor(exporting, filed.author),
    priorPrescription: referToEntry(exporting, event.supersedes),
    reasonCode: event.reason === null ? [] : [concept(spoken(event.reason))],
    note: [
      { text: 'A decision about dose. Not a prescription: it orders nothing from a pharmacy.' },
      ...(event.explanation === null ? [] : [{ text: event.explanation }]),
      { text: `For the client: ${event.client_text}` },
    ],
    dosageInstruction: event.regimen === null ? [] : [dosage(event.regimen)],
  });
}

function doseStatus({ regimen, axes_changed: axes }: DoseDecision): string {
  if (regimen !== null) return 'active';
  return axes.some((axis) => axis === 'stop') ? 'stopped' : 'on-hold';
}

function dosage(plan: Regimen): Json {
  const total = milligrams(plan.max_per_session_ug);
  return present({
    text: `${milligrams(plan.units_per_session * plan.strength_ug)} at a session, never more than ${total} in one session; at least ${plan.min_days_between} day(s) apart, ${plan.sessions_authorised} session(s), from ${plan.earliest_start} until ${plan.expires_on}.`,
    route: concept(spoken(plan.route)),
    method:
      plan.after_holding === 'not_applicable'
        ? undefined
        : concept(`hold, then ${spoken(plan.after_holding)}`),
    timing: {
      repeat: {
        boundsPeriod: { start: plan.earliest_start, end: plan.expires_on },
        count: plan.sessions_authorised,
      },
    },
    doseAndRate: [{ doseQuantity: milligramsQuantity(plan.units_per_session * plan.strength_ug) }],
    maxDosePerAdministration: milligramsQuantity(plan.max_per_session_ug),
  });
}

function indication(text: string, icd10: string | null): Json {
  return concept(text, ...(icd10 === null ? [] : [coding('http://hl7.org/fhir/sid/icd-10-cm', icd10)]));
}
