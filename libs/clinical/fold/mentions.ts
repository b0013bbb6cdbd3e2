import type { Addendum, EventType } from '../event.registry.js';
import type { RoleWord } from '../vocabulary.js';
import type { Filed } from './opened.entry.js';
import { valuesIn, type SortedMap } from './sorted.map.js';

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

/** What of a case says who spoke of what, and what of it was taken back. */
export interface Spoken {
  readonly mentions: SortedMap<Mention>;
  readonly addenda: SortedMap<Filed<Addendum>>;
}

/** Who speaks of an entry, without what its own author calls a mistake since. */
export function mentionsOf({ mentions, addenda }: Spoken, target: string): readonly Mention[] {
  return [...valuesIn(mentions, `${target}|`)].filter(
    ({ ref, userId }) =>
      ![...valuesIn(addenda, `${ref}|`)].some(
        ({ event, author }) => event.kind === 'entered_by_mistake' && author.userId === userId,
      ),
  );
}
