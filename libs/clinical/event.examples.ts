import type { EventOf, EventType } from './event.registry.js';
import { doseAdjustmentRequest, eligibilityDecision, note, referral } from './examples/care.examples.js';
import { doseAdjustment, doseOrder, doseReadBack } from './examples/dose.examples.js';
import { momentsFrom, type Moments } from './examples/moments.js';
import { sessionOutcome } from './examples/session.examples.js';

type Examples = { readonly [Type in EventType]: (moments: Moments) => EventOf<Type> };

const EXAMPLES: Examples = {
  note,
  referral,
  eligibility_decision: eligibilityDecision,
  dose_order: doseOrder,
  dose_adjustment_request: doseAdjustmentRequest,
  dose_adjustment: doseAdjustment,
  dose_read_back: doseReadBack,
  session_outcome: sessionOutcome,
};

/** When the examples are said to be written unless another instant is given. */
export const EXAMPLE_AT = '2026-11-23T15:00:00Z';

/**
 * A valid event with every field filled in, to begin a draft or a demonstration from. Every text says "SYNTHETIC
 * EXAMPLE"; nobody's figures are in it. Names of other entries are 43 × "A" (no entry) until replaced. All dates are
 * counted from `at`. Throws RangeError when `at` is not an instant.
 */
export function exampleOf<Type extends EventType>(type: Type, at: string = EXAMPLE_AT): EventOf<Type> {
  return EXAMPLES[type](momentsFrom(at));
}
