import type { EventOf, EventType } from './event.registry.js';
import { doseAdjustmentRequest, eligibilityDecision, note, referral } from './examples/care.examples.js';
import { doseAdjustment, doseOrder, doseReadBack } from './examples/dose.examples.js';
import { momentsFrom, type Moments } from './examples/moments.js';
import {
  consentRecorded,
  followUpSummary,
  informationRequest,
  integrationDone,
  medicationChange,
  preparationReady,
  scaleResult,
} from './examples/path.examples.js';
import { discharge, maintenancePlan, sessionStartCheck } from './examples/plan.examples.js';
import {
  addendum,
  adverseEvent,
  coverageHandover,
  hold,
  holdRelease,
  safetyFlag,
  vitalsAlert,
} from './examples/safety.examples.js';
import { sessionOutcome } from './examples/session.examples.js';

type Examples = { readonly [Type in EventType]: (moments: Moments) => EventOf<Type> };

const EXAMPLES: Examples = {
  note,
  referral,
  information_request: informationRequest,
  eligibility_decision: eligibilityDecision,
  consent_recorded: consentRecorded,
  preparation_ready: preparationReady,
  dose_order: doseOrder,
  dose_adjustment_request: doseAdjustmentRequest,
  dose_adjustment: doseAdjustment,
  dose_read_back: doseReadBack,
  hold,
  hold_release: holdRelease,
  session_start_check: sessionStartCheck,
  vitals_alert: vitalsAlert,
  session_outcome: sessionOutcome,
  adverse_event: adverseEvent,
  integration_done: integrationDone,
  scale_result: scaleResult,
  safety_flag: safetyFlag,
  medication_change: medicationChange,
  follow_up_summary: followUpSummary,
  maintenance_plan: maintenancePlan,
  coverage_handover: coverageHandover,
  discharge,
  addendum,
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
