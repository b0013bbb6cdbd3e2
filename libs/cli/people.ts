import type { RoleName } from '#protocol';
import { UsageError } from './failure.js';
import { clean } from './screen.js';

/** Somebody a command line can mean. */
export interface Candidate {
  readonly userId: string;
  readonly role: RoleName;
  readonly displayName: string | undefined;
  readonly me: boolean;
}

type Named = Pick<Candidate, 'userId' | 'displayName'>;

const SHORT_ID = 8;

/** Enough of an id to tell people and cases apart on a screen; commands take any longer or unique shorter prefix. */
export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

/** Name if one is known, else the short id, with the role. */
export function personText(person: Named & { readonly role?: RoleName }): string {
  return person.role === undefined ? nameText(person) : `${nameText(person)} (${roleText(person.role)})`;
}

export function nameText(person: Named): string {
  return person.displayName === undefined ? shortId(person.userId) : clean(person.displayName);
}

export function roleText(role: RoleName): string {
  return role.replaceAll('_', ' ');
}

/**
 * Whoever is meant by an id, the beginning of one, a role that one other person has, a display name, or `me`.
 * Errors: UsageError that lists who could have been meant.
 */
export function findPerson<P extends Candidate>(query: string, people: readonly P[]): P {
  const found = meantBy(query.trim().toLowerCase(), people);
  const [only] = found;
  if (only !== undefined && found.every((person) => person.userId === only.userId)) return only;
  const choices = (found.length === 0 ? people : found).map(
    (person) => `${shortId(person.userId)} ${personText(person)}`,
  );
  const problem = found.length === 0 ? 'is nobody here' : 'could be several people';
  throw new UsageError(`"${clean(query)}" ${problem}: ${choices.join(', ') || 'nobody is known yet'}.`);
}

function meantBy<P extends Candidate>(query: string, people: readonly P[]): P[] {
  if (query === 'me') return people.filter((person) => person.me);
  const byId = people.filter((person) => query.length >= 4 && person.userId.startsWith(query));
  if (byId.length > 0) return byId;
  const byName = people.filter((person) => person.displayName?.toLowerCase() === query);
  if (byName.length > 0) return byName;
  return people.filter((person) => !person.me && person.role === query.replaceAll(/[\s-]/gu, '_'));
}
