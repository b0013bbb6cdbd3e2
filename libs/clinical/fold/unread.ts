import type { EventName, LaneWord, RoleWord } from '../vocabulary.js';
import type { EntryAuthor, OpenedEntry, OpenedOp, Place } from './opened.entry.js';
import { mentionsOf, type Mention, type Spoken } from './mentions.js';

/**
 * An entry that does not count. It never changes the case; it is kept, shown and, where it might have said "stop",
 * doubted.
 * - `refused`, `invalid`: judged so here and by everybody else.
 * - `newer_version`: others may be able to read it; this version cannot.
 * - `no_key`: others may be able to read it; this reader cannot.
 * - `damaged`: nobody can read it.
 */
export interface UnreadEntry {
  readonly ref: string;
  readonly place: Place;
  readonly author: EntryAuthor;
  readonly because: 'refused' | 'invalid' | 'newer_version' | 'no_key' | 'damaged';
  /** What it claims to be, where the table of names has it. */
  readonly name: EventName | null;
  /** Why, in words that repeat nothing of the payload; empty when there is nothing to add. */
  readonly words: string;
  readonly ops: readonly OpenedOp[];
}

/** How many entries of a lane were seen, and how many of them do not count. */
export interface LaneTally {
  readonly lane: LaneWord;
  readonly seq: number;
  readonly ref: string | null;
  readonly atMs: number;
  readonly counted: number;
  readonly unread: Readonly<Record<UnreadEntry['because'], number>>;
}

export function emptyTally(lane: LaneWord): LaneTally {
  const unread = { refused: 0, invalid: 0, newer_version: 0, no_key: 0, damaged: 0 };
  return { lane, seq: 0, ref: null, atMs: 0, counted: 0, unread };
}

/** What asks to stop or to look: if such an entry does not count, somebody has to say that it was seen. */
const ALARMS: readonly (EventName | null)[] = [
  'hold',
  'safety_flag',
  'vitals_alert',
  'adverse_event',
  'consent_recorded',
];

/** Undefined when the entry counts or says nothing clinical. */
export function unreadOf(
  { ref, author, content, ops }: Pick<OpenedEntry, 'ref' | 'author' | 'content' | 'ops'>,
  { place, refused }: { readonly place: Place; readonly refused: string | null },
): UnreadEntry | undefined {
  const common = { ref, place, author, ops };
  switch (content.kind) {
    case 'not_clinical':
      return undefined;
    case 'valid':
      return refused === null
        ? undefined
        : { ...common, because: 'refused', name: content.event.event, words: refused };
    case 'refused':
      return { ...common, because: 'refused', name: content.event.event, words: content.words };
    case 'invalid':
      return { ...common, because: 'invalid', name: content.name, words: reasonsOf(content.reasons) };
    case 'unreadable':
      return { ...common, because: 'newer_version', name: content.name, words: content.words };
    case 'unopened':
      return { ...common, because: content.because, name: null, words: '' };
  }
}

function reasonsOf(reasons: readonly { readonly path: string; readonly words: string }[]): string {
  return reasons.map(({ path, words }) => `${path} ${words}`.trim()).join('; ');
}

/** A prescriber who wrote one of these meant to change what is in force. */
export const DECISIONS: readonly (EventName | null)[] = [
  'eligibility_decision',
  'dose_order',
  'dose_adjustment',
];
/** Whether an event of this name may say "stop" or "not so": an alarm, a decision, the end of the case. */
export function mayStop(name: EventName): boolean {
  return ALARMS.includes(name) || DECISIONS.includes(name) || name === 'discharge';
}

const CLINICIANS: readonly RoleWord[] = ['therapist', 'prescriber'];

/**
 * Whether the case might be other than it looks because of this entry.
 * - What others can read stays in doubt until it is read, or until a prescriber who did not write it says by an
 *   addendum that it was entered by mistake: otherwise one entry of an invented kind would bar a case for ever.
 * - What nobody can read, and an alarm that does not count, until a therapist or prescriber who did not write it
 *   speaks about it.
 * - A prescriber's decision that does not count, until a prescriber speaks about it.
 */
export function isDoubtful(entry: UnreadEntry, spoken: Spoken): boolean {
  const settles = settlingOf(entry);
  return settles !== null && !mentionsOf(spoken, entry.ref).some(settles);
}

/** Whether it lies with this reader: others may be able to read it. */
export function isForOthersToRead({ because }: UnreadEntry): boolean {
  return because === 'newer_version' || because === 'no_key';
}

/** Which mention settles it; null when nothing needs settling. */
function settlingOf(entry: UnreadEntry): ((mention: Mention) => boolean) | null {
  const { because, name, author } = entry;
  const isOthers = ({ userId }: Mention) => userId !== author.userId;
  if (isForOthersToRead(entry)) {
    return (mention) => mention.mistaken && mention.role === 'prescriber' && isOthers(mention);
  }
  if (because === 'damaged' || ALARMS.includes(name)) {
    return (mention) => CLINICIANS.includes(mention.role) && isOthers(mention);
  }
  if (DECISIONS.includes(name) && author.role === 'prescriber') return ({ role }) => role === 'prescriber';
  return null;
}
