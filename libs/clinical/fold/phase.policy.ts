import { assentState } from '../assent.schema.js';
import { latestOf } from './accounts.js';
import type { CaseState } from './case.state.js';
import { isDischarged, proceeds } from './course.js';
import { sessionsOf, unfiledStarts, type Session } from './sessions.js';

/** The seven steps of the pathway (source: the project's product page, "The pathway") and its end. */
export const PHASES = [
  'assessment',
  'medical_assessment',
  'preparation',
  'session',
  'integration',
  'follow_up',
  'continued_support',
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];

/**
 * Where on the pathway the case stands, by what was signed and by nothing else: a day that passes moves no case on.
 * A hold or a withdrawn eligibility stops a case where it is; it does not move it.
 */
export function phaseOf(state: CaseState, sessions: readonly Session[] = sessionsOf(state)): Phase {
  if (isDischarged(state)) return 'ended';
  if (unfiledStarts(state).length > 0) return 'session';
  const last = sessions.filter(({ dosed }) => dosed).at(-1);
  if (last === undefined) return beforeTheFirst(state);
  if (last.contacts.length === 0) return 'integration';
  return isContinued(state, last) ? 'continued_support' : 'follow_up';
}

function beforeTheFirst(state: CaseState): Phase {
  const eligibility = state.eligibility.inForce;
  if (eligibility !== null) return proceeds(eligibility.event) ? 'preparation' : 'medical_assessment';
  return latestOf(state.accounts, 'referral') === undefined ? 'assessment' : 'medical_assessment';
}

/** The course is over: all planned sessions were held, or a plan for what comes after has its three assents. */
function isContinued({ maintenance }: CaseState, { outcome: { event } }: Session): boolean {
  const plan = maintenance.inForce?.event;
  if (plan !== undefined && assentState(plan.assents) === 'complete') return true;
  return event.session_type === 'maintenance' || event.session_number >= event.sessions_planned;
}
