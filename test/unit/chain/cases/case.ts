import type { Verdict } from '#chain';

type Judged = { readonly ok: true } | { readonly ok: false; readonly verdict: Verdict };

/** Twins that differ in one thing: the control is accepted, the broken one refused by the rule's name. */
export interface RuleCase {
  readonly control: Judged;
  readonly broken: Judged;
}

export type RuleCases = Readonly<Record<string, () => RuleCase>>;
