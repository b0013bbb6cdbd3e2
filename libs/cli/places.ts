import { ClientProblem, type CaseView, type Lane, type Obligation } from '#client';
import { LANE, type LaneName } from '#protocol';
import { UsageError } from './failure.js';
import { shortId } from './people.js';
import type { Member } from './session.js';

const SHORTEST_PREFIX = 4;

/** The case that is meant by an id, the beginning of one, or nothing when there is only one. */
export function findCase(member: Member, query: string | undefined): CaseView {
  const cases = member.cases();
  const found =
    query === undefined
      ? cases
      : cases.filter((one) => one.caseId.startsWith(requirePrefix(query.toLowerCase(), 'case')));
  const [only, ...others] = found;
  if (only === undefined)
    throw new UsageError(
      query === undefined ? 'There is no case yet.' : `No case here begins with ${query}.`,
    );
  if (others.length > 0)
    throw new UsageError(`Which case? ${found.map((one) => shortId(one.caseId)).join(', ')}.`);
  return only;
}

export function laneName(text: string): LaneName {
  const name = text.toLowerCase().replaceAll('-', '_');
  if (Object.hasOwn(LANE, name)) return name as LaneName;
  throw new UsageError(
    `"${text}" is no lane: care-team (the client reads it) or clinicians (the client never does).`,
  );
}

export function laneText(lane: LaneName): string {
  return lane.replaceAll('_', '-');
}

/**
 * The lane to write to. It is never guessed for somebody who has both: words meant for colleagues must not reach
 * the client because a flag was forgotten.
 */
export function laneToWrite(view: CaseView, named: string | undefined): Lane {
  if (named !== undefined) return view.lane(laneName(named));
  const [only, ...others] = view.lanes;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(
    'Which lane? --lane care-team (the client reads it) or --lane clinicians (the client never does).',
  );
}

/** The lane of one thread, by its id or the beginning of it. */
export function laneOfThread(view: CaseView, query: string): Lane {
  const prefix = requirePrefix(query.toLowerCase(), 'thread');
  const found = view.lanes.filter(({ threadId }) => threadId.startsWith(prefix));
  const [only, ...others] = found;
  if (only === undefined) throw new UsageError(`No thread of this case begins with ${query}.`);
  if (others.length > 0)
    throw new UsageError(`Which thread? ${found.map(({ threadId }) => shortId(threadId)).join(', ')}.`);
  return only;
}

/** Ids of threads that claim to be the same lane, so that nothing is written into them. */
export function rivalsIn(view: CaseView): readonly string[] {
  return [...new Set(view.lanes.map(({ lane }) => lane))].flatMap((name) => {
    try {
      view.lane(name);
      return [];
    } catch (error) {
      if (error instanceof ClientProblem && error.code === 'lane.ambiguous')
        return error.detail.threads ?? [];
      throw error;
    }
  });
}

/** `<thread>/<id>` with the thread shortened; what commands print and take. */
export function shortRef(ref: string): string {
  const [thread = '', id = ''] = ref.split('/');
  return `${shortId(thread)}/${id}`;
}

/** The obligation meant by a whole or shortened ref, or by its number alone when that is unique. */
export function findObligation(member: Member, query: string): Obligation {
  const [first = '', second] = query.toLowerCase().split('/');
  const thread = second === undefined ? '' : requirePrefix(first, 'thread');
  const all = member.cases().flatMap((one) => one.lanes.flatMap((lane) => lane.obligations()));
  const found = all.filter((one) => one.threadId.startsWith(thread) && String(one.id) === (second ?? first));
  const [only, ...others] = found;
  if (only === undefined)
    throw new UsageError(`There is no obligation ${query} here; "trialogue owed" lists them.`);
  if (others.length > 0)
    throw new UsageError(`Which one? ${found.map((one) => shortRef(one.ref)).join(', ')}.`);
  return only;
}

function requirePrefix(text: string, what: string): string {
  if (/^[0-9a-f]+$/u.test(text) && text.length >= SHORTEST_PREFIX) return text;
  throw new UsageError(`"${text}" is no id of a ${what}: at least its first ${SHORTEST_PREFIX} characters.`);
}
