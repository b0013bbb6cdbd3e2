import { ASSENTING } from './assent.schema.js';
import type { ClinicalEvent, EventType } from './event.registry.js';
import { ROLES, type RoleWord } from './vocabulary.js';
import { PERMITTED, refused, type Verdict } from './verdict.js';

/**
 * Who may sign what (source: the project's product page, "Rules"). Eligibility and dose are a prescriber's alone.
 * Decided here where the page leaves room:
 * - dose_adjustment_request is the therapist's ("therapist asks, prescriber decides"): a client's wish travels as a
 *   note with an answer due, or inside the therapist's request with reason "client_wish".
 * - session_outcome is filed by whoever sat with the client, therapist or prescriber: sources disagree on who
 *   supervises a session, so neither is shut out.
 * - a note is anybody's who has a place in the lane, and so is an addendum: it decides nothing.
 * - hold and safety_flag are anybody's ("anyone, the client too"). A vitals_alert and an adverse_event are the client's
 *   as well, because a client at home who measures or suffers something must never be told that it does not count.
 * - a hold ends by a prescriber's signature and by no other.
 * - consent is recorded by those who obtain it or by the client; to withdraw it takes nobody else.
 */
export const AUTHORS: Readonly<Record<EventType, readonly RoleWord[]>> = {
  note: ROLES,
  referral: ['therapist'],
  information_request: ['prescriber', 'therapist'],
  eligibility_decision: ['prescriber'],
  consent_recorded: ['therapist', 'prescriber', 'client'],
  preparation_ready: ['therapist', 'client'],
  dose_order: ['prescriber'],
  dose_adjustment_request: ['therapist'],
  dose_adjustment: ['prescriber'],
  dose_read_back: ['therapist', 'client'],
  hold: ROLES,
  hold_release: ['prescriber'],
  session_start_check: ['therapist', 'prescriber'],
  vitals_alert: ['therapist', 'prescriber', 'client'],
  session_outcome: ['therapist', 'prescriber'],
  adverse_event: ['therapist', 'prescriber', 'client'],
  integration_done: ['therapist', 'prescriber'],
  scale_result: ['therapist', 'prescriber', 'client'],
  safety_flag: ROLES,
  medication_change: ['therapist', 'prescriber', 'client'],
  follow_up_summary: ['prescriber', 'therapist'],
  maintenance_plan: ['prescriber', 'therapist'],
  coverage_handover: ['therapist', 'prescriber'],
  discharge: ['prescriber', 'therapist'],
  addendum: ROLES,
};

/** `authorRole` is the role of the author's row in the roster the entry was written under, never a claim in it. */
export function checkAuthority(type: EventType, authorRole: RoleWord): Verdict {
  return AUTHORS[type].includes(authorRole) ? PERMITTED : refused('authority.role_not_permitted');
}

/**
 * Who may say this very content. Beyond the table:
 * - "signed_here" is the client's own signature, so nobody else signs such a consent.
 * - an assent "by_signing_this" is the author's about himself: nobody agrees in another's name.
 * - a duty is handed over by somebody whose duty it is.
 */
export function checkAuthorship(event: ClinicalEvent, authorRole: RoleWord): Verdict {
  const authority = checkAuthority(event.event, authorRole);
  if (!authority.ok) return authority;
  switch (event.event) {
    case 'consent_recorded':
      return event.method !== 'signed_here' || authorRole === 'client'
        ? PERMITTED
        : refused('authority.word_of_another');
    case 'maintenance_plan':
    case 'discharge':
      return ASSENTING.every((role) => role === authorRole || event.assents[role].how !== 'by_signing_this')
        ? PERMITTED
        : refused('authority.word_of_another');
    case 'coverage_handover':
      return event.role === authorRole ? PERMITTED : refused('authority.duty_of_another');
    default:
      return PERMITTED;
  }
}
