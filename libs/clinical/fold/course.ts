import type { DoseDecision, DoseReadBack, EligibilityDecision } from '../event.registry.js';
import { matchReadBack } from '../read-back.policy.js';
import type { CaseState, ReadBacks } from './case.state.js';
import type { Decided } from './lineage.js';
import type { Filed } from './opened.entry.js';
import { sessionsOf, type Session } from './sessions.js';
import { valueOf } from './sorted.map.js';

/** How many sessions of how many: of those planned, of those the dose decision authorises, of those permitted. */
export interface SessionCount {
  /** Sessions in which something was taken. */
  readonly done: number;
  readonly doneInMaintenance: number;
  /** What the last account says was planned; before the first session the cap of the eligibility. */
  readonly planned: number | null;
  /** Under the dose decision in force. */
  readonly authorised: Used | null;
  /** Since the eligibility decision in force was made. */
  readonly permitted: (Used & { readonly until: string }) | null;
}

export interface Used {
  readonly used: number;
  readonly of: number;
}

export function countSessions(
  state: CaseState,
  sessions: readonly Session[] = sessionsOf(state),
): SessionCount {
  const dosed = sessions.filter(({ dosed: taken }) => taken);
  const maintenance = dosed.filter(({ outcome }) => outcome.event.session_type === 'maintenance');
  const dose = state.dose.inForce;
  const eligibility = state.eligibility.inForce;
  const cap = eligibility?.event.session_cap ?? null;
  return {
    done: dosed.length,
    doneInMaintenance: maintenance.length,
    planned: sessions.at(-1)?.outcome.event.sessions_planned ?? cap?.sessions ?? null,
    authorised:
      dose === null || dose.event.regimen === null
        ? null
        : { used: usedUnder(dosed, dose), of: dose.event.regimen.sessions_authorised },
    permitted:
      eligibility === null || cap === null
        ? null
        : { used: usedSince(dosed, eligibility), of: cap.sessions, until: cap.until },
  };
}

/** Sessions that name the decision, and those that began while it stood and name another: doubt counts as used. */
function usedUnder(dosed: readonly Session[], { ref, place }: Filed<DoseDecision>): number {
  return dosed.filter(
    ({ outcome: { event } }) => event.decision === ref || Date.parse(event.started_at) >= place.atMs,
  ).length;
}

function usedSince(dosed: readonly Session[], { event }: Filed<EligibilityDecision>): number {
  const since = Date.parse(event.decided_at);
  return dosed.filter(({ outcome }) => Date.parse(outcome.event.started_at) >= since).length;
}

/** `matches`, `differs`, or `missing`: of the very decision that is asked about, and the last that was said. */
export interface ReadBackStanding {
  readonly state: 'matches' | 'differs' | 'missing';
  readonly readBack: Filed<DoseReadBack> | null;
}

export function readBacksOf(
  state: CaseState,
  decision: Decided<DoseDecision>,
): { readonly [Reader in keyof ReadBacks]: ReadBackStanding } {
  const given = valueOf(state.readBacks, decision.ref);
  return { therapist: standing(decision, given?.therapist), client: standing(decision, given?.client) };
}

function standing(
  decision: Decided<DoseDecision>,
  readBack: Filed<DoseReadBack> | null | undefined,
): ReadBackStanding {
  if (readBack === null || readBack === undefined) return { state: 'missing', readBack: null };
  const verdict = matchReadBack({ ref: decision.ref, event: decision.event }, readBack.event);
  return { state: verdict.ok ? 'matches' : 'differs', readBack };
}

export function proceeds(event: EligibilityDecision): boolean {
  return event.decision === 'eligible' || event.decision === 'eligible_with_conditions';
}

/** A discharge ends the case until an eligibility decision that comes after it lets treatment go ahead again. */
export function isDischarged({ discharge, eligibility }: CaseState): boolean {
  if (discharge.inForce === null) return false;
  const later = eligibility.inForce;
  const reopened = later !== null && proceeds(later.event) && later.place.seq > discharge.inForce.place.seq;
  return !reopened;
}
