import type { EventType } from '../event.registry.js';
import { mentionsOf, type Mention } from '../fold/mentions.js';
import { valuesIn } from '../fold/sorted.map.js';
import { isDoubtful, isForOthersToRead, unreadOf, type UnreadEntry } from '../fold/unread.js';
import type { RoleWord } from '../vocabulary.js';
import type { AsideEntry, GateQuestion, GateReason } from './gate.contract.js';
import { doubt } from './findings.js';

/** What only a prescriber makes or ends: any prescriber speaks about it, the one who wrote it included. */
const FOR_PRESCRIBERS: readonly EventType[] = [
  'eligibility_decision',
  'dose_order',
  'dose_adjustment',
  'hold',
  'hold_release',
  'maintenance_plan',
  'discharge',
];

/**
 * What was written beside the lanes counts for nothing and might say "stop". It stays in doubt until it is spoken
 * about, by its own name, where it counts; a further entry beside is a further doubt.
 */
export function asideReasons(question: GateQuestion): readonly GateReason[] {
  const { request } = question;
  return [
    ...request.aside.flatMap((entry) => reasonOf(question, entry)),
    ...request.unfollowed
      .filter((ref) => !spokenAbout(question, ref).some(({ role }) => role === 'prescriber'))
      .map((ref) => doubt('thread_beside', 'prescriber', ref)),
  ];
}

function reasonOf(question: GateQuestion, entry: AsideEntry): readonly GateReason[] {
  const { ref, author, content } = entry;
  if (content.kind !== 'valid') return unreadReason(question, entry);
  const { event } = content;
  if (event.event === 'note') return [];
  if (event.event === 'consent_recorded') {
    return isConsentAnew(question, ref) ? [] : [doubt('consent_aside', 'client', ref)];
  }
  const mendBy = speakerFor(event.event, author.role);
  const isHeard = ({ userId, role }: Mention) =>
    role === mendBy && (userId !== author.userId || FOR_PRESCRIBERS.includes(event.event));
  return spokenAbout(question, ref).some(isHeard) ? [] : [doubt('written_aside', mendBy, ref)];
}

function speakerFor(type: EventType, author: RoleWord): 'therapist' | 'prescriber' {
  return author === 'prescriber' && !FOR_PRESCRIBERS.includes(type) ? 'therapist' : 'prescriber';
}

/** The same rule as in the lane itself. */
function unreadReason({ state }: GateQuestion, { ref, author, content }: AsideEntry): readonly GateReason[] {
  const unread = unreadOf({ ref, author, content, ops: [] }, { place: NOWHERE, refused: null });
  if (unread === undefined || !isDoubtful(unread, state)) return [];
  if (isForOthersToRead(unread)) return [doubt('entry_unread', 'reader', ref)];
  return [doubt('written_aside', unread.because === 'damaged' ? 'therapist' : 'prescriber', ref)];
}

const NOWHERE: UnreadEntry['place'] = { lane: 'care_team', seq: 0, atMs: 0 };

/** Consent is nobody's to explain away: it is said again, by a record that names what was said beside. */
function isConsentAnew({ state }: GateQuestion, ref: string): boolean {
  return [...valuesIn(state.consents.byRef)].some(({ event }) => event.supersedes === ref);
}

/** Words about it: a question or a further alarm that names it says nothing of what became of it. */
function spokenAbout({ state }: GateQuestion, ref: string): readonly Mention[] {
  return mentionsOf(state, ref).filter(({ type }) => type === 'note' || type === 'addendum');
}
