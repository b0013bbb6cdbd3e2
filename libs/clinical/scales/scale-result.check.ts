import type { UrgencyWord } from '../vocabulary.js';
import { INSTRUMENTS } from './instrument.registry.js';
import type { InstrumentId, SeverityBand } from './instrument.js';
import { bandOf, safetyFlagNeeded, scoreScale, type Answers, type ScoredScale } from './scale.scoring.js';

/** The part of a scale_result that is judged; the event itself has these names. */
export interface RecordedAnswers {
  readonly instrument: InstrumentId;
  readonly items: Answers;
  /** The plain sum as stated, or null. */
  readonly total: number | null;
}

export interface CheckedScaleResult {
  readonly scored: ScoredScale;
  /**
   * False when a stated total is not the plain sum of a completely answered form. A prorated total is computed, never
   * stated; no total is never a contradiction.
   */
  readonly totalAgrees: boolean;
  /** Least urgency of the safety_flag this form asks for; null: its safety items ask for none, which is not "no risk". */
  readonly flagUrgency: UrgencyWord | null;
}

/** What a recorded form amounts to, and whether what it says of itself is right. */
export function checkScaleResult({ instrument, items, total }: RecordedAnswers): CheckedScaleResult {
  const scored = scoreScale(instrument, items);
  const totalAgrees = total === null || (scored.kind === 'total' && scored.total === total);
  return { scored, totalAgrees, flagUrgency: safetyFlagNeeded(scored) };
}

/** A total that was reported without its answers, as session_outcome and follow_up_summary carry it. */
export interface ReportedScore {
  readonly instrument: 'phq9' | 'gad7' | 'pcl5';
  readonly total: number;
  /** PHQ-9 only; null: not answered, or another instrument. */
  readonly item9: number | null;
}

/** Band of a reported total, and the flag its item 9 asks for. Throws RangeError for an impossible total. */
export function readReportedScore(score: ReportedScore): {
  readonly band: SeverityBand;
  readonly flagUrgency: UrgencyWord | null;
} {
  const instrument = INSTRUMENTS[score.instrument];
  const asked = instrument.safetyItems[0]?.lowestUrgency ?? null;
  return { band: bandOf(instrument, score.total), flagUrgency: (score.item9 ?? 0) > 0 ? asked : null };
}
