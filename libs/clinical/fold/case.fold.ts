import { checkAuthorship } from '../authority.policy.js';
import type { DoseReadBack } from '../event.registry.js';
import { checkLane } from '../lane.policy.js';
import { report, supersededBy } from './accounts.js';
import { EMPTY_CASE, type CaseState, type ReadBacks, type Sensitivity } from './case.state.js';
import { recordConsent } from './consents.js';
import { raiseHold, releaseHolds } from './holds.js';
import { decide } from './lineage.js';
import type { Mention, Speech } from './mentions.js';
import { applyOps } from './obligations.js';
import { isOf, placeKey, type Filed, type OpenedEntry, type Place } from './opened.entry.js';
import { demandsFlag, isAnswered, isQuestion, targetsOf } from './questions.js';
import { addPoints } from './scale.points.js';
import { EMPTY_MAP, put, valueOf, without, type SortedMap } from './sorted.map.js';
import { isDoubtful, unreadOf, type LaneTally, type UnreadEntry } from './unread.js';

/**
 * The case after one more entry. Pure; never looks at a clock. Each lane is handed in in chain order from its first
 * entry on; the two lanes may be interleaved and batched in any way. An entry that was already applied changes
 * nothing. Throws RangeError when an entry of the lane was left out, because what is missing could say "stop".
 */
export function applyEntry(state: CaseState, entry: OpenedEntry): CaseState {
  const tally = state.lanes[entry.lane];
  if (entry.seq <= tally.seq) return state;
  if (entry.seq !== tally.seq + 1) {
    throw new RangeError(`entry ${tally.seq + 1} of lane ${entry.lane} is missing`);
  }
  const place = { lane: entry.lane, seq: entry.seq, atMs: Math.max(tally.atMs, entry.tsMs) };
  const unread = unreadOf(entry, { place, refused: refusalOf(entry) });
  const counts = entry.content.kind === 'valid' && unread === undefined;
  const seen = count(state, tally, { entry, place, unread, counts });
  if (unread !== undefined) return setAside(seen, unread);
  if (entry.content.kind !== 'valid') return seen;
  return file(seen, entry, { ref: entry.ref, place, author: entry.author, event: entry.content.event });
}

/** The case after these entries, each lane in chain order. */
export function foldCase(entries: Iterable<OpenedEntry>, from: CaseState = EMPTY_CASE): CaseState {
  let state = from;
  for (const entry of entries) state = applyEntry(state, entry);
  return state;
}

/** Authority and lane are judged again: the fold does not take anybody's word for what may change a case. */
function refusalOf({ content, author, lane }: OpenedEntry): string | null {
  if (content.kind !== 'valid') return null;
  const verdicts = [checkAuthorship(content.event, author.role), checkLane(content.event, author.role, lane)];
  return verdicts.find((verdict) => !verdict.ok)?.words ?? null;
}

interface Seen {
  readonly entry: OpenedEntry;
  readonly place: Place;
  readonly unread: UnreadEntry | undefined;
  readonly counts: boolean;
}

function count(state: CaseState, tally: LaneTally, { entry, place, unread, counts }: Seen): CaseState {
  const because = unread?.because;
  const after: LaneTally = {
    ...tally,
    seq: entry.seq,
    ref: entry.ref,
    atMs: place.atMs,
    counted: tally.counted + (counts ? 1 : 0),
    unread: because === undefined ? tally.unread : { ...tally.unread, [because]: tally.unread[because] + 1 },
  };
  return { ...state, lanes: { ...state.lanes, [entry.lane]: after } };
}

function setAside(state: CaseState, unread: UnreadEntry): CaseState {
  return {
    ...state,
    unread: put(state.unread, placeKey(unread.place), unread),
    unreadByRef: put(state.unreadByRef, unread.ref, unread),
    doubts: isDoubtful(unread, state) ? put(state.doubts, unread.ref, unread) : state.doubts,
  };
}

/** Files an event that counts: into its own place, then into what speaks of it or is spoken of. */
function file(before: CaseState, entry: OpenedEntry, filed: Filed): CaseState {
  const targets = targetsOf(filed.event);
  let state = label(place(before, filed), filed);
  if (targets.length > 0) state = { ...state, mentions: mention(state.mentions, filed, targets) };
  const questionOf = (ref: string) => valueOf(state.accounts.byRef, ref) ?? otherQuestion(state, ref);
  const { obligations, touched } = applyOps(state.obligations, entry, { filed, questionOf });
  const about = [...targets, ...touched.filter((ref) => ref !== filed.ref)];
  state = { ...state, obligations, speeches: speech(state.speeches, filed, about) };
  const superseded = supersededBy(filed.event);
  const affected = [
    ...about,
    ...spokenOfBy(state, targets),
    ...(superseded === null ? [] : [superseded]),
    filed.ref,
  ];
  return settle(state, affected);
}

function speech(speeches: SortedMap<Speech>, { ref, author }: Filed, about: readonly string[]) {
  return about.length === 0 ? speeches : put(speeches, ref, { userId: author.userId, about });
}

/** What those entries speak of in their turn: an answer that is called a mistake leaves its question open. */
function spokenOfBy({ speeches }: CaseState, refs: readonly string[]): readonly string[] {
  return refs.flatMap((ref) => valueOf(speeches, ref)?.about ?? []);
}

/** What else may have been asked about: decisions, holds and consents open obligations too. */
function otherQuestion(state: CaseState, ref: string): Filed | undefined {
  return (
    valueOf(state.dose.byRef, ref) ??
    valueOf(state.eligibility.byRef, ref) ??
    valueOf(state.holds.byRef, ref) ??
    valueOf(state.consents.byRef, ref) ??
    valueOf(state.maintenance.byRef, ref) ??
    valueOf(state.discharge.byRef, ref)
  );
}

function place(state: CaseState, filed: Filed): CaseState {
  if (isOf(filed, 'eligibility_decision')) return { ...state, eligibility: decide(state.eligibility, filed) };
  if (isOf(filed, 'dose_order', 'dose_adjustment')) return { ...state, dose: decide(state.dose, filed) };
  if (isOf(filed, 'maintenance_plan')) return { ...state, maintenance: decide(state.maintenance, filed) };
  if (isOf(filed, 'dose_read_back')) return { ...state, readBacks: readBack(state.readBacks, filed) };
  if (isOf(filed, 'consent_recorded')) return { ...state, consents: recordConsent(state.consents, filed) };
  if (isOf(filed, 'hold')) return { ...state, holds: raiseHold(state.holds, filed) };
  if (isOf(filed, 'hold_release')) return { ...state, holds: releaseHolds(state.holds, filed) };
  if (isOf(filed, 'addendum')) {
    const key = `${filed.event.amends}|${placeKey(filed.place)}`;
    return { ...state, addenda: put(state.addenda, key, filed) };
  }
  const points = addPoints(state.points, filed);
  if (isOf(filed, 'discharge')) return { ...state, points, discharge: decide(state.discharge, filed) };
  return { ...state, points, accounts: report(state.accounts, filed) };
}

/** A label is only ever added: who once said that a record is protected is not unsaid by a later form. */
function label(state: CaseState, filed: Filed): CaseState {
  const said = sensitivityIn(filed);
  if (said === null) return state;
  let labels = state.labels ?? EMPTY_MAP;
  for (const name of said) labels = put(labels, name, name);
  return { ...state, labels };
}

function sensitivityIn(filed: Filed): readonly Sensitivity[] | null {
  if (isOf(filed, 'referral')) return filed.event.sensitivity;
  if (isOf(filed, 'consent_recorded') && filed.event.disclosure?.part2 === true)
    return ['part2_substance_use'];
  return null;
}

function readBack(readBacks: SortedMap<ReadBacks>, filed: Filed<DoseReadBack>): SortedMap<ReadBacks> {
  const { decision } = filed.event;
  const known = valueOf(readBacks, decision) ?? { therapist: null, client: null };
  const reader = filed.author.role === 'client' ? 'client' : 'therapist';
  return put(readBacks, decision, { ...known, [reader]: filed });
}

function mention(
  mentions: SortedMap<Mention>,
  { ref, place: at, author, event }: Filed,
  targets: readonly string[],
): SortedMap<Mention> {
  let after = mentions;
  const mistaken = event.event === 'addendum' && event.kind === 'entered_by_mistake';
  for (const target of targets) {
    after = put(after, `${target}|${placeKey(at)}`, { ref, target, type: event.event, ...author, mistaken });
  }
  return after;
}

/** Decides again, for these entries alone, which questions and demands wait and which unread entries leave doubt. */
function settle(state: CaseState, refs: readonly string[]): CaseState {
  let { questions, demands, doubts } = state;
  for (const ref of new Set(refs)) {
    const asked = valueOf(state.accounts.byRef, ref);
    if (asked !== undefined) {
      const waits = isQuestion(asked) && !isAnswered(asked, state);
      questions = waits ? put(questions, ref, asked) : without(questions, ref);
      demands = demandsFlag(asked, state) ? put(demands, ref, asked) : without(demands, ref);
    }
    const unread = valueOf(state.unreadByRef, ref);
    if (unread !== undefined)
      doubts = isDoubtful(unread, state) ? put(doubts, ref, unread) : without(doubts, ref);
  }
  return { ...state, questions, demands, doubts };
}
