export type { Approval } from './approval.schema.js';
export type { Evidence, Gap } from './evidence.js';
export { EXAMPLE_INTERACTION_RULES } from './interactions.example.js';
export { observationsSchema, type Observations } from './observations.schema.js';
export { recordFactsSchema, type RecordFacts } from './record.schema.js';
export {
  evaluateRuleSet,
  strongestFlag,
  type NotJudged,
  type RedFlag,
  type RuleSetVerdict,
} from './rule-set.evaluation.js';
export {
  parseRuleSet,
  ruleSetSchema,
  type Measure,
  type ParsedRuleSet,
  type Rule,
  type RuleConsequence,
  type RuleSet,
  type UnreadRuleSet,
} from './rule-set.schema.js';
export {
  RULE_SET_LABEL,
  SILENCE_WORDS,
  ruleSetSigningText,
  silenceOf,
  type RuleSetTrust,
  type SilenceReason,
} from './rule-set.trust.js';
export { runTestPack, testPackSchema, type RuleTestPack, type TestPackReport } from './test-pack.runner.js';
export { EXAMPLE_VITALS_RULES } from './vitals.example.js';
export {
  findDoubts,
  isBeyondLimit,
  latestReading,
  limitOf,
  limitsInForce,
  orderReadings,
  type Doubt,
  type SessionMoments,
  type VitalsLimits,
  type VitalsPhase,
  type VitalsReading,
} from './vitals.series.js';
export { EXAMPLE_VITALS_TEST_PACK } from './vitals.test-pack.js';
