import { phaseOf } from '../fold/phase.policy.js';
import { isDischarged, proceeds } from '../fold/course.js';
import { standingHolds } from '../fold/holds.js';
import type { CaseState } from '../fold/case.state.js';
import { personId, type Exporting } from './export.contract.js';
import { concept, referTo, resource, spoken, uuidOf, type FhirResource, type Json } from './resource.js';

/** The client as Patient, everybody else as Practitioner; names only where the reader knows them. */
export function people({ request }: Exporting): readonly FhirResource[] {
  return request.people.map(({ userId, role, displayName }) =>
    resource(role === 'client' ? 'Patient' : 'Practitioner', personId(request, userId), {
      identifier: [{ system: 'urn:trialogue:user', value: userId }],
      name: displayName === null ? [] : [{ text: displayName }],
    }),
  );
}

/** This course of care as a whole. */
export function episode(exporting: Exporting): FhirResource {
  const { request, state, subject } = exporting;
  const prescriber = request.people.find(({ role }) => role === 'prescriber');
  return resource('EpisodeOfCare', uuidOf(request.caseId, 'episode'), {
    identifier: [{ system: 'urn:trialogue:case', value: request.caseId }],
    status: statusOf(state),
    type: [concept('Ketamine-assisted psychotherapy')],
    patient: subject,
    period: periodOf(exporting),
    careManager: prescriber && referTo(personId(request, prescriber.userId)),
    team: [referTo(teamId(exporting))],
  });
}

/** Everybody who has a place in the case. */
export function careTeam(exporting: Exporting): FhirResource {
  const { request, state, subject } = exporting;
  return resource('CareTeam', teamId(exporting), {
    status: isDischarged(state) ? 'inactive' : 'active',
    name: 'Care team of the case',
    subject,
    period: periodOf(exporting),
    participant: request.people.map(({ userId, role }) => ({
      role: [concept(spoken(role))],
      member: referTo(personId(request, userId)),
    })),
  });
}

function teamId({ request }: Exporting): string {
  return uuidOf(request.caseId, 'team');
}

function statusOf(state: CaseState): string {
  if (isDischarged(state)) return 'finished';
  const eligibility = state.eligibility.inForce?.event;
  if (eligibility !== undefined && ['not_eligible', 'withdrawn'].includes(eligibility.decision))
    return 'cancelled';
  if (standingHolds(state.holds).length > 0) return 'onhold';
  if (state.dose.inForce?.event.regimen === null) return 'onhold';
  if (eligibility !== undefined && proceeds(eligibility)) return 'active';
  return phaseOf(state) === 'assessment' ? 'planned' : 'waitlist';
}

function periodOf({ request, state }: Exporting): Json | undefined {
  const first = Math.min(...request.entries.map(({ tsMs }) => tsMs));
  if (!Number.isFinite(first)) return undefined;
  const end = isDischarged(state) ? state.discharge.inForce?.event.discharged_at : undefined;
  const start = new Date(first).toISOString();
  return end === undefined ? { start } : { start, end };
}
