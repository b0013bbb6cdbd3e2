import { dayAt } from '#calendar';
import { START_CONDITIONS } from '../events/session-start-check.schema.js';
import type { CaseState } from '../fold/case.state.js';
import {
  checkHolds,
  checkOpen,
  checkPreviousOutcome,
  checkQuestions,
  checkRecord,
  checkSafetyAnswers,
} from './course.condition.js';
import { checkDose, checkReadBack } from './dose.condition.js';
import { checkConditions, checkEligibility } from './eligibility.condition.js';
import type { GateCheck, GateReport, GateRequest } from './gate.contract.js';
import { checkConsent, checkRide, checkTherapist } from './people.condition.js';

/**
 * May this session begin? Every condition with the entry that shows it, or with what is missing and who can mend it.
 * "go" only when every condition is met or not required; any doubt is red, and nothing overrides it. Pure: the moment
 * is `request.nowMs`. It judges what is on record; whether the client is well today is asked and seen in the room.
 * Throws RangeError for a zone nobody knows or instants outside the calendar.
 */
export function askGate(state: CaseState, request: GateRequest): GateReport {
  const question = {
    state,
    request,
    today: dayOf(request.nowMs, request.zone),
    sessionDay: dayOf(request.session.startsAtMs, request.zone),
  };
  const checks: GateReport['checks'] = {
    eligibility: checkEligibility(question),
    dose: checkDose(question),
    therapist_read_back: checkReadBack('therapist_read_back', question),
    client_read_back: checkReadBack('client_read_back', question),
    therapist_linked: checkTherapist(question),
    consent: checkConsent(question),
    ride_or_chaperone: checkRide(question),
    no_hold: checkHolds(question),
    previous_outcome: checkPreviousOutcome(question),
  };
  const further = [
    checkRecord(question),
    checkOpen(question),
    checkConditions(question),
    checkSafetyAnswers(question),
    checkQuestions(question),
  ];
  const isGo = [...START_CONDITIONS.map((name) => checks[name]), ...further].every(isFulfilled);
  const asOf = { care_team: state.lanes.care_team.ref, clinicians: state.lanes.clinicians.ref };
  return { verdict: isGo ? 'go' : 'no_go', checks, further, asOf };
}

function isFulfilled({ state }: GateCheck): boolean {
  return state === 'met' || state === 'not_required';
}

function dayOf(ms: number, zone: string): string {
  return dayAt(new Date(ms).toISOString(), zone).toString();
}
