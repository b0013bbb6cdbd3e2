export { applyEntry, foldCase } from './case.fold.js';
export { clockOf, type CaseClock, type ClockSettings } from './case.clock.js';
export { EMPTY_CASE, type CaseState, type ReadBacks, type Sensitivity } from './case.state.js';
export {
  trendOf,
  viewCase,
  type CaseView,
  type DoseView,
  type EligibilityView,
  type OwedAnswer,
  type Standing,
} from './case.view.js';
export { addendaOf, conditionPart, disputeOf, type ConditionStanding } from './addenda.js';
export type { ReadBackStanding, SessionCount, Used } from './course.js';
export {
  diffDose,
  diffEligibility,
  type Change,
  type DoseAxis,
  type DoseDiff,
  type EligibilityField,
  type Quantity,
  type RegimenField,
  type Treatment,
} from './decision.diff.js';
export type { Duty } from './duties.policy.js';
export { historyOf, type Decided, type Fate, type Lineage, type LineageFinding } from './lineage.js';
export type { AnswerDue } from './obligations.js';
export type { EntryAuthor, Filed, OpenedContent, OpenedEntry, OpenedOp, Place } from './opened.entry.js';
export { PHASES, type Phase } from './phase.policy.js';
export { recordFactsOf } from './record.facts.js';
export type { ScalePoint } from './scale.points.js';
export type { Harm, Session } from './sessions.js';
export { mayStop, type LaneTally, type UnreadEntry } from './unread.js';
export { eachOnce } from './vitals.record.js';
