import { foldCase } from '../fold/case.fold.js';
import type { CaseState } from '../fold/case.state.js';
import { isOf, type Filed, type OpenedEntry } from '../fold/opened.entry.js';
import { valuesIn } from '../fold/sorted.map.js';
import { dose, eligibility, referral } from './decisions.fhir.js';
import {
  personId,
  type CaseExport,
  type ExportRequest,
  type ExportedPerson,
  type Exporting,
} from './export.contract.js';
import { careTeam, episode, people } from './people.fhir.js';
import { adverseEvent, consent, reportedScales, scale } from './reports.fhir.js';
import { present, referTo, securityOf, uuidOf, type FhirBundle, type FhirResource } from './resource.js';
import { session, vitals } from './sessions.fhir.js';
import { communication, provenance, tasks } from './words.fhir.js';

/**
 * A case as a FHIR R4 collection, made where it can be read: on a client. Every event that counts becomes at least one
 * resource, every one of them has a Provenance with its author and, where the reader hands it in, the signature of the
 * entry. Dose decisions are MedicationRequests with intent "plan", never "order". Labels of protection (42 CFR Part 2)
 * stand on the bundle and on every resource in it. What does not count is named in `leftOut`. Pure.
 * Throws RangeError when an entry of a lane is missing, or nobody in `people` is the client.
 */
export function exportCase(request: ExportRequest): CaseExport {
  const client = request.people.find(({ role }) => role === 'client');
  if (client === undefined) throw new RangeError('nobody is the client of this case');
  const state = foldCase(request.entries);
  const exporting: Exporting = {
    request: { ...request, people: everybody(request) },
    state,
    counted: countedIn(request.entries, state),
    subject: referTo(personId(request, client.userId)),
  };
  const resources = [
    ...people(exporting),
    careTeam(exporting),
    episode(exporting),
    ...[...exporting.counted.values()].flatMap((filed) => withProvenance(exporting, filed)),
    ...tasks(exporting),
  ];
  return { bundle: bundleOf(request, state, resources), leftOut: [...valuesIn(state.unread)] };
}

/** Also those who wrote and have left since: an author is never a name without a person. */
function everybody({ people: named, entries }: ExportRequest): ExportRequest['people'] {
  const all = new Map(named.map((person) => [person.userId, person]));
  for (const { author, ops } of entries) {
    add(author.userId, author.role);
    for (const { responder, responderRole } of ops) {
      if (responder !== null && responderRole !== null) add(responder, responderRole);
    }
  }
  return [...all.values()];

  function add(userId: string, role: ExportedPerson['role']): void {
    if (!all.has(userId)) all.set(userId, { userId, role, displayName: null });
  }
}

/** Events that count, by entry, in the order in which they were handed in. */
function countedIn(entries: readonly OpenedEntry[], state: CaseState): ReadonlyMap<string, Filed> {
  const unread = new Set([...valuesIn(state.unread)].map(({ ref }) => ref));
  const counted = new Map<string, Filed>();
  for (const { ref, lane, seq, tsMs, author, content } of entries) {
    if (content.kind !== 'valid' || unread.has(ref)) continue;
    counted.set(ref, { ref, place: { lane, seq, atMs: tsMs }, author, event: content.event });
  }
  return counted;
}

function withProvenance(exporting: Exporting, filed: Filed): readonly FhirResource[] {
  const targets = [...resourcesOf(exporting, filed), ...reportedScales(exporting, filed)];
  const proof = exporting.request.proofs.get(filed.ref);
  return [...targets, provenance(exporting, filed, { targets, proof })];
}

/** The first of them is what a reference to the entry means. */
function resourcesOf(exporting: Exporting, filed: Filed): readonly FhirResource[] {
  if (isOf(filed, 'referral')) return [referral(exporting, filed)];
  if (isOf(filed, 'eligibility_decision')) return [eligibility(exporting, filed)];
  if (isOf(filed, 'dose_order', 'dose_adjustment')) return [dose(exporting, filed)];
  if (isOf(filed, 'session_outcome')) return session(exporting, filed);
  if (isOf(filed, 'scale_result')) return scale(exporting, filed);
  if (isOf(filed, 'adverse_event')) return [adverseEvent(exporting, filed)];
  if (isOf(filed, 'consent_recorded')) return [consent(exporting, filed)];
  const words = communication(exporting, filed);
  if (isOf(filed, 'vitals_alert')) return [words, ...vitals(exporting, filed, filed.event.readings)];
  if (isOf(filed, 'session_start_check') && filed.event.vitals !== null) {
    return [words, ...vitals(exporting, filed, [filed.event.vitals])];
  }
  return [words];
}

function bundleOf(request: ExportRequest, state: CaseState, resources: readonly FhirResource[]): FhirBundle {
  const security = securityOf(state.labels === null ? null : [...valuesIn(state.labels)]);
  return {
    resourceType: 'Bundle',
    id: uuidOf(request.caseId, 'bundle'),
    meta: { security },
    type: 'collection',
    timestamp: new Date(request.nowMs).toISOString(),
    entry: resources.map((made) => ({
      fullUrl: `urn:uuid:${made.id}`,
      resource: { ...made, meta: present({ security }) },
    })),
  };
}
