import type { ClinicalEvent, EventType } from './event.registry.js';
import { ROLES, type ObligationOpWord, type RoleWord, type UrgencyWord } from './vocabulary.js';

/**
 * The table event type × {ops, lowest urgency, responder role}. The server sees an op, an urgency and a row, never
 * the event; this table is what ties the two halves of an entry together once it is opened.
 *
 * `withdraw` stands beside `open` because superseding is withdraw + open in one entry. Acknowledging, waiting,
 * handing over, closing and reopening are said in words, with a note.
 */
export interface ObligationRow {
  readonly ops: readonly ObligationOpWord[];
  /** Roles that an `open` with this event may ask; empty when it cannot open anything. */
  readonly responders: readonly RoleWord[];
  readonly lowestUrgency: UrgencyWord;
}

const READERS: readonly RoleWord[] = ['therapist', 'client'];

export const OBLIGATION_TABLE: Readonly<Record<EventType, ObligationRow>> = {
  note: {
    ops: ['open', 'ack', 'wait', 'answer', 'hand_over', 'close', 'withdraw', 'reopen'],
    responders: ROLES,
    lowestUrgency: 'routine',
  },
  referral: {
    ops: ['open', 'answer', 'withdraw'],
    responders: ['prescriber'],
    lowestUrgency: 'routine',
  },
  eligibility_decision: {
    ops: ['open', 'answer', 'withdraw'],
    responders: READERS,
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
  session_outcome: {
    ops: ['open', 'answer', 'withdraw'],
    responders: ['prescriber'],
    lowestUrgency: 'routine',
  },
};

/** What an `open` needs with this very event: as the table says, or nothing at all, or more pressing by its content. */
export function openingOf(event: ClinicalEvent): Omit<ObligationRow, 'ops'> | null {
  const { responders, lowestUrgency } = OBLIGATION_TABLE[event.event];
  if (responders.length === 0) return null;
  if (event.event !== 'session_outcome') return { responders, lowestUrgency };
  if (event.ask === 'none' || event.ask === 'fyi') return null;
  return { responders, lowestUrgency: event.ask === 'urgent' ? 'urgent' : lowestUrgency };
}

/**
 * What answers what. A dose decision is answered by nothing but a read-back (a held or stopped one, which has no
 * total, by a note); a note may say no, ask back or explain wherever a decision would otherwise be the answer.
 */
export function answersTo(opened: ClinicalEvent): readonly EventType[] {
  switch (opened.event) {
    case 'referral':
      return ['eligibility_decision', 'note'];
    case 'eligibility_decision':
      return ['note', 'referral'];
    case 'dose_order':
      return ['dose_read_back'];
    case 'dose_adjustment':
      return opened.regimen === null ? ['note'] : ['dose_read_back'];
    case 'dose_adjustment_request':
      return ['dose_adjustment', 'note'];
    case 'session_outcome':
      return ['dose_adjustment', 'dose_order', 'eligibility_decision', 'note'];
    case 'note':
      return ['note', 'referral', 'eligibility_decision', 'dose_order', 'dose_adjustment', 'session_outcome'];
    case 'dose_read_back':
      return [];
  }
}

/**
 * The answers this event should ask for, one `open` per entry of the list: what a composer offers, ready made, so
 * that nobody owes an answer by silence. Notes ask only when their author wants to.
 */
export function expectedOpens(
  event: ClinicalEvent,
): readonly { readonly responderRole: RoleWord; readonly lowestUrgency: UrgencyWord }[] {
  const opening = event.event === 'note' ? null : openingOf(event);
  if (opening === null) return [];
  return opening.responders.map((responderRole) => ({ responderRole, lowestUrgency: opening.lowestUrgency }));
}
