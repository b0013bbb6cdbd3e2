import type { EventType } from './event.registry.js';
import { ROLES, type RoleWord } from './vocabulary.js';
import { PERMITTED, refused, type Verdict } from './verdict.js';

/**
 * Who may sign what (source: the project's product page, "Rules"). Eligibility and dose are a prescriber's alone.
 * Decided here where the page leaves room:
 * - dose_adjustment_request is the therapist's ("therapist asks, prescriber decides"): a client's wish travels as a
 *   note with an answer due, or inside the therapist's request with reason "client_wish".
 * - session_outcome is filed by whoever sat with the client, therapist or prescriber: sources disagree on who
 *   supervises a session, so neither is shut out.
 * - a note is anybody's who has a place in the lane.
 */
export const AUTHORS: Readonly<Record<EventType, readonly RoleWord[]>> = {
  note: ROLES,
  referral: ['therapist'],
  eligibility_decision: ['prescriber'],
  dose_order: ['prescriber'],
  dose_adjustment_request: ['therapist'],
  dose_adjustment: ['prescriber'],
  dose_read_back: ['therapist', 'client'],
  session_outcome: ['therapist', 'prescriber'],
};

/** `authorRole` is the role of the author's row in the roster the entry was written under, never a claim in it. */
export function checkAuthority(type: EventType, authorRole: RoleWord): Verdict {
  return AUTHORS[type].includes(authorRole) ? PERMITTED : refused('authority.role_not_permitted');
}
