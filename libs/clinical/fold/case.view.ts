import type {
  Addendum,
  Discharge,
  DoseDecision,
  EligibilityDecision,
  Hold,
  MaintenancePlan,
  Referral,
  SessionStartCheck,
} from '../event.registry.js';
import { INSTRUMENT_IDS, type InstrumentId } from '../scales/index.js';
import type { LaneWord } from '../vocabulary.js';
import { isReplaced, latestOf } from './accounts.js';
import { addendaOf, conditionsOf, type ConditionStanding } from './addenda.js';
import type { CaseState, Sensitivity } from './case.state.js';
import {
  countSessions,
  isDischarged,
  readBacksOf,
  type ReadBackStanding,
  type SessionCount,
} from './course.js';
import {
  diffDose,
  diffEligibility,
  standing,
  type Change,
  type DoseDiff,
  type EligibilityField,
  type Treatment,
} from './decision.diff.js';
import { dutiesOf, type Duty } from './duties.policy.js';
import { standingHolds } from './holds.js';
import { displacedBy, type Decided, type Lineage } from './lineage.js';
import type { AnswerDue } from './obligations.js';
import type { Filed } from './opened.entry.js';
import { phaseOf, type Phase } from './phase.policy.js';
import type { ScalePoint } from './scale.points.js';
import { harmOf, sessionsOf, unfiledStarts, type Harm, type Session } from './sessions.js';
import { valueOf, valuesIn } from './sorted.map.js';
import type { VitalsReading } from '../flags/vitals.series.js';
import type { LaneTally, UnreadEntry } from './unread.js';
import { readingsOf } from './vitals.record.js';

/** A decision in force with what was added to it and those that conflict with it. */
export interface Standing<Event extends EligibilityDecision | DoseDecision> {
  readonly decided: Decided<Event>;
  readonly addenda: readonly Filed<Addendum>[];
  /** Decisions it put aside without naming them, while it does not fit: all of them are to be seen. */
  readonly conflicting: readonly Decided<Event>[];
}

export interface EligibilityView extends Standing<EligibilityDecision> {
  readonly conditions: readonly ConditionStanding[];
  /** Against the decision it displaced. */
  readonly changes: readonly Change<EligibilityField>[];
}

export interface DoseView extends Standing<DoseDecision> {
  readonly treatment: Treatment;
  /** Against the decision it displaced; null for the first. */
  readonly diff: DoseDiff | null;
  /** Against the last plan before it, where the decision it displaced had none (held or stopped). */
  readonly planDiff: DoseDiff | null;
  readonly readBacks: { readonly therapist: ReadBackStanding; readonly client: ReadBackStanding };
}

export interface OwedAnswer extends AnswerDue {
  readonly overdue: boolean;
}

/** The case as it stands at one moment. */
export interface CaseView {
  readonly phase: Phase;
  readonly discharged: Decided<Discharge> | null;
  readonly referral: Filed<Referral> | null;
  readonly eligibility: EligibilityView | null;
  readonly dose: DoseView | null;
  readonly maintenance: Decided<MaintenancePlan> | null;
  readonly holds: readonly Filed<Hold>[];
  readonly sessions: readonly Session[];
  readonly count: SessionCount;
  /** Go was given, and how it went was not said. */
  readonly unfiled: readonly Filed<SessionStartCheck>[];
  readonly harm: readonly Harm[];
  /** Alarms and questions that wait for an answer before the next session. */
  readonly questions: readonly Filed[];
  readonly scales: Readonly<Record<InstrumentId, readonly ScalePoint[]>>;
  /** Vital signs on record, in order of time. */
  readonly readings: readonly VitalsReading[];
  readonly owed: readonly OwedAnswer[];
  readonly duties: readonly Duty[];
  /** What in this record is specially protected, as anybody ever said: a label is never lost again. null: nobody has. */
  readonly sensitivity: readonly Sensitivity[] | null;
  readonly lanes: Readonly<Record<LaneWord, LaneTally>>;
  readonly unread: readonly UnreadEntry[];
}

/** The case as it stands at `nowMs`, which decides nothing but what is overdue. */
export function viewCase(state: CaseState, nowMs: number): CaseView {
  const sessions = sessionsOf(state);
  return {
    phase: phaseOf(state, sessions),
    discharged: isDischarged(state) ? state.discharge.inForce : null,
    referral: latestOf(state.accounts, 'referral') ?? null,
    eligibility: eligibilityView(state),
    dose: doseView(state),
    maintenance: state.maintenance.inForce,
    holds: standingHolds(state.holds),
    sessions,
    count: countSessions(state, sessions),
    unfiled: unfiledStarts(state),
    harm: harmOf(state),
    questions: [...valuesIn(state.questions)].sort((a, b) => a.place.atMs - b.place.atMs),
    scales: scalesOf(state),
    readings: readingsOf(state.accounts),
    owed: [...valuesIn(state.obligations.owed)].map((due) => ({
      ...due,
      overdue: due.dueAtMs !== null && due.dueAtMs <= nowMs,
    })),
    duties: dutiesOf(state, sessions),
    sensitivity: state.labels === null ? null : [...valuesIn(state.labels)],
    lanes: state.lanes,
    unread: [...valuesIn(state.unread)],
  };
}

/** Measurements of one instrument by day; those of a replaced account are left out. */
export function trendOf(state: CaseState, instrument: InstrumentId): readonly ScalePoint[] {
  return [...valuesIn(state.points, `${instrument}|`)].filter(({ ref }) => {
    const source = valueOf(state.accounts.byRef, ref);
    return source === undefined || !isReplaced(state.accounts, source);
  });
}

function scalesOf(state: CaseState): CaseView['scales'] {
  const trends = INSTRUMENT_IDS.map((instrument) => [instrument, trendOf(state, instrument)] as const);
  return Object.fromEntries(trends) as CaseView['scales'];
}

function eligibilityView(state: CaseState): EligibilityView | null {
  const { eligibility } = state;
  if (eligibility.inForce === null) return null;
  const before = displacedBy(eligibility, eligibility.inForce);
  return {
    ...standingOf(state, eligibility, eligibility.inForce),
    conditions: conditionsOf(state, eligibility.inForce),
    changes: before === undefined ? [] : diffEligibility(before.event, eligibility.inForce.event),
  };
}

function doseView(state: CaseState): DoseView | null {
  const { dose } = state;
  if (dose.inForce === null) return null;
  const before = displacedBy(dose, dose.inForce);
  const plan = before === undefined || before.event.regimen !== null ? undefined : lastPlan(dose, before);
  return {
    ...standingOf(state, dose, dose.inForce),
    treatment: standing(dose.inForce.event),
    diff: before === undefined ? null : diffDose(before.event, dose.inForce.event),
    planDiff: plan === undefined ? null : diffDose(plan.event, dose.inForce.event),
    readBacks: readBacksOf(state, dose.inForce),
  };
}

function lastPlan(
  dose: Lineage<DoseDecision>,
  from: Decided<DoseDecision>,
): Decided<DoseDecision> | undefined {
  let plan: Decided<DoseDecision> | undefined = from;
  while (plan !== undefined && plan.event.regimen === null) plan = displacedBy(dose, plan);
  return plan;
}

function standingOf<Event extends EligibilityDecision | DoseDecision>(
  state: CaseState,
  lineage: Lineage<Event>,
  decided: Decided<Event>,
): Standing<Event> {
  return { decided, addenda: addendaOf(state, decided.ref), conflicting: conflictsOf(lineage, decided) };
}

/** Empty once a decision names the one in force: whoever wrote it has seen what stood there. */
function conflictsOf<Event extends EligibilityDecision | DoseDecision>(
  lineage: Lineage<Event>,
  decided: Decided<Event>,
): readonly Decided<Event>[] {
  const conflicting: Decided<Event>[] = [];
  let later: Decided<Event> | undefined = decided;
  while (later !== undefined && later.findings.length > 0) {
    const earlier: Decided<Event> | undefined = displacedBy(lineage, later);
    if (earlier !== undefined) conflicting.unshift(earlier);
    later = earlier;
  }
  return conflicting;
}
