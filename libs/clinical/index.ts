export * from './vocabulary.js';
export {
  EVENT_SCHEMAS,
  EVENT_TYPES,
  NEWEST_SCHEMA,
  isEventType,
  jsonSchemaOf,
  type Addendum,
  type AdverseEvent,
  type ClinicalEvent,
  type ConsentRecorded,
  type CoverageHandover,
  type Discharge,
  type DoseAdjustment,
  type DoseAdjustmentRequest,
  type DoseDecision,
  type DoseOrder,
  type DoseReadBack,
  type EligibilityDecision,
  type EventOf,
  type EventType,
  type FollowUpSummary,
  type Hold,
  type HoldRelease,
  type InformationRequest,
  type IntegrationDone,
  type MaintenancePlan,
  type MedicationChange,
  type Note,
  type PreparationReady,
  type Referral,
  type SafetyFlag,
  type ScaleResult,
  type SessionOutcome,
  type SessionStartCheck,
  type VitalsAlert,
} from './event.registry.js';
export type { Regimen } from './events/regimen.schema.js';
export {
  START_CONDITIONS,
  type StartCondition,
  type StartConditionCheck,
} from './events/session-start-check.schema.js';
export { CONSENT_SCOPES } from './events/consent-recorded.schema.js';
export {
  MAX_EVENT_BYTES,
  encodeEvent,
  parseEvent,
  parseEventText,
  type ParsedEvent,
  type Reason,
} from './event.parse.js';
export { VERDICT_WORDS, type Verdict, type VerdictCode } from './verdict.js';
export { AUTHORS, checkAuthority, checkAuthorship } from './authority.policy.js';
export { assentState, assentsAwaited, type AssentingRole, type Assents } from './assent.schema.js';
export { safetyFlagFor, safetyFlagsDemanded, type DemandedFlag } from './safety-flag.policy.js';
export { climb, newestOf, rung, type Climb, type Ladder, type Rung } from './schema.ladder.js';
export { EVENT_LANES, checkLane } from './lane.policy.js';
export { OBLIGATION_TABLE, type ObligationRow } from './obligation.table.js';
export { expectedOpens, openingOf, type Opening } from './opening.policy.js';
export { answersTo } from './answer.table.js';
export { checkObligationPair, type ObligationPair } from './obligation.policy.js';
export { checkWriting } from './writing.policy.js';
export { matchReadBack, totalToReadBackUg, type NamedDoseDecision } from './read-back.policy.js';
export { judgeEvent, type Circumstances, type Judgement } from './event.judgement.js';
export {
  LANGUAGES,
  describeChange,
  describeCrisis,
  describeEvent,
  describeGate,
  describeNext,
  describeStanding,
  type Description,
  type GateLine,
  type Language,
  type OwedLine,
} from './event.description.js';
export { milligrams } from './texts/quantities.js';
export { EXAMPLE_AT, exampleOf } from './event.examples.js';
export * from './scales/index.js';
export * from './flags/index.js';
export * from './clock/index.js';
export * from './fold/index.js';
export * from './gate/index.js';
export * from './replay/index.js';
export * from './fhir/index.js';
