import type { Addendum, EligibilityDecision } from '../event.registry.js';
import type { CaseState } from './case.state.js';
import type { Filed } from './opened.entry.js';
import { valuesIn } from './sorted.map.js';

/** What was added to an entry and still stands, in the order of places. */
export function addendaOf(state: Pick<CaseState, 'addenda'>, ref: string): readonly Filed<Addendum>[] {
  return [...valuesIn(state.addenda, `${ref}|`)].filter((addendum) => !isTakenBack(state, addendum));
}

/**
 * An addendum that says the entry is wrong, or should not be there at all. It alters nothing, but what somebody calls
 * wrong is no evidence any more: whoever decides says it anew.
 */
export function disputeOf(state: Pick<CaseState, 'addenda'>, ref: string): Filed<Addendum> | undefined {
  return addendaOf(state, ref).find(({ event }) => DISPUTING.includes(event.kind));
}

const DISPUTING: readonly Addendum['kind'][] = ['correction', 'entered_by_mistake'];

/** Only its own author takes an addendum back. */
function isTakenBack({ addenda }: Pick<CaseState, 'addenda'>, { ref, author }: Filed<Addendum>): boolean {
  return [...valuesIn(addenda, `${ref}|`)].some(
    (later) => later.event.kind === 'entered_by_mistake' && later.author.userId === author.userId,
  );
}

/** How an addendum names the condition of a decision it reports on, in its field `part`. Counted from 1. */
export function conditionPart(number: number): string {
  return `condition ${number}`;
}

export interface ConditionStanding {
  /** From 1. */
  readonly number: number;
  readonly condition: EligibilityDecision['conditions'][number];
  /** The addendum that reports it as met; null while nobody has. */
  readonly report: Filed<Addendum> | null;
}

/**
 * The conditions of an eligibility decision and whether they were reported as met: by an addendum to the decision that
 * names the condition as its part, written by the role that owns the condition or by a prescriber.
 */
export function conditionsOf(
  state: Pick<CaseState, 'addenda'>,
  { ref, event }: Filed<EligibilityDecision>,
): readonly ConditionStanding[] {
  const added = addendaOf(state, ref).filter((addendum) => !DISPUTING.includes(addendum.event.kind));
  return event.conditions.map((condition, index) => {
    const number = index + 1;
    const report = added.findLast(
      ({ event: { part }, author }) =>
        part === conditionPart(number) && (author.role === condition.owner || author.role === 'prescriber'),
    );
    return { number, condition, report: report ?? null };
  });
}
