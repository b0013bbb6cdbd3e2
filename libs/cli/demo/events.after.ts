import {
  exampleOf,
  type AdverseEvent,
  type CoverageHandover,
  type Discharge,
  type DoseAdjustment,
  type DoseAdjustmentRequest,
  type FollowUpSummary,
  type Hold,
  type HoldRelease,
  type IntegrationDone,
  type MaintenancePlan,
  type MedicationChange,
} from '#clinical';
import { amounts } from './events.before.js';
import { SECOND_TOTAL_UG, WORDS } from './script.js';

/** What is signed after a session and at the end. `at`: the moment of the story it is said at. */

export function integrationDone(at: string, outcome: string): IntegrationDone {
  return {
    ...exampleOf('integration_done', at),
    session_outcome: outcome,
    themes_to_share: [WORDS.integrationTheme],
    ask: 'none',
    ask_text: null,
    client_text: WORDS.integrationForClient,
  };
}

export function adverseEvent(at: string, outcome: string): AdverseEvent {
  return {
    ...exampleOf('adverse_event', at),
    session_outcome: outcome,
    what: WORDS.fall,
    client_text: null,
  };
}

export function medicationChange(at: string): MedicationChange {
  return {
    ...exampleOf('medication_change', at),
    interactions: [],
    questions_for_prescriber: [WORDS.newTablet],
    client_text: null,
  };
}

export function hold(at: string): Hold {
  return { ...exampleOf('hold', at), detail: WORDS.fever, client_text: null };
}

export function holdRelease(at: string, held: string): HoldRelease {
  return {
    ...exampleOf('hold_release', at),
    holds: [held],
    rationale: WORDS.feverOver,
    not_before: null,
    client_text: WORDS.feverForClient,
  };
}

export function adjustmentRequest(
  at: string,
  about: { readonly decision: string; readonly outcome: string },
): DoseAdjustmentRequest {
  return {
    ...exampleOf('dose_adjustment_request', at),
    decision: about.decision,
    session_outcome: about.outcome,
    observations: WORDS.observations,
    client_text: WORDS.requestForClient,
  };
}

/** Twice the axis that is named: dose. Everything else is restated as the order had it. */
export function doseAdjustment(
  at: string,
  { supersedes, request }: { readonly supersedes: string; readonly request: string },
): DoseAdjustment {
  const example = exampleOf('dose_adjustment', at);
  return {
    ...example,
    supersedes,
    request,
    explanation: WORDS.adjustmentExplanation,
    client_text: WORDS.adjustmentForClient,
    regimen: example.regimen === null ? null : { ...example.regimen, ...amounts(2, SECOND_TOTAL_UG) },
  };
}

export function followUpSummary(at: string, decision: string): FollowUpSummary {
  return {
    ...exampleOf('follow_up_summary', at),
    sessions_done: 2,
    decision,
    scales: [],
    findings: WORDS.summary,
    points_to: 'maintenance',
    questions: [],
    client_text: WORDS.summaryForClient,
  };
}

export function coverageHandover(at: string): CoverageHandover {
  return {
    ...exampleOf('coverage_handover', at),
    summary: WORDS.handover,
    contingencies: [{ if: WORDS.handoverIf, then: 'SYNTHETIC EXAMPLE: ring' }],
    client_text: null,
  };
}

export function maintenancePlan(at: string): MaintenancePlan {
  const example = exampleOf('maintenance_plan', at);
  return {
    ...example,
    starts_on: at.slice(0, 10),
    conditions: [],
    assents: {
      ...example.assents,
      prescriber: { ...example.assents.prescriber, remark: WORDS.prescriberPlanRemark },
    },
    client_text: WORDS.planForClient,
  };
}

/** Entries in which the two others said yes to the plan. */
export interface Assented {
  readonly client: string;
  readonly therapist: string;
}

export function agreedPlan(at: string, asked: string, yes: Assented): MaintenancePlan {
  const plan = maintenancePlan(at);
  const said = (entry: string) =>
    ({ answer: 'agreed', answered_at: at, how: 'in_this_thread', entry, remark: null }) as const;
  return {
    ...plan,
    supersedes: asked,
    assents: { ...plan.assents, client: said(yes.client), therapist: said(yes.therapist) },
    client_text: WORDS.planAgreedForClient,
  };
}

export function discharge(at: string): Discharge {
  const example = exampleOf('discharge', at);
  const spoken = { answer: 'agreed', answered_at: at, how: 'in_person', entry: null, remark: null } as const;
  return {
    ...example,
    course: WORDS.dischargeCourse,
    sessions_done: 2,
    scales: [],
    risks_remaining: [],
    medicine_left: null,
    assents: { ...example.assents, client: spoken, therapist: spoken },
    client_text: WORDS.dischargeForClient,
  };
}
