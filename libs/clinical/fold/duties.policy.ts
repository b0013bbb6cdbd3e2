import { assentsAwaited } from '../assent.schema.js';
import type { RoleWord } from '../vocabulary.js';
import { latestOf } from './accounts.js';
import { conditionsOf } from './addenda.js';
import type { CaseState } from './case.state.js';
import { consentTo } from './consents.js';
import { isDischarged, proceeds, readBacksOf } from './course.js';
import { standingHolds } from './holds.js';
import { placeKey, type Filed } from './opened.entry.js';
import { answerersOf } from './questions.js';
import { sessionsOf, unfiledStarts, type Session } from './sessions.js';
import { valuesIn } from './sorted.map.js';

/**
 * What the pathway asks for next, whether or not anybody opened an obligation for it: silence is the failure that
 * hurts. When it is due is for the clocks to say; `sinceMs` is when it began to be owed.
 */
export interface Duty {
  readonly what:
    | 'eligibility_decision'
    | 'condition'
    | 'dose_decision'
    | 'read_back'
    | 'consent'
    | 'session_outcome'
    | 'integration'
    | 'hold_review'
    | 'answer'
    | 'safety_flag'
    | 'assent';
  readonly roles: readonly RoleWord[];
  /** Entry that makes it owed. */
  readonly because: string;
  readonly sinceMs: number;
  /** Calendar date by which, where the entry names one. */
  readonly dueOn: string | null;
}

export function dutiesOf(
  state: CaseState,
  sessions: readonly Session[] = sessionsOf(state),
): readonly Duty[] {
  if (isDischarged(state)) return assentDuties(state);
  return [
    ...beforeSessions(state),
    ...aroundSessions(state, sessions),
    ...standingHolds(state.holds).map((hold) => duty('hold_review', ['prescriber'], hold)),
    ...inOrder(valuesIn(state.demands)).map((filed) =>
      duty('safety_flag', ['therapist', 'prescriber'], filed),
    ),
    ...inOrder(valuesIn(state.questions)).map((filed) => duty('answer', answerersOf(filed), filed)),
    ...assentDuties(state),
  ];
}

function beforeSessions(state: CaseState): readonly Duty[] {
  const referral = latestOf(state.accounts, 'referral');
  const eligibility = state.eligibility.inForce;
  const unanswered =
    referral !== undefined &&
    (eligibility === null || placeKey(eligibility.place) < placeKey(referral.place));
  const decide = unanswered ? [duty('eligibility_decision', ['prescriber'], referral)] : [];
  if (eligibility === null || !proceeds(eligibility.event)) return decide;
  const conditions = conditionsOf(state, eligibility)
    .filter(({ report }) => report === null)
    .map(({ condition }) => ({
      ...duty('condition', [condition.owner], eligibility),
      dueOn: condition.due_on,
    }));
  const consent = consentTo(state.consents, 'treatment_with_ketamine');
  const asked = consent === undefined ? [duty('consent', ['client'], eligibility)] : [];
  return [...decide, ...conditions, ...asked, ...doseDuties(state, eligibility)];
}

function doseDuties(state: CaseState, eligibility: Filed): readonly Duty[] {
  const dose = state.dose.inForce;
  if (dose === null) return [duty('dose_decision', ['prescriber'], eligibility)];
  if (dose.event.regimen === null) return [];
  const { therapist, client } = readBacksOf(state, dose);
  return [
    ...(therapist.state === 'matches' ? [] : [duty('read_back', ['therapist'], dose)]),
    ...(client.state === 'matches' ? [] : [duty('read_back', ['client'], dose)]),
  ];
}

function aroundSessions(state: CaseState, sessions: readonly Session[]): readonly Duty[] {
  const starts = unfiledStarts(state).map((start) => duty('session_outcome', [start.author.role], start));
  const contacts = sessions
    .filter(({ dosed, contacts: held }) => dosed && held.length === 0)
    .map(({ outcome }) => duty('integration', ['therapist'], outcome));
  return [...starts, ...contacts];
}

function assentDuties({ maintenance, discharge }: CaseState): readonly Duty[] {
  return [maintenance.inForce, discharge.inForce].flatMap((plan) => {
    const awaited = plan === null ? [] : assentsAwaited(plan.event.assents);
    return plan === null || awaited.length === 0 ? [] : [duty('assent', awaited, plan)];
  });
}

function duty(what: Duty['what'], roles: readonly RoleWord[], { ref, place }: Filed): Duty {
  return { what, roles, because: ref, sinceMs: place.atMs, dueOn: null };
}

function inOrder(filed: Iterable<Filed>): readonly Filed[] {
  return [...filed].sort((a, b) => (placeKey(a.place) < placeKey(b.place) ? -1 : 1));
}
