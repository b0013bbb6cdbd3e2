export {
  INSTRUMENT_IDS,
  type Instrument,
  type InstrumentId,
  type InstrumentItem,
  type OfficialWords,
  type OwnWords,
  type SeverityBand,
  type SumInstrument,
  type TriageInstrument,
} from './instrument.js';
export { INSTRUMENTS, isInstrumentId } from './instrument.registry.js';
export type { SafetyAnswer } from './safety.answers.js';
export {
  bandOf,
  safetyFlagNeeded,
  scoreScale,
  type Answers,
  type PatternState,
  type ScoredScale,
  type SubscaleScore,
} from './scale.scoring.js';
export {
  checkScaleResult,
  readReportedScore,
  type CheckedScaleResult,
  type RecordedAnswers,
  type ReportedScore,
} from './scale-result.check.js';
