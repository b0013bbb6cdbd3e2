import { z } from 'zod';
import { doseAdjustmentRequestSchema } from './events/dose-adjustment-request.schema.js';
import { doseAdjustmentSchema } from './events/dose-adjustment.schema.js';
import { doseOrderSchema } from './events/dose-order.schema.js';
import { doseReadBackSchema } from './events/dose-read-back.schema.js';
import { eligibilityDecisionSchema } from './events/eligibility-decision.schema.js';
import { noteSchema } from './events/note.schema.js';
import { referralSchema } from './events/referral.schema.js';
import { sessionOutcomeSchema } from './events/session-outcome.schema.js';
import type { EVENT_NAMES, EventName } from './vocabulary.js';

/** Event types this version can read and write. */
export type EventType = {
  [Name in EventName]: (typeof EVENT_NAMES)[Name] extends 'readable' ? Name : never;
}[EventName];

/**
 * The schema of every readable event, version 1. They hold no transformations, so what parses is what was signed, and
 * every one can be turned into JSON Schema.
 */
export const EVENT_SCHEMAS = {
  note: noteSchema,
  referral: referralSchema,
  eligibility_decision: eligibilityDecisionSchema,
  dose_order: doseOrderSchema,
  dose_adjustment_request: doseAdjustmentRequestSchema,
  dose_adjustment: doseAdjustmentSchema,
  dose_read_back: doseReadBackSchema,
  session_outcome: sessionOutcomeSchema,
} as const satisfies Record<EventType, z.ZodObject>;

export const EVENT_TYPES = Object.keys(EVENT_SCHEMAS) as readonly EventType[];

/** The newest schema version of each event that this version can read. */
export const NEWEST_SCHEMA: Readonly<Record<EventType, number>> = {
  note: 1,
  referral: 1,
  eligibility_decision: 1,
  dose_order: 1,
  dose_adjustment_request: 1,
  dose_adjustment: 1,
  dose_read_back: 1,
  session_outcome: 1,
};

export type EventOf<Type extends EventType> = z.infer<(typeof EVENT_SCHEMAS)[Type]>;
export type ClinicalEvent = EventOf<EventType>;

export type Note = EventOf<'note'>;
export type Referral = EventOf<'referral'>;
export type EligibilityDecision = EventOf<'eligibility_decision'>;
export type DoseOrder = EventOf<'dose_order'>;
export type DoseAdjustmentRequest = EventOf<'dose_adjustment_request'>;
export type DoseAdjustment = EventOf<'dose_adjustment'>;
export type DoseReadBack = EventOf<'dose_read_back'>;
export type SessionOutcome = EventOf<'session_outcome'>;
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
