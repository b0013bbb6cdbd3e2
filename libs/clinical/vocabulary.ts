/**
 * The words the rest of the room is written in. Roles, lanes, operations and urgencies carry the same names as the
 * protocol gives them; they are repeated here as plain strings because medicine imports nothing but zod.
 */
export const ROLES = [
  'therapist',
  'prescriber',
  'client',
  'coordinator',
  'director',
  'records_officer',
] as const;
export type RoleWord = (typeof ROLES)[number];

export const LANES = ['care_team', 'clinicians'] as const;
export type LaneWord = (typeof LANES)[number];

export const OBLIGATION_OPS = [
  'open',
  'ack',
  'wait',
  'answer',
  'hand_over',
  'close',
  'withdraw',
  'reopen',
] as const;
export type ObligationOpWord = (typeof OBLIGATION_OPS)[number];

/** From least to most pressing; the order is what "lowest urgency" is compared by. */
export const URGENCIES = ['routine', 'soon', 'urgent', 'emergent'] as const;
export type UrgencyWord = (typeof URGENCIES)[number];

/**
 * Every clinical event Trialogue has a name for (source: the project's product page, "Clinical events").
 * `readable` says whether this version carries a schema. A reserved name is kept and shown as "cannot be read by
 * this version": it is neither dropped nor trusted, and it can never come to mean something else.
 */
export const EVENT_NAMES = {
  note: 'readable',
  referral: 'readable',
  eligibility_decision: 'readable',
  dose_order: 'readable',
  dose_adjustment_request: 'readable',
  dose_adjustment: 'readable',
  dose_read_back: 'readable',
  session_outcome: 'readable',
  information_request: 'reserved',
  consent_recorded: 'reserved',
  preparation_ready: 'reserved',
  hold: 'reserved',
  hold_release: 'reserved',
  session_start_check: 'reserved',
  vitals_alert: 'reserved',
  adverse_event: 'reserved',
  integration_done: 'reserved',
  scale_result: 'reserved',
  safety_flag: 'reserved',
  medication_change: 'reserved',
  follow_up_summary: 'reserved',
  maintenance_plan: 'reserved',
  coverage_handover: 'reserved',
  discharge: 'reserved',
  addendum: 'reserved',
} as const;
export type EventName = keyof typeof EVENT_NAMES;

/** True for a name of the table, readable or reserved; never true for an inherited property such as "toString". */
export function isEventName(name: unknown): name is EventName {
  return typeof name === 'string' && Object.hasOwn(EVENT_NAMES, name);
}
