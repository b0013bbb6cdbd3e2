import { ASSENTING } from './assent.schema.js';
import type { EventType } from './event.registry.js';
import { ROLES, type ObligationOpWord, type RoleWord, type UrgencyWord } from './vocabulary.js';

/**
 * The table event type × {ops, lowest urgency, responder role}. The server sees an op, an urgency and a row, never
 * the event; this table is what ties the two halves of an entry together once it is opened.
 *
 * `withdraw` stands beside `open` because superseding is withdraw + open in one entry. Acknowledging, waiting,
 * handing over, closing and reopening are said in words, with a note; an information_request may also be what an answer
 * waits for.
 *
 * Lowest urgencies follow the clocks of the pathway (source: the project's product page). A vitals_alert asks for a
 * word within 3 minutes and an answer within 10, which only `emergent` carries. A hold is `routine` because it stands
 * whether or not anybody answers; whoever needs it lifted sooner asks sooner.
 */
export interface ObligationRow {
  readonly ops: readonly ObligationOpWord[];
  /** Roles that an `open` with this event may ask; empty when it cannot open anything. */
  readonly responders: readonly RoleWord[];
  readonly lowestUrgency: UrgencyWord;
}

const READERS: readonly RoleWord[] = ['therapist', 'client'];
const CLINICIANS: readonly RoleWord[] = ['therapist', 'prescriber'];

export const OBLIGATION_TABLE: Readonly<Record<EventType, ObligationRow>> = {
  note: {
    ops: ['open', 'ack', 'wait', 'answer', 'hand_over', 'close', 'withdraw', 'reopen'],
    responders: ROLES,
    lowestUrgency: 'routine',
  },
  referral: { ops: ['open', 'answer', 'withdraw'], responders: ['prescriber'], lowestUrgency: 'routine' },
  information_request: {
    ops: ['open', 'wait', 'answer', 'withdraw'],
    responders: ['therapist', 'prescriber', 'client', 'coordinator'],
    lowestUrgency: 'routine',
  },
  eligibility_decision: {
    ops: ['open', 'answer', 'withdraw'],
    responders: READERS,
    lowestUrgency: 'routine',
  },
  consent_recorded: { ops: ['open', 'answer', 'withdraw'], responders: CLINICIANS, lowestUrgency: 'routine' },
  preparation_ready: {
    ops: ['open', 'answer', 'withdraw'],
    responders: ['prescriber'],
    lowestUrgency: 'routine',
  },
  dose_order: { ops: ['open', 'answer', 'withdraw'], responders: READERS, lowestUrgency: 'routine' },
  dose_adjustment_request: {
    ops: ['open', 'withdraw'],
    responders: ['prescriber'],
    lowestUrgency: 'routine',
  },
  dose_adjustment: { ops: ['open', 'answer', 'withdraw'], responders: READERS, lowestUrgency: 'routine' },
  dose_read_back: { ops: ['answer'], responders: [], lowestUrgency: 'routine' },
  hold: { ops: ['open', 'answer'], responders: CLINICIANS, lowestUrgency: 'routine' },
  hold_release: { ops: ['open', 'answer'], responders: READERS, lowestUrgency: 'routine' },
  session_start_check: {
    ops: ['open', 'answer', 'withdraw'],
    responders: ['therapist', 'prescriber', 'client', 'coordinator'],
    lowestUrgency: 'soon',
  },
  vitals_alert: { ops: ['open', 'withdraw'], responders: ['prescriber'], lowestUrgency: 'emergent' },
  session_outcome: {
    ops: ['open', 'answer', 'withdraw'],
    responders: ['prescriber'],
    lowestUrgency: 'routine',
  },
  adverse_event: { ops: ['open', 'answer', 'withdraw'], responders: ['prescriber'], lowestUrgency: 'soon' },
  integration_done: {
    ops: ['open', 'answer', 'withdraw'],
    responders: ['prescriber'],
    lowestUrgency: 'routine',
  },
  scale_result: { ops: ['open', 'answer', 'withdraw'], responders: CLINICIANS, lowestUrgency: 'urgent' },
  safety_flag: { ops: ['open', 'withdraw'], responders: CLINICIANS, lowestUrgency: 'urgent' },
  medication_change: {
    ops: ['open', 'answer', 'withdraw'],
    responders: ['prescriber'],
    lowestUrgency: 'routine',
  },
  follow_up_summary: {
    ops: ['open', 'answer', 'withdraw'],
    responders: CLINICIANS,
    lowestUrgency: 'routine',
  },
  maintenance_plan: { ops: ['open', 'answer', 'withdraw'], responders: ASSENTING, lowestUrgency: 'routine' },
  coverage_handover: { ops: ['open', 'withdraw'], responders: CLINICIANS, lowestUrgency: 'routine' },
  discharge: { ops: ['open', 'answer', 'withdraw'], responders: ASSENTING, lowestUrgency: 'routine' },
  addendum: { ops: ['answer'], responders: [], lowestUrgency: 'routine' },
};
