import type { ClinicalEvent, EventOf, EventType } from '../event.registry.js';
import { isOf, placeKey, type Filed } from './opened.entry.js';
import { EMPTY_MAP, lastIn, put, valueOf, valuesIn, without, type SortedMap } from './sorted.map.js';

/**
 * Reports and questions from either lane that may be replaced by a later one of the same type. Kept as facts, so that
 * it makes no difference in which order the lanes are read: an account is current as long as none replaces it. Two
 * that replace the same one are both current and both contested, until a later one replaces each.
 */
export interface Accounts {
  readonly byRef: SortedMap<Filed>;
  /** Those that none replaces, by type and place. */
  readonly current: SortedMap<Filed>;
  /** Entry that is replaced → those that replace it, by place. */
  readonly replacing: SortedMap<{ readonly ref: string; readonly type: EventType }>;
}

export const NO_ACCOUNTS: Accounts = { byRef: EMPTY_MAP, current: EMPTY_MAP, replacing: EMPTY_MAP };

/** The accounts with one more. */
export function report(accounts: Accounts, filed: Filed): Accounts {
  const { ref, event } = filed;
  const named = supersededBy(event);
  const target = named === null ? undefined : valueOf(accounts.byRef, named);
  const replaces = target?.event.event === event.event ? target : undefined;
  const rest = replaces === undefined ? accounts.current : without(accounts.current, currentKey(replaces));
  const replaced = isReplaced(accounts, filed);
  return {
    byRef: put(accounts.byRef, ref, filed),
    current: replaced ? rest : put(rest, currentKey(filed), filed),
    replacing:
      named === null
        ? accounts.replacing
        : put(accounts.replacing, `${named}|${placeKey(filed.place)}`, { ref, type: event.event }),
  };
}

/** Current accounts of one type, in the order of their places. */
export function currentOf<Type extends EventType>(accounts: Accounts, type: Type): Filed<EventOf<Type>>[] {
  return [...valuesIn(accounts.current, `${type}|`)].filter((filed) => isOf(filed, type)) as Filed<
    EventOf<Type>
  >[];
}

/** The last current account of one type. */
export function latestOf<Type extends EventType>(
  accounts: Accounts,
  type: Type,
): Filed<EventOf<Type>> | undefined {
  const filed = lastIn(accounts.current, `${type}|`);
  return filed as Filed<EventOf<Type>> | undefined;
}

/** Whether a later account of the same type replaces this one. */
export function isReplaced(accounts: Accounts, { ref, event }: Filed): boolean {
  return [...valuesIn(accounts.replacing, `${ref}|`)].some(({ type }) => type === event.event);
}

/** Later accounts of the same type that replace this one; two wrote without knowing of each other where it is more. */
export function replacementsOf({ replacing, byRef }: Accounts, { ref, event }: Filed): readonly Filed[] {
  return [...valuesIn(replacing, `${ref}|`)].flatMap(({ ref: later, type }) =>
    type === event.event ? (valueOf(byRef, later) ?? []) : [],
  );
}

/** Whether another account replaces the same one as this does: two wrote without knowing of each other. */
export function isContested(accounts: Accounts, filed: Filed): boolean {
  const named = supersededBy(filed.event);
  if (named === null) return false;
  const rivals = [...valuesIn(accounts.replacing, `${named}|`)];
  return rivals.some(({ ref, type }) => ref !== filed.ref && type === filed.event.event);
}

/** Entry of the first account in the row of replacements this one ends: all accounts of one thing share it. */
export function rootOf(accounts: Accounts, filed: Filed): string {
  return withEarlier(accounts, filed).at(-1)?.ref ?? filed.ref;
}

/** The entry an event says it replaces. */
export function supersededBy(event: ClinicalEvent): string | null {
  return 'supersedes' in event ? event.supersedes : null;
}

function currentKey({ event, place }: Filed): string {
  return `${event.event}|${placeKey(place)}`;
}

/** The account and those it replaces, one after the other, the latest first. */
export function withEarlier<Type extends EventType>(
  accounts: Accounts,
  filed: Filed<EventOf<Type>>,
): Filed<EventOf<Type>>[] {
  const row = [filed];
  for (let named = supersededBy(filed.event); named !== null;) {
    const earlier = valueOf(accounts.byRef, named);
    if (earlier?.event.event !== filed.event.event) break;
    row.push(earlier as Filed<EventOf<Type>>);
    named = supersededBy(earlier.event);
  }
  return row;
}
