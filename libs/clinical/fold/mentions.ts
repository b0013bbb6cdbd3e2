import type { Addendum, EventType } from '../event.registry.js';
import type { RoleWord } from '../vocabulary.js';
import type { Filed } from './opened.entry.js';
import { valueOf, valuesIn, type SortedMap } from './sorted.map.js';

/** An event that names another as what it speaks of. */
export interface Mention {
  readonly ref: string;
  readonly target: string;
  readonly type: EventType;
  readonly userId: string;
  readonly role: RoleWord;
  /** An addendum that says the target was entered by mistake. */
  readonly mistaken: boolean;
}

/** Which entries an entry speaks of, or acts on what they opened. */
export interface Speech {
  readonly userId: string;
  readonly about: readonly string[];
}

/** What of a case says who spoke of what, and what of it was taken back. */
export interface Spoken {
  readonly mentions: SortedMap<Mention>;
  /** Entry that speaks → what it speaks of. */
  readonly speeches: SortedMap<Speech>;
  readonly addenda: SortedMap<Filed<Addendum>>;
}

/** Who speaks of an entry, without what its own author calls a mistake since. */
export function mentionsOf({ mentions, addenda }: Spoken, target: string): readonly Mention[] {
  return [...valuesIn(mentions, `${target}|`)].filter(
    ({ ref, userId }) => !isCalledMistake(addenda, ref, userId),
  );
}

/** Whether what the entry says of others is taken back by its own author. */
export function isTakenBack({ speeches, addenda }: Spoken, ref: string): boolean {
  const speech = valueOf(speeches, ref);
  return speech !== undefined && isCalledMistake(addenda, ref, speech.userId);
}

function isCalledMistake(addenda: Spoken['addenda'], ref: string, author: string): boolean {
  return [...valuesIn(addenda, `${ref}|`)].some(
    ({ event, author: { userId } }) => event.kind === 'entered_by_mistake' && userId === author,
  );
}
