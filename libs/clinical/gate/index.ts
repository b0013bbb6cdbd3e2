export {
  FURTHER_CONDITIONS,
  type AsideEntry,
  type FurtherCondition,
  type GateCheck,
  type GateReason,
  type GateReport,
  type GateRequest,
  type Mender,
} from './gate.contract.js';
export { GATE_WORDS, type GateReasonCode } from './gate.words.js';
export { askGate } from './gate.policy.js';
export { draftStartCheck } from './start-check.draft.js';
