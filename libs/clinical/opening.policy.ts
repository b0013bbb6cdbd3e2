import { assentsAwaited } from './assent.schema.js';
import { needsAnswer } from './care.schema.js';
import type { ClinicalEvent, EventType, SafetyFlag, ScaleResult } from './event.registry.js';
import { OBLIGATION_TABLE, type ObligationRow } from './obligation.table.js';
import { INSTRUMENTS, safetyFlagNeeded, scoreScale, type Instrument } from './scales/index.js';
import type { RoleWord, UrgencyWord } from './vocabulary.js';

/** What an `open` needs: whom it may ask, and how urgently at least. */
export type Opening = Omit<ObligationRow, 'ops'>;

/** What an `open` needs with this very event: as the table says, or nothing at all, or narrower or sooner by content. */
export function openingOf(event: ClinicalEvent): Opening | null {
  const { responders, lowestUrgency } = OBLIGATION_TABLE[event.event];
  const opening = { responders, lowestUrgency };
  switch (event.event) {
    case 'session_outcome':
    case 'integration_done':
      if (!needsAnswer(event.ask)) return null;
      return event.ask === 'urgent' ? sooner(opening, 'urgent') : opening;
    case 'information_request':
      return asking(opening, [event.asked_of]);
    case 'consent_recorded':
      return event.action === 'given' ? null : opening;
    case 'preparation_ready':
      return event.open_questions.length === 0 ? null : opening;
    case 'session_start_check':
      return asking(
        opening,
        Object.values(event.checks).flatMap(({ mend_by: by }) => by ?? []),
      );
    case 'adverse_event':
      return event.serious_because.length > 0 ? sooner(opening, 'urgent') : opening;
    case 'scale_result':
      return openingOfScale(event, opening);
    case 'safety_flag':
      return event.immediate_danger === 'yes' ? sooner(opening, 'emergent') : openingOfFlag(event, opening);
    case 'maintenance_plan':
    case 'discharge':
      return asking(opening, assentsAwaited(event.assents));
    case 'coverage_handover':
      return asking(event.illness === 'unstable' ? sooner(opening, 'urgent') : opening, [event.role]);
    default:
      return responders.length === 0 ? null : opening;
  }
}

/** Events that ask the clinicians who did not write them. */
const ASKS_THE_OTHERS: readonly EventType[] = [
  'consent_recorded',
  'hold',
  'session_start_check',
  'vitals_alert',
  'adverse_event',
  'integration_done',
  'scale_result',
  'safety_flag',
  'medication_change',
  'follow_up_summary',
  'maintenance_plan',
  'discharge',
];

/**
 * The answers this event should ask for, one `open` per entry of the list: what a composer offers, ready made, so
 * that nobody owes an answer by silence. Notes ask only when their author wants to. With `authorRole`, an event that
 * is for the others does not ask its author's own role.
 */
export function expectedOpens(
  event: ClinicalEvent,
  authorRole?: RoleWord,
): readonly { readonly responderRole: RoleWord; readonly lowestUrgency: UrgencyWord }[] {
  const opening = event.event === 'note' ? null : openingOf(event);
  if (opening === null) return [];
  const skipped = ASKS_THE_OTHERS.includes(event.event) ? authorRole : undefined;
  return opening.responders
    .filter((role) => role !== skipped)
    .map((responderRole) => ({ responderRole, lowestUrgency: opening.lowestUrgency }));
}

/** An answer that must never be lost in a total asks at once; nothing else about a form is due by itself. */
function openingOfScale({ instrument, items }: ScaleResult, opening: Opening): Opening | null {
  const needed = safetyFlagNeeded(scoreScale(instrument, items));
  return needed === null ? null : sooner(opening, needed);
}

/** A flag raised by an answer on a form is no softer than that answer asks for. */
function openingOfFlag({ scale_item: raisedBy }: SafetyFlag, opening: Opening): Opening {
  if (raisedBy === null) return opening;
  const { safetyItems }: Instrument = INSTRUMENTS[raisedBy.instrument];
  const item = safetyItems.find((safety) => safety.item === raisedBy.item);
  return item === undefined ? opening : sooner(opening, item.lowestUrgency);
}

function sooner(opening: Opening, lowestUrgency: UrgencyWord): Opening {
  return { ...opening, lowestUrgency };
}

/** The same, asking only these roles; nothing when there are none. */
function asking(opening: Opening, roles: readonly RoleWord[]): Opening | null {
  const responders = opening.responders.filter((role) => roles.includes(role));
  return responders.length === 0 ? null : { ...opening, responders };
}
