import type { ClinicalEvent } from '../event.registry.js';
import { placeKey, type Filed } from './opened.entry.js';
import { EMPTY_MAP, put, valueOf, valuesIn, type SortedMap } from './sorted.map.js';

/**
 * Decisions of one kind in one lane, of which exactly one (the last in chain order) is in force. A later decision
 * always displaces the one before it, whatever it says it supersedes: two people who decide at the same time must not
 * leave the case with two decisions or with none. What does not fit is written down as a finding on the later one,
 * and as a fate on the earlier one; nothing is dropped. A finding is doubt, and doubt ends when a later decision
 * names the one in force: its author has seen what stood there.
 */
export interface Lineage<Event extends ClinicalEvent> {
  readonly inForce: Decided<Event> | null;
  /** All of them by their entry. */
  readonly byRef: SortedMap<Decided<Event>>;
  /** Their entries in chain order. */
  readonly order: SortedMap<string>;
  /** What became of those that are no longer in force, by their entry. */
  readonly fates: SortedMap<Fate>;
}

export interface Decided<Event extends ClinicalEvent> extends Filed<Event> {
  /** Entry of the decision that was in force before this one; null for the first. */
  readonly displaced: string | null;
  readonly findings: readonly LineageFinding[];
}

/**
 * - `ignores_in_force`: names nothing although a decision was in force.
 * - `names_unknown`: names an entry that is no decision of this kind, or none that counts.
 * - `names_displaced`: names a decision that another one (`by`) had already displaced: two wrote at the same time, or
 *   the author had not seen the newer one.
 */
export type LineageFinding =
  | { readonly kind: 'ignores_in_force'; readonly inForce: string }
  | { readonly kind: 'names_unknown'; readonly named: string }
  | { readonly kind: 'names_displaced'; readonly named: string; readonly by: string };

/**
 * `superseded`: a later decision named it while it was in force. `conflicting`: it was displaced by one that did not
 * name it, so that its author and the other's may not know of each other.
 */
export interface Fate {
  readonly kind: 'superseded' | 'conflicting';
  readonly by: string;
}

type Superseding = ClinicalEvent & { readonly supersedes: string | null };

export const NO_DECISION: Lineage<never> = {
  inForce: null,
  byRef: EMPTY_MAP,
  order: EMPTY_MAP,
  fates: EMPTY_MAP,
};

/** The lineage with one more decision, which must come later in the chain than all it holds. */
export function decide<Event extends Superseding>(
  lineage: Lineage<Event>,
  filed: Filed<Event>,
): Lineage<Event> {
  const before = lineage.inForce;
  const { supersedes } = filed.event;
  const decided = { ...filed, displaced: before?.ref ?? null, findings: findingsOn(lineage, supersedes) };
  const kind = supersedes === before?.ref ? 'superseded' : 'conflicting';
  return {
    inForce: decided,
    byRef: put(lineage.byRef, filed.ref, decided),
    order: put(lineage.order, placeKey(filed.place), filed.ref),
    fates: before === null ? lineage.fates : put<Fate>(lineage.fates, before.ref, { kind, by: filed.ref }),
  };
}

/** All decisions in chain order, each with what became of it (null: in force). */
export function historyOf<Event extends ClinicalEvent>(
  lineage: Lineage<Event>,
): readonly { readonly decided: Decided<Event>; readonly fate: Fate | null }[] {
  return [...valuesIn(lineage.order)].flatMap((ref) => {
    const decided = valueOf(lineage.byRef, ref);
    return decided === undefined ? [] : [{ decided, fate: valueOf(lineage.fates, ref) ?? null }];
  });
}

/** The decision the one in force put aside; undefined for the first. */
export function displacedBy<Event extends ClinicalEvent>(
  lineage: Lineage<Event>,
  decided: Decided<Event>,
): Decided<Event> | undefined {
  return decided.displaced === null ? undefined : valueOf(lineage.byRef, decided.displaced);
}

function findingsOn(lineage: Lineage<ClinicalEvent>, named: string | null): readonly LineageFinding[] {
  const { inForce } = lineage;
  if (named === inForce?.ref) return [];
  if (named === null) return inForce === null ? [] : [{ kind: 'ignores_in_force', inForce: inForce.ref }];
  const fate = valueOf(lineage.fates, named);
  return [
    fate === undefined ? { kind: 'names_unknown', named } : { kind: 'names_displaced', named, by: fate.by },
  ];
}
