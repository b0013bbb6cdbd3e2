import { z } from 'zod';
import { addendumSchema } from './events/addendum.schema.js';
import { adverseEventSchema } from './events/adverse-event.schema.js';
import { consentRecordedSchema } from './events/consent-recorded.schema.js';
import { coverageHandoverSchema } from './events/coverage-handover.schema.js';
import { dischargeSchema } from './events/discharge.schema.js';
import { doseAdjustmentRequestSchema } from './events/dose-adjustment-request.schema.js';
import { doseAdjustmentSchema } from './events/dose-adjustment.schema.js';
import { doseOrderSchema } from './events/dose-order.schema.js';
import { doseReadBackSchema } from './events/dose-read-back.schema.js';
import { eligibilityDecisionSchema } from './events/eligibility-decision.schema.js';
import { followUpSummarySchema } from './events/follow-up-summary.schema.js';
import { holdReleaseSchema } from './events/hold-release.schema.js';
import { holdSchema } from './events/hold.schema.js';
import { informationRequestSchema } from './events/information-request.schema.js';
import { integrationDoneSchema } from './events/integration-done.schema.js';
import { maintenancePlanSchema } from './events/maintenance-plan.schema.js';
import { medicationChangeSchema } from './events/medication-change.schema.js';
import { noteSchema } from './events/note.schema.js';
import { preparationReadySchema } from './events/preparation-ready.schema.js';
import { referral1Schema, referralSchema, upgradeReferral1 } from './events/referral.schema.js';
import { safetyFlagSchema } from './events/safety-flag.schema.js';
import { scaleResultSchema } from './events/scale-result.schema.js';
import { sessionOutcomeSchema } from './events/session-outcome.schema.js';
import { sessionStartCheckSchema } from './events/session-start-check.schema.js';
import { vitalsAlertSchema } from './events/vitals-alert.schema.js';
import { newestOf, rung, type Ladder, type Rung } from './schema.ladder.js';
import type { EVENT_NAMES, EventName } from './vocabulary.js';

/** Event types this version can read and write. */
export type EventType = {
  [Name in EventName]: (typeof EVENT_NAMES)[Name] extends 'readable' ? Name : never;
}[EventName];

/**
 * The newest schema of every readable event. They hold no transformations, so what parses is what was signed, and
 * every one can be turned into JSON Schema.
 */
export const EVENT_SCHEMAS = {
  note: noteSchema,
  referral: referralSchema,
  information_request: informationRequestSchema,
  eligibility_decision: eligibilityDecisionSchema,
  consent_recorded: consentRecordedSchema,
  preparation_ready: preparationReadySchema,
  dose_order: doseOrderSchema,
  dose_adjustment_request: doseAdjustmentRequestSchema,
  dose_adjustment: doseAdjustmentSchema,
  dose_read_back: doseReadBackSchema,
  hold: holdSchema,
  hold_release: holdReleaseSchema,
  session_start_check: sessionStartCheckSchema,
  vitals_alert: vitalsAlertSchema,
  session_outcome: sessionOutcomeSchema,
  adverse_event: adverseEventSchema,
  integration_done: integrationDoneSchema,
  scale_result: scaleResultSchema,
  safety_flag: safetyFlagSchema,
  medication_change: medicationChangeSchema,
  follow_up_summary: followUpSummarySchema,
  maintenance_plan: maintenancePlanSchema,
  coverage_handover: coverageHandoverSchema,
  discharge: dischargeSchema,
  addendum: addendumSchema,
} as const satisfies Record<EventType, z.ZodObject>;

export const EVENT_TYPES = Object.keys(EVENT_SCHEMAS) as readonly EventType[];

export type EventOf<Type extends EventType> = z.infer<(typeof EVENT_SCHEMAS)[Type]>;
export type ClinicalEvent = EventOf<EventType>;

/** Older versions, oldest first, each with the step to the next. An event that is not here has had one version. */
const OLDER: Readonly<Partial<Record<EventType, readonly Rung[]>>> = {
  referral: [rung(referral1Schema, upgradeReferral1)],
};

/** Every version of an event that can be read. */
export function ladderOf(type: EventType): Ladder<ClinicalEvent> {
  return { older: OLDER[type] ?? [], newest: EVENT_SCHEMAS[type] };
}

/** The newest schema version of each event that this version can read; the only one it writes. */
export const NEWEST_SCHEMA = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, newestOf(ladderOf(type))]),
) as Readonly<Record<EventType, number>>;

export type Note = EventOf<'note'>;
export type Referral = EventOf<'referral'>;
export type InformationRequest = EventOf<'information_request'>;
export type EligibilityDecision = EventOf<'eligibility_decision'>;
export type ConsentRecorded = EventOf<'consent_recorded'>;
export type PreparationReady = EventOf<'preparation_ready'>;
export type DoseOrder = EventOf<'dose_order'>;
export type DoseAdjustmentRequest = EventOf<'dose_adjustment_request'>;
export type DoseAdjustment = EventOf<'dose_adjustment'>;
export type DoseReadBack = EventOf<'dose_read_back'>;
export type Hold = EventOf<'hold'>;
export type HoldRelease = EventOf<'hold_release'>;
export type SessionStartCheck = EventOf<'session_start_check'>;
export type VitalsAlert = EventOf<'vitals_alert'>;
export type SessionOutcome = EventOf<'session_outcome'>;
export type AdverseEvent = EventOf<'adverse_event'>;
export type IntegrationDone = EventOf<'integration_done'>;
export type ScaleResult = EventOf<'scale_result'>;
export type SafetyFlag = EventOf<'safety_flag'>;
export type MedicationChange = EventOf<'medication_change'>;
export type FollowUpSummary = EventOf<'follow_up_summary'>;
export type MaintenancePlan = EventOf<'maintenance_plan'>;
export type CoverageHandover = EventOf<'coverage_handover'>;
export type Discharge = EventOf<'discharge'>;
export type Addendum = EventOf<'addendum'>;
export type DoseDecision = DoseOrder | DoseAdjustment;

/** True for a name this version carries a schema for. */
export function isEventType(name: unknown): name is EventType {
  return typeof name === 'string' && Object.hasOwn(EVENT_SCHEMAS, name);
}

/**
 * JSON Schema (draft 2020-12) of one event, with units and meanings as descriptions: for forms and for people who
 * write events as JSON. Cross-field rules are not expressible there; `parseEvent` has the last word.
 */
export function jsonSchemaOf(type: EventType): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(EVENT_SCHEMAS[type]);
}
