import type { SessionStartCheck } from '../event.registry.js';
import {
  START_CONDITIONS,
  type StartCondition,
  type StartConditionCheck,
} from '../events/session-start-check.schema.js';
import { owner } from '../care.schema.js';
import type { GateCheck, GateReport } from './gate.contract.js';

/**
 * What a session_start_check keeps of a look at the gate. Null while nothing of the care-team lane was read: then
 * there is nothing to keep.
 */
export function draftStartCheck(
  report: GateReport,
): Pick<SessionStartCheck, 'result' | 'as_of' | 'checks' | 'further'> | null {
  const { care_team: careTeam, clinicians } = report.asOf;
  if (careTeam === null) return null;
  const checks = START_CONDITIONS.map((name) => [name, kept(report.checks[name])] as const);
  return {
    result: report.verdict,
    as_of: { care_team: careTeam, clinicians },
    checks: Object.fromEntries(checks) as Record<StartCondition, StartConditionCheck>,
    further: report.further.map((check) => ({
      name: check.name,
      state: check.state === 'not_required' ? 'met' : check.state,
      evidence: check.evidence,
      detail: detailOf(check),
    })),
  };
}

function kept(check: GateCheck): StartConditionCheck {
  const [first] = check.reasons;
  const mender = owner.safeParse(first?.mendBy);
  return {
    state: check.state,
    evidence: check.evidence,
    detail: detailOf(check),
    mend_by: first === undefined ? null : mender.success ? mender.data : 'therapist',
  };
}

function detailOf({ reasons }: GateCheck): string | null {
  return reasons[0]?.words.en ?? null;
}
