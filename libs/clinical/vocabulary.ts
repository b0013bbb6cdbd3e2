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
 * Every clinical event Trialogue has a name for (source: the project's product page, "Clinical events"), in the order
 * of the pathway. `readable` says whether this version carries a schema. A name that were only `reserved` would be
 * kept and shown as "cannot be read by this version": neither dropped nor trusted, and never free for another meaning.
 */
export const EVENT_NAMES = {
  note: 'readable',
  referral: 'readable',
  information_request: 'readable',
  eligibility_decision: 'readable',
  consent_recorded: 'readable',
  preparation_ready: 'readable',
  dose_order: 'readable',
  dose_adjustment_request: 'readable',
  dose_adjustment: 'readable',
  dose_read_back: 'readable',
  hold: 'readable',
  hold_release: 'readable',
  session_start_check: 'readable',
  vitals_alert: 'readable',
  session_outcome: 'readable',
  adverse_event: 'readable',
  integration_done: 'readable',
  scale_result: 'readable',
  safety_flag: 'readable',
  medication_change: 'readable',
  follow_up_summary: 'readable',
  maintenance_plan: 'readable',
  coverage_handover: 'readable',
  discharge: 'readable',
  addendum: 'readable',
} as const satisfies Record<string, 'readable' | 'reserved'>;
export type EventName = keyof typeof EVENT_NAMES;

/** True for a name of the table, readable or reserved; never true for an inherited property such as "toString". */
export function isEventName(name: unknown): name is EventName {
  return typeof name === 'string' && Object.hasOwn(EVENT_NAMES, name);
}
