import type { ClinicalEvent, EventType } from './event.registry.js';
import type { LaneWord, RoleWord } from './vocabulary.js';
import { PERMITTED, refused, type Verdict } from './verdict.js';

/** Where an event may stand. What the client must acknowledge or read back stands where the client can read it. */
export const EVENT_LANES: Readonly<Record<EventType, readonly LaneWord[]>> = {
  note: ['care_team', 'clinicians'],
  referral: ['care_team', 'clinicians'],
  eligibility_decision: ['care_team'],
  dose_order: ['care_team'],
  dose_adjustment_request: ['care_team', 'clinicians'],
  dose_adjustment: ['care_team'],
  dose_read_back: ['care_team'],
  session_outcome: ['care_team', 'clinicians'],
};

/**
 * Besides the table: an event written for clinicians that stands in the care-team lane carries words for the client
 * (decisions carry them always, by their schema), and a client never writes in the clinicians lane.
 */
export function checkLane(event: ClinicalEvent, authorRole: RoleWord, lane: LaneWord): Verdict {
  if (!EVENT_LANES[event.event].includes(lane)) return refused('lane.client_must_see');
  if (lane === 'clinicians') return authorRole === 'client' ? refused('lane.client_excluded') : PERMITTED;
  const wordless = 'client_text' in event && event.client_text === null;
  return wordless ? refused('lane.client_text_missing') : PERMITTED;
}
