import { checkAuthority } from './authority.policy.js';
import type { ClinicalEvent } from './event.registry.js';
import { answersTo } from './answer.table.js';
import { OBLIGATION_TABLE } from './obligation.table.js';
import { openingOf } from './opening.policy.js';
import { matchReadBack } from './read-back.policy.js';
import { URGENCIES, type ObligationOpWord, type RoleWord, type UrgencyWord } from './vocabulary.js';
import { PERMITTED, refused, type Verdict } from './verdict.js';

/** One obligation op as it stands beside an event. */
export interface ObligationPair {
  readonly op: ObligationOpWord;
  /** Urgency of the entry. */
  readonly urgency: UrgencyWord;
  /** Role of the row the op names (open, hand_over: the new responder; ack: the owner); null when it names none. */
  readonly responderRole: RoleWord | null;
  /**
   * For every op but open: the event that opened the obligation and its entry's name, when the caller has it. Then
   * also judged: whether this event answers it, and who it may be handed to.
   */
  readonly opened?: { readonly ref: string; readonly event: ClinicalEvent };
}

/**
 * Whether the hidden half of an entry (the event) fits its visible half (the op). Whether the author may write the op
 * at all, by whose answer it is, is the obligation fold's to say; a wrong pair is shown invalid, and the opener's
 * client reopens.
 */
export function checkObligationPair(
  event: ClinicalEvent,
  authorRole: RoleWord,
  pair: ObligationPair,
): Verdict {
  const authority = checkAuthority(event.event, authorRole);
  if (!authority.ok) return authority;
  if (!OBLIGATION_TABLE[event.event].ops.includes(pair.op)) return refused('pair.op_not_permitted');
  switch (pair.op) {
    case 'open':
      return checkOpen(event, pair);
    case 'answer':
      return checkAnswer(event, pair);
    case 'hand_over':
      return checkHandOver(pair);
    case 'reopen':
      return checkReopen(pair);
    case 'ack':
      return pair.responderRole === null ? refused('pair.responder_missing') : PERMITTED;
    default:
      return PERMITTED;
  }
}

function checkOpen(event: ClinicalEvent, pair: ObligationPair): Verdict {
  const opening = openingOf(event);
  if (opening === null) return refused('pair.nothing_asked');
  if (pair.responderRole === null) return refused('pair.responder_missing');
  if (!opening.responders.includes(pair.responderRole)) return refused('pair.responder_not_permitted');
  return isAtLeast(pair.urgency, opening.lowestUrgency) ? PERMITTED : refused('pair.urgency_too_low');
}

function checkAnswer(event: ClinicalEvent, { opened }: ObligationPair): Verdict {
  if (opened === undefined) return PERMITTED;
  if (!answersTo(opened.event).includes(event.event)) return refused('pair.not_an_answer');
  if (event.event !== 'dose_read_back') return PERMITTED;
  const decision = opened.event;
  if (decision.event !== 'dose_order' && decision.event !== 'dose_adjustment') {
    return refused('pair.not_an_answer');
  }
  return matchReadBack({ ref: opened.ref, event: decision }, event);
}

function checkHandOver({ responderRole, opened }: ObligationPair): Verdict {
  if (responderRole === null) return refused('pair.responder_missing');
  const permitted = opened === undefined ? null : openingOf(opened.event);
  const fits = permitted === null || permitted.responders.includes(responderRole);
  return fits ? PERMITTED : refused('pair.responder_not_permitted');
}

/** Asking again never asks less urgently than the event that first asked demands. */
function checkReopen({ urgency, opened }: ObligationPair): Verdict {
  const opening = opened === undefined ? null : openingOf(opened.event);
  const enough = opening === null || isAtLeast(urgency, opening.lowestUrgency);
  return enough ? PERMITTED : refused('pair.urgency_too_low');
}

function isAtLeast(urgency: UrgencyWord, lowest: UrgencyWord): boolean {
  return URGENCIES.indexOf(urgency) >= URGENCIES.indexOf(lowest);
}
