import type { DoseDecision, DoseReadBack } from './event.registry.js';
import { PERMITTED, refused, type Verdict } from './verdict.js';

/** A dose decision together with the name (entry hash, base64url) under which it stands in the chain. */
export interface NamedDoseDecision {
  readonly ref: string;
  readonly event: DoseDecision;
}

/**
 * The total that therapist and client re-enter, in micrograms: the most that may be taken in one session, in-session
 * booster included. Null when the decision holds or stops the treatment.
 */
export function totalToReadBackUg(decision: DoseDecision): number | null {
  return decision.regimen?.max_per_session_ug ?? null;
}

/** Whether the read-back is of this very decision and re-enters its total exactly; "about right" does not exist. */
export function matchReadBack(decision: NamedDoseDecision, readBack: DoseReadBack): Verdict {
  if (readBack.decision !== decision.ref) return refused('read_back.other_decision');
  const totalUg = totalToReadBackUg(decision.event);
  if (totalUg === null) return refused('read_back.no_dose');
  return readBack.total_ug === totalUg ? PERMITTED : refused('read_back.total_differs');
}
