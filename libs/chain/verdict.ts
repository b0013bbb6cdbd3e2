import { WireError, type Entry } from '#protocol';
import { RULES, type Rule } from './rules.js';

/**
 * Why an entry was not applied.
 * - malformed, invalid: it breaks `rule`, for everybody, for ever.
 * - missing: it states a head this side does not hold yet: fetch that chain up to `seq`, then try again. An
 *   organisation never seen is known by `genesisHash` (hex) only; everything else by `chainId` (hex).
 * - fork: the chain `chainId` has two different entries at `seq`, one held, one shown or stated now. `signed`: the
 *   second one carries, or is stated under, a signature that verifies. Freeze; never choose.
 */
export type Verdict =
  | { readonly kind: 'malformed' | 'invalid'; readonly rule: Rule }
  | {
      readonly kind: 'missing';
      readonly chainId?: string;
      readonly genesisHash?: string;
      readonly seq: number;
    }
  | { readonly kind: 'fork'; readonly chainId: string; readonly seq: number; readonly signed: boolean };

export interface Refused {
  readonly ok: false;
  readonly verdict: Verdict;
}

/** The result of applying one entry: a new state beside the old one, which is untouched. */
export type Outcome<State> =
  | {
      readonly ok: true;
      readonly state: State;
      readonly entry: Entry;
      readonly entryHash: Uint8Array;
    }
  | Refused;

/** How a rule leaves the middle of a check; never leaves this room. */
export class Refusal extends Error {
  constructor(readonly verdict: Verdict) {
    super(verdict.kind);
    this.name = 'Refusal';
  }
}

/** The rule, or a refusal by its name. */
export function demand(holds: boolean, rule: Rule): asserts holds {
  if (!holds) throw new Refusal({ kind: 'invalid', rule });
}

function isRule(code: string): code is Rule {
  return Object.hasOwn(RULES, code);
}

/** Runs a check; refusals and parser errors become verdicts, anything else is a fault of this program. */
export function judge<Applied>(check: () => Applied): Applied | Refused {
  try {
    return check();
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, verdict: error.verdict };
    if (error instanceof WireError && isRule(error.code)) {
      return { ok: false, verdict: { kind: 'malformed', rule: error.code } };
    }
    throw error;
  }
}
