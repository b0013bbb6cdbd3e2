import { answersTo } from '../answer.table.js';
import type { ClinicalEvent, EventType } from '../event.registry.js';
import { expectedOpens } from '../opening.policy.js';
import { safetyFlagsDemanded } from '../safety-flag.policy.js';
import type { RoleWord } from '../vocabulary.js';
import { isTakenBack, mentionsOf, type Mention, type Spoken } from './mentions.js';
import { replacementsOf, type Accounts } from './accounts.js';
import { isOwed, type AnswerDue, type Obligations } from './obligations.js';
import type { Filed } from './opened.entry.js';
import { valueOf } from './sorted.map.js';

/** Questions whose asking ends when their author takes them back; an alarm does not end so. */
const CAN_BE_WITHDRAWN: readonly EventType[] = [
  'dose_adjustment_request',
  'information_request',
  'preparation_ready',
  'medication_change',
];

/**
 * Whether the event is one that bears on the next session as long as nobody has answered it: an alarm, a report that
 * asks the prescriber, a question something waits for. Referrals, plans and holds have places of their own.
 */
export function isQuestion({ event, author }: Filed): boolean {
  switch (event.event) {
    case 'dose_adjustment_request':
    case 'session_outcome':
    case 'integration_done':
    case 'medication_change':
    case 'preparation_ready':
    case 'vitals_alert':
    case 'safety_flag':
      return expectedOpens(event, author.role).length > 0;
    case 'adverse_event':
      return author.role !== 'prescriber' || event.treatment_after !== 'unchanged';
    case 'information_request':
      return event.waits_for_it !== 'nothing' && event.waits_for_it !== 'maintenance_plan';
    default:
      return false;
  }
}

/** Whether the event holds an answer that demands a safety flag, until one about it stands: no correction unsays it. */
export function demandsFlag(filed: Filed, spoken: Spoken): boolean {
  if (safetyFlagsDemanded(filed.event).length === 0) return false;
  return !mentionsOf(spoken, filed.ref).some(({ type }) => type === 'safety_flag');
}

/**
 * Roles whose answer the question waits for. A prescriber who reports harm and that treatment should not simply go on
 * asks nobody else: then a prescriber, he too, has to say what was decided.
 */
export function answerersOf({ event, author }: Filed): readonly RoleWord[] {
  const asked = expectedOpens(event, author.role).map(({ responderRole }) => responderRole);
  return asked.length === 0 ? ['prescriber'] : asked;
}

/** What else in the case bears on whether a question was answered. */
export interface Hearing extends Spoken {
  readonly accounts: Accounts;
  readonly obligations: Obligations;
}

/**
 * A question ends when it is passed on (`isPassedOn`), when an obligation it opened was answered or closed,
 * or when one of those it asks speaks about it with an event that answers it. Reopened means asked again: then only
 * the obligation itself says when it ends.
 */
export function isAnswered(question: Filed, hearing: Hearing): boolean {
  const { accounts, obligations } = hearing;
  if (isPassedOn(question, accounts)) return true;
  const dues = (valueOf(obligations.byQuestion, question.ref) ?? []).flatMap(
    (id) => valueOf(obligations.all, id) ?? [],
  );
  if (dues.some((due) => due.reopened && isOwed(due))) return false;
  const isGiven = ({ state, answer }: AnswerDue) =>
    (state === 'answered' || state === 'closed') && answer !== null && !isTakenBack(hearing, answer);
  if (dues.some(isGiven)) return true;
  if (CAN_BE_WITHDRAWN.includes(question.event.event) && dues.some(({ state }) => state === 'withdrawn'))
    return true;
  return mentionsOf(hearing, question.ref).some((mention) => answersByName(question, mention));
}

/**
 * Whether another of its kind stands in its place: one that asks in its turn, one of somebody whose answer it waits
 * for, or one of its own author where he could as well have taken it back. Nobody ends an alarm by filing it anew.
 */
function isPassedOn(question: Filed, accounts: Accounts): boolean {
  const isOwn = ({ author }: Filed) => author.userId === question.author.userId;
  return replacementsOf(accounts, question).some(
    (later) =>
      isQuestion(later) ||
      (isOwn(later)
        ? CAN_BE_WITHDRAWN.includes(question.event.event)
        : answerersOf(question).includes(later.author.role)),
  );
}

function answersByName(question: Filed, mention: Mention): boolean {
  const asksOthers = expectedOpens(question.event, question.author.role).length > 0;
  return (
    (mention.userId !== question.author.userId || !asksOthers) &&
    answerersOf(question).includes(mention.role) &&
    answersTo(question.event).includes(mention.type)
  );
}

/** Entries an event names as what it speaks of, answers or rests on. */
export function targetsOf(event: ClinicalEvent): readonly string[] {
  switch (event.event) {
    case 'note':
    case 'information_request':
    case 'hold':
    case 'safety_flag':
      return event.about === null ? [] : [event.about];
    case 'addendum':
      return [event.amends];
    case 'dose_adjustment':
      return event.request === null ? [] : [event.request];
    case 'hold_release':
      return event.evidence;
    default:
      return [];
  }
}
