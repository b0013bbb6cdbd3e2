import { describeEvent } from '../event.description.js';
import { supersededBy } from '../fold/accounts.js';
import type { AnswerDue } from '../fold/obligations.js';
import type { Filed } from '../fold/opened.entry.js';
import { targetsOf } from '../fold/questions.js';
import { valuesIn } from '../fold/sorted.map.js';
import {
  personId,
  referToAuthor,
  referToEntries,
  referToEntry,
  resourceId,
  type EntryProof,
  type Exporting,
} from './export.contract.js';
import {
  TERMINOLOGY,
  coding,
  concept,
  referTo,
  resource,
  spoken,
  uuidOf,
  type FhirResource,
  type Json,
} from './resource.js';

const PRESSING: readonly string[] = ['hold', 'safety_flag', 'vitals_alert'];

/** What has no resource of its own kind in R4 that would say the same: its plain words, with what they speak of. */
export function communication(exporting: Exporting, filed: Filed): FhirResource {
  const { event } = filed;
  const { title, lines } = describeEvent(event, 'en');
  const about = [...targetsOf(event), supersededBy(event), 'decision' in event ? event.decision : null];
  return resource('Communication', resourceId(filed), {
    status: 'completed',
    category: [concept(spoken(event.event))],
    priority: PRESSING.includes(event.event) ? 'urgent' : 'routine',
    subject: exporting.subject,
    about: referToEntries(exporting, about),
    sent: new Date(filed.place.atMs).toISOString(),
    sender: referToAuthor(exporting, filed.author),
    payload: [title, ...lines].map((contentString) => ({ contentString })),
  });
}

const TASK_STATUS: Readonly<Record<AnswerDue['state'], string>> = {
  open: 'requested',
  acknowledged: 'accepted',
  waiting: 'on-hold',
  answered: 'completed',
  closed: 'completed',
  withdrawn: 'cancelled',
};
const PRIORITY = { routine: 'routine', soon: 'asap', urgent: 'urgent', emergent: 'stat' } as const;

/** Every answer that is or was due. */
export function tasks(exporting: Exporting): readonly FhirResource[] {
  const { request, state } = exporting;
  return [...valuesIn(state.obligations.all)].map((due) => {
    const owner = due.owner ?? due.responder;
    return resource('Task', uuidOf(`${request.caseId}/${due.id}`, 'task'), {
      status: TASK_STATUS[due.state],
      intent: 'plan',
      priority: PRIORITY[due.urgency],
      code: concept(`Answer to: ${spoken(due.question.type)}`),
      focus: referToEntry(exporting, due.question.ref),
      for: exporting.subject,
      requester: referTo(personId(request, due.openedBy)),
      owner: owner === null ? undefined : referTo(personId(request, owner)),
      performerType: due.responderRole === null ? [] : [concept(spoken(due.responderRole))],
      restriction:
        due.dueAtMs === null ? undefined : { period: { end: new Date(due.dueAtMs).toISOString() } },
      output: outputOf(exporting, due),
    });
  });
}

function outputOf(exporting: Exporting, due: AnswerDue): readonly Json[] {
  const answer = referToEntry(exporting, due.answer);
  return answer === undefined ? [] : [{ type: concept('Answer'), valueReference: answer }];
}

/** Who wrote the entry behind these resources, and the signature that shows it. */
export function provenance(
  exporting: Exporting,
  filed: Filed,
  { targets, proof }: { readonly targets: readonly FhirResource[]; readonly proof: EntryProof | undefined },
): FhirResource {
  const who = referToAuthor(exporting, filed.author);
  const recorded = new Date(filed.place.atMs).toISOString();
  return resource('Provenance', resourceId(filed, 'provenance'), {
    target: targets.map(({ id }) => referTo(id)),
    recorded,
    agent: [
      {
        type: concept('author', coding(`${TERMINOLOGY}/provenance-participant-type`, 'author')),
        role: [concept(spoken(filed.author.role))],
        who,
      },
    ],
    entity: [{ role: 'source', what: { identifier: { system: 'urn:trialogue:entry', value: filed.ref } } }],
    signature: proof === undefined ? [] : [signature({ proof, who, recorded })],
  });
}

/** ASTM E1762: author's signature. Ed25519 over the entry as the protocol says; the entry itself is the source named. */
function signature({ proof, who, recorded }: { proof: EntryProof; who: Json; recorded: string }): Json {
  return {
    type: [coding('urn:iso-astm:E1762-95:2013', '1.2.840.10065.1.12.1.1', "Author's Signature")],
    when: recorded,
    who,
    onBehalfOf: { identifier: { system: 'urn:trialogue:device', value: proof.deviceId } },
    sigFormat: 'application/octet-stream',
    data: proof.signature,
  };
}
