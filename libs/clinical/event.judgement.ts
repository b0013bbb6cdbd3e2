import { checkAuthorship } from './authority.policy.js';
import type { ClinicalEvent } from './event.registry.js';
import { parseEvent, type ParsedEvent } from './event.parse.js';
import { checkLane } from './lane.policy.js';
import { checkObligationPair, type ObligationPair } from './obligation.policy.js';
import { expectedOpens } from './opening.policy.js';
import type { LaneWord, RoleWord, UrgencyWord } from './vocabulary.js';
import { matchReadBack } from './read-back.policy.js';
import { PERMITTED, refused, type Verdict, type VerdictCode } from './verdict.js';

/** What the verified, visible half of an entry says about its hidden half's surroundings. */
export interface Circumstances {
  /** Role of the author's row in the roster the entry was written under. */
  readonly authorRole: RoleWord;
  readonly lane: LaneWord;
  readonly urgency: UrgencyWord;
  readonly ops: readonly Omit<ObligationPair, 'urgency'>[];
  /** The valid event that stands earlier in this lane under that name (entry hash, base64url), if there is one. */
  readonly earlier?: (ref: string) => ClinicalEvent | undefined;
}

/**
 * - `valid`: counts. `unasked` names the roles whose answer this event should have asked for and did not: shown as a
 *   warning to both sides, because an answer nobody owes is how silence begins. `writtenIn` as `parseEvent` says.
 * - `refused`: well formed, but not by this person, not here, or not with these ops: shown as invalid with its author
 *   and the reason, never as a decision. `event` is there to be shown, not to be believed.
 * - `unreadable`, `invalid`: as `parseEvent` says.
 */
export type Judgement =
  | {
      readonly kind: 'valid';
      readonly event: ClinicalEvent;
      readonly unasked: readonly RoleWord[];
      readonly writtenIn?: number;
    }
  | {
      readonly kind: 'refused';
      readonly event: ClinicalEvent;
      readonly code: VerdictCode;
      readonly words: string;
    }
  | Exclude<ParsedEvent, { kind: 'event' }>;

/** The whole question a client asks of an opened entry, in the order shape → author → lane → ops. Never throws. */
export function judgeEvent(content: unknown, circumstances: Circumstances): Judgement {
  const parsed = parseEvent(content);
  if (parsed.kind !== 'event') return parsed;
  const { event, writtenIn } = parsed;
  const older = writtenIn === undefined ? {} : { writtenIn };
  const failed = verdictsOn(event, circumstances).find((verdict) => !verdict.ok);
  if (failed === undefined) {
    return { kind: 'valid', event, unasked: unaskedBy(event, circumstances), ...older };
  }
  return { kind: 'refused', event, code: failed.code, words: failed.words };
}

function verdictsOn(event: ClinicalEvent, circumstances: Circumstances): Verdict[] {
  const { authorRole, lane, urgency, ops, earlier } = circumstances;
  return [
    checkAuthorship(event, authorRole),
    checkLane(event, authorRole, lane),
    ...(earlier === undefined ? [] : [checkReadBack(event, earlier)]),
    ...ops.map((op) => checkObligationPair(event, authorRole, { ...op, urgency })),
  ];
}

/** A read-back is of a real decision and says its total, whether anybody asked for it or not. */
function checkReadBack(event: ClinicalEvent, earlier: (ref: string) => ClinicalEvent | undefined): Verdict {
  if (event.event !== 'dose_read_back') return PERMITTED;
  const decision = earlier(event.decision);
  if (decision?.event !== 'dose_order' && decision?.event !== 'dose_adjustment') {
    return refused('read_back.unknown_decision');
  }
  return matchReadBack({ ref: event.decision, event: decision }, event);
}

function unaskedBy(event: ClinicalEvent, { authorRole, ops }: Circumstances): RoleWord[] {
  const asked = ops.filter(({ op }) => op === 'open').map(({ responderRole }) => responderRole);
  return expectedOpens(event, authorRole)
    .map(({ responderRole }) => responderRole)
    .filter((role) => !asked.includes(role));
}
