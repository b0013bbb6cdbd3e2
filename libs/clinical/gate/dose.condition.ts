import { Temporal, dayAt } from '#calendar';
import type { DoseDecision } from '../event.registry.js';
import type { Regimen } from '../events/regimen.schema.js';
import { countSessions, readBacksOf } from '../fold/course.js';
import { diffDose } from '../fold/decision.diff.js';
import { displacedBy, type Decided } from '../fold/lineage.js';
import { sessionsOf } from '../fold/sessions.js';
import type { GateCheck, GateQuestion, GateReason } from './gate.contract.js';
import { isMaximumUnexplained } from '../writing.policy.js';
import { conclude, doubt, doubtsOn, missing, when } from './findings.js';

/** One dose decision in force with a plan that covers this session, on this day, in this setting. */
export function checkDose(question: GateQuestion): GateCheck<'dose'> {
  const { state, request } = question;
  const made = state.dose.inForce;
  if (made === null) return conclude('dose', null, [missing('dose_missing', 'prescriber')]);
  const { ref, event, findings } = made;
  const plan = event.regimen;
  return conclude('dose', ref, [
    ...when(findings.length > 0, doubt('dose_conflict', 'prescriber', ref)),
    ...doubtsOn(state, made, { saidAt: event.decided_at, nowMs: request.nowMs, mendBy: 'prescriber' }),
    ...when(saysTooLittle(question, made), doubt('dose_undeclared', 'prescriber', ref)),
    ...(plan === null ? [paused(made)] : planReasons(question, { ref, plan })),
  ]);
}

function paused({ ref, event }: Decided<DoseDecision>): GateReason {
  return missing(event.axes_changed.includes('stop') ? 'dose_stopped' : 'dose_held', 'prescriber', ref);
}

function saysTooLittle({ state }: GateQuestion, made: Decided<DoseDecision>): boolean {
  const before = displacedBy(state.dose, made);
  return before !== undefined && diffDose(before.event, made.event).undeclared.length > 0;
}

function planReasons(
  question: GateQuestion,
  { ref, plan }: { readonly ref: string; readonly plan: Regimen },
): readonly GateReason[] {
  const { state, request, today, sessionDay } = question;
  const { authorised } = countSessions(state);
  const isUsed = authorised === null || authorised.used >= authorised.of;
  const isOver = plan.expires_on < today || plan.expires_on < sessionDay;
  return [
    ...when(isMaximumUnexplained(plan), doubt('dose_maximum_unexplained', 'prescriber', ref)),
    ...when(isOver, missing('dose_expired', 'prescriber', ref)),
    ...when(sessionDay < plan.earliest_start, missing('dose_too_early', 'prescriber', ref)),
    ...when(isUsed, missing('sessions_used', 'prescriber', ref)),
    ...when(isTooSoon(question, plan), missing('too_soon', 'prescriber', ref)),
    ...when(plan.modality !== request.session.modality, missing('dose_other_modality', 'prescriber', ref)),
  ];
}

/** Calendar days in the zone of the case, from the day the last dose was taken. */
function isTooSoon({ state, request, sessionDay }: GateQuestion, plan: Regimen): boolean {
  const last = sessionsOf(state).findLast(({ dosed }) => dosed);
  if (last === undefined) return false;
  const { started_at: startedAt } = last.outcome.event;
  const allowed = dayAt(startedAt, request.zone).add({ days: plan.min_days_between });
  return Temporal.PlainDate.compare(sessionDay, allowed) < 0;
}

const READERS = { therapist_read_back: 'therapist', client_read_back: 'client' } as const;

/** The last read-back of this very decision by a member who is still in the team, and it re-enters its total. */
export function checkReadBack<Name extends keyof typeof READERS>(
  name: Name,
  { state, request }: GateQuestion,
): GateCheck<Name> {
  const reader = READERS[name];
  const made = state.dose.inForce;
  if (made === null || made.event.regimen === null) {
    return conclude(name, null, [missing('dose_missing', 'prescriber', made?.ref ?? null)]);
  }
  const { state: standing, readBack } = readBacksOf(state, made)[reader];
  if (readBack === null) return conclude(name, null, [missing('read_back_missing', reader, made.ref)]);
  const { userId, role } = readBack.author;
  const isHere = request.team.some((member) => member.userId === userId && member.role === role);
  return conclude(name, readBack.ref, [
    ...when(standing === 'differs', missing('read_back_differs', reader, readBack.ref)),
    ...when(!isHere, doubt('reader_left', reader, readBack.ref)),
    ...doubtsOn(state, readBack, { saidAt: readBack.event.read_at, nowMs: request.nowMs, mendBy: reader }),
  ]);
}
