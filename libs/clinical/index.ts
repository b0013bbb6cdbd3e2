export * from './vocabulary.js';
export {
  EVENT_SCHEMAS,
  EVENT_TYPES,
  NEWEST_SCHEMA,
  isEventType,
  jsonSchemaOf,
  type ClinicalEvent,
  type DoseAdjustment,
  type DoseAdjustmentRequest,
  type DoseDecision,
  type DoseOrder,
  type DoseReadBack,
  type EligibilityDecision,
  type EventOf,
  type EventType,
  type Note,
  type Referral,
  type SessionOutcome,
} from './event.registry.js';
export type { Regimen } from './events/regimen.schema.js';
export {
  MAX_EVENT_BYTES,
  encodeEvent,
  parseEvent,
  parseEventText,
  type ParsedEvent,
  type Reason,
} from './event.parse.js';
export { VERDICT_WORDS, type Verdict, type VerdictCode } from './verdict.js';
export { AUTHORS, checkAuthority } from './authority.policy.js';
export { EVENT_LANES, checkLane } from './lane.policy.js';
export {
  OBLIGATION_TABLE,
  answersTo,
  expectedOpens,
  openingOf,
  type ObligationRow,
} from './obligation.table.js';
export { checkObligationPair, type ObligationPair } from './obligation.policy.js';
export { matchReadBack, totalToReadBackUg, type NamedDoseDecision } from './read-back.policy.js';
export { judgeEvent, type Circumstances, type Judgement } from './event.judgement.js';
export { describeEvent, type Description, type Language } from './event.description.js';
export { milligrams } from './texts/quantities.js';
export { EXAMPLE_AT, exampleOf } from './event.examples.js';
export * from './scales/index.js';
