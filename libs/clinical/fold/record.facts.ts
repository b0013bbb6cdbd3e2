import type { MedicationChange } from '../event.registry.js';
import { factOf } from '../flags/fact.judgement.js';
import type { RecordFacts } from '../flags/record.schema.js';
import { currentOf, withEarlier } from './accounts.js';
import { disputeOf } from './addenda.js';
import type { CaseState } from './case.state.js';
import { historyOf } from './lineage.js';
import { placeKey, type Filed } from './opened.entry.js';
import { valuesIn } from './sorted.map.js';

/** What a case holds for rule sets beside readings and totals, as of an instant. Judges nothing. */
export function recordFactsOf(state: CaseState, asOf: string): RecordFacts {
  return {
    as_of: asOf,
    unread: [...valuesIn(state.doubts)].length > 0,
    medicines: medicinesOf(state),
    symptoms: symptomsOf(state),
    facts: factsOf(state),
  };
}

/** The screen of the eligibility decision in force; in doubt where the decision is. */
function factsOf(state: CaseState): RecordFacts['facts'] {
  const made = state.eligibility.inForce;
  if (made === null) return [];
  const doubtful = made.findings.length > 0 || disputeOf(state, made.ref) !== undefined;
  return Object.entries(made.event.contraindications).map(([name, value]) => ({
    name: factOf(name),
    value,
    doubtful,
  }));
}

/** Every report of a symptom or side effect; a later account stands in place of an earlier one, an alert does not. */
function symptomsOf({ accounts }: CaseState): RecordFacts['symptoms'] {
  const alerts = currentOf(accounts, 'vitals_alert').flatMap((alert) =>
    withEarlier<'vitals_alert'>(accounts, alert),
  );
  const raised = alerts.flatMap(({ event }) =>
    event.symptoms.map((code) => ({ code, severity: null, reported_at: event.raised_at })),
  );
  const effects = [
    ...currentOf(accounts, 'session_outcome').map(({ event }) => ({ event, at: event.ended_at })),
    ...currentOf(accounts, 'integration_done').map(({ event }) => ({ event, at: event.contact_at })),
    ...currentOf(accounts, 'follow_up_summary').map(({ event }) => ({ event, at: event.visited_at })),
  ].flatMap(({ event, at }) =>
    event.side_effects.map(({ code, severity, resolved, onset_at: onsetAt }) => ({
      code,
      severity,
      reported_at: resolved ? (onsetAt ?? at) : at,
    })),
  );
  return [...raised, ...effects].sort((a, b) => Date.parse(a.reported_at) - Date.parse(b.reported_at));
}

interface WholeList {
  readonly filed: Filed;
  readonly names: readonly string[];
  /** What was told from then on the list may not know of, although it was signed later. */
  readonly fromMs: number;
}

/** A day that names no zone begins nowhere on earth earlier than this before it does in UTC. */
const EARLIEST_DAY_MS = 14 * 3_600_000;

/**
 * The last whole list somebody went through, and what changed with it or since; a decision may say that its list was gone
 * through days before, and what was told in between is added to it. Whole only while nothing speaks
 * against it: nobody calls it or a change wrong, and no later contact says that something changed without saying what.
 */
function medicinesOf(state: CaseState): RecordFacts['medicines'] {
  const list = wholeLists(state).at(-1);
  const since = list === undefined ? '' : placeKey(list.filed.place);
  const mayBeNews = ({ place }: Filed) => placeKey(place) >= since || place.atMs >= (list?.fromMs ?? 0);
  const changed = currentOf(state.accounts, 'medication_change').filter(mayBeNews);
  let names = list?.names ?? [];
  for (const { place, event } of changed) names = afterChange(names, event, placeKey(place) <= since);
  const relied: readonly Filed[] = list === undefined ? changed : [list.filed, ...changed];
  const isDisputed = relied.some(({ ref }) => disputeOf(state, ref) !== undefined);
  const whole = list !== undefined && !isDisputed && !isSaidToHaveChanged(state, list.filed, mayBeNews);
  return { names: [...new Set(names)], whole };
}

function wholeLists(state: CaseState): readonly WholeList[] {
  const named = (
    filed: Filed,
    medicines: readonly { readonly name: string }[] | null | undefined,
    fromMs = filed.place.atMs,
  ): readonly WholeList[] =>
    medicines == null ? [] : [{ filed, names: medicines.map(({ name }) => name), fromMs }];
  const lists = [
    ...currentOf(state.accounts, 'referral').flatMap((one) => named(one, one.event.medications)),
    ...currentOf(state.accounts, 'medication_change').flatMap((one) => named(one, one.event.taken_now)),
    ...historyOf(state.eligibility).flatMap(({ decided }) => {
      const review = decided.event.medications_review;
      return named(decided, review?.items, reviewedFromMs(decided.place.atMs, review?.reviewed_on));
    }),
  ];
  return lists.sort((a, b) => (placeKey(a.filed.place) < placeKey(b.filed.place) ? -1 : 1));
}

function reviewedFromMs(atMs: number, reviewedOn: string | undefined): number {
  return reviewedOn === undefined ? atMs : Math.min(atMs, Date.parse(reviewedOn) - EARLIEST_DAY_MS);
}

/** What is taken is added; what is not taken any more goes only where it is named alike, and no list says otherwise. */
function afterChange(
  names: readonly string[],
  { changes, taken_now: takenNow }: MedicationChange,
  isListed: boolean,
): readonly string[] {
  let after = [...names, ...(takenNow ?? []).map(({ name }) => name)];
  for (const { name, what } of changes) {
    const isTaken = what !== 'stopped' && what !== 'paused';
    if (isTaken) after = [...after, name];
    else if (!isListed) after = after.filter((other) => other.toLowerCase() !== name.toLowerCase());
  }
  return after;
}

function isSaidToHaveChanged(
  { accounts }: CaseState,
  list: Filed,
  mayBeNews: (one: Filed) => boolean,
): boolean {
  const contacts = [
    ...currentOf(accounts, 'integration_done').map((one) => ({ one, said: one.event.medication_changes })),
    ...currentOf(accounts, 'follow_up_summary').map((one) => ({
      one,
      said: one.event.asked_about.medication_changes,
    })),
  ];
  return contacts.some(({ one, said }) => said === 'reported' && one.ref !== list.ref && mayBeNews(one));
}
