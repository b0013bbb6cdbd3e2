import type { ClinicalEvent, EventType } from './event.registry.js';
import { openingOf } from './opening.policy.js';
import type { LaneWord, RoleWord } from './vocabulary.js';
import { PERMITTED, refused, type Verdict } from './verdict.js';

/**
 * Where an event may stand. What the client must acknowledge, read back or agree to stands where the client can read
 * it, and so does all that opens or shuts the gate before a session: both sides must see the same light.
 */
export const EVENT_LANES: Readonly<Record<EventType, readonly LaneWord[]>> = {
  note: ['care_team', 'clinicians'],
  referral: ['care_team', 'clinicians'],
  information_request: ['care_team', 'clinicians'],
  eligibility_decision: ['care_team'],
  consent_recorded: ['care_team'],
  preparation_ready: ['care_team'],
  dose_order: ['care_team'],
  dose_adjustment_request: ['care_team', 'clinicians'],
  dose_adjustment: ['care_team'],
  dose_read_back: ['care_team'],
  hold: ['care_team'],
  hold_release: ['care_team'],
  session_start_check: ['care_team'],
  vitals_alert: ['care_team', 'clinicians'],
  session_outcome: ['care_team', 'clinicians'],
  adverse_event: ['care_team', 'clinicians'],
  integration_done: ['care_team', 'clinicians'],
  scale_result: ['care_team', 'clinicians'],
  safety_flag: ['care_team', 'clinicians'],
  medication_change: ['care_team', 'clinicians'],
  follow_up_summary: ['care_team', 'clinicians'],
  maintenance_plan: ['care_team'],
  coverage_handover: ['care_team', 'clinicians'],
  discharge: ['care_team'],
  addendum: ['care_team', 'clinicians'],
};

/**
 * Events that stop something or call for help. They count without words for the client: an alarm is never refused for
 * want of a sentence.
 */
const ALARMS: readonly EventType[] = ['hold', 'vitals_alert', 'adverse_event', 'safety_flag'];

/**
 * Besides the table: an event written for clinicians that stands in the care-team lane carries words for the client
 * (decisions carry them always, by their schema), unless the client wrote it; who asks the client asks where the client
 * reads; and a client never writes in the clinicians lane.
 */
export function checkLane(event: ClinicalEvent, authorRole: RoleWord, lane: LaneWord): Verdict {
  if (!EVENT_LANES[event.event].includes(lane)) return refused('lane.client_must_see');
  if (lane === 'clinicians') {
    if (authorRole === 'client') return refused('lane.client_excluded');
    return asksTheClientAlone(event) ? refused('lane.client_must_see') : PERMITTED;
  }
  const wordless = 'client_text' in event && event.client_text === null;
  const needsWords = authorRole !== 'client' && !ALARMS.includes(event.event);
  return wordless && needsWords ? refused('lane.client_text_missing') : PERMITTED;
}

function asksTheClientAlone(event: ClinicalEvent): boolean {
  const responders = openingOf(event)?.responders ?? [];
  return responders.length > 0 && responders.every((role) => role === 'client');
}
