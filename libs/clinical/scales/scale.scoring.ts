import type { UrgencyWord } from '../vocabulary.js';
import { INSTRUMENTS } from './instrument.registry.js';
import type { Instrument, InstrumentId, SeverityBand, SumInstrument, Subscale } from './instrument.js';
import { readSafetyItems, type SafetyAnswer } from './safety.answers.js';
import { triage, type TriageOutcome } from './triage.scoring.js';

/** One answer per item, in the order of the form; null: not answered. */
export type Answers = readonly (number | null)[];

/** Sub-total of one cluster; null when one of its items was not answered. */
export interface SubscaleScore {
  readonly code: string;
  readonly total: number | null;
}

/** Whether the published symptom pattern is present. Not a diagnosis. */
export type PatternState = 'met' | 'not_met' | 'unknown';

type Outcome =
  | { readonly kind: 'total'; readonly total: number; readonly band: SeverityBand }
  | {
      /** Missing answers were replaced by the mean of those given; to be shown as such, always. */
      readonly kind: 'prorated';
      /** Rounded half up to a whole number: our convention, the source says none. */
      readonly total: number;
      readonly exact: { readonly numerator: number; readonly denominator: number };
      readonly band: SeverityBand;
      readonly missing: readonly number[];
    }
  | TriageOutcome
  | {
      readonly kind: 'incomplete';
      readonly because: 'too_many_missing' | 'instrument_has_no_rule_for_missing';
      readonly missing: readonly number[];
    }
  | {
      readonly kind: 'invalid';
      readonly because: 'wrong_number_of_answers' | 'answer_out_of_range';
      /** 1-based; empty when the number of answers is wrong. */
      readonly positions: readonly number[];
    };

export type ScoredScale = Outcome & {
  readonly instrument: InstrumentId;
  readonly subscales: readonly SubscaleScore[];
  /** Null where the instrument publishes no pattern. */
  readonly pattern: PatternState | null;
  /** One per safety item, whatever became of the total. */
  readonly safety: readonly SafetyAnswer[];
};

/**
 * Scores one filled-in form. Never throws: wrong input is `invalid`, and safety items are read even then, because
 * a form that cannot be scored may still carry the one answer that matters.
 */
export function scoreScale(id: InstrumentId, answers: Answers): ScoredScale {
  const instrument = INSTRUMENTS[id];
  const common = { instrument: id, safety: readSafetyItems(instrument, answers) };
  const invalid = findInvalid(instrument, answers);
  if (invalid !== null) return { ...common, ...invalid, subscales: [], pattern: null };
  if (instrument.kind === 'triage') {
    return { ...common, ...triage(instrument, answers), subscales: [], pattern: null };
  }
  return {
    ...common,
    ...addUp(instrument, answers),
    subscales: instrument.subscales.map((subscale) => subtotal(subscale, answers)),
    pattern: patternOf(instrument, answers),
  };
}

/** The most pressing urgency of a safety_flag this form asks for; null when no safety item was endorsed. */
export function safetyFlagNeeded(scored: Pick<ScoredScale, 'safety'>): UrgencyWord | null {
  const needed = scored.safety.map((answer) => answer.flagUrgency);
  return needed.includes('emergent') ? 'emergent' : (needed.find((urgency) => urgency !== null) ?? null);
}

/** The published band a total falls into. Throws RangeError for a total the instrument cannot give. */
export function bandOf(instrument: SumInstrument, total: number): SeverityBand {
  const band = instrument.bands.find(({ from, to }) => total >= from && total <= to);
  if (band === undefined || !Number.isInteger(total)) throw new RangeError('no such total');
  return band;
}

function findInvalid(instrument: Instrument, answers: Answers): Extract<Outcome, { kind: 'invalid' }> | null {
  if (answers.length !== instrument.items.length) {
    return { kind: 'invalid', because: 'wrong_number_of_answers', positions: [] };
  }
  const possible = new Set(instrument.responses.map((response) => response.value));
  const positions = positionsWhere(answers, (answer) => answer !== null && !possible.has(answer));
  return positions.length === 0 ? null : { kind: 'invalid', because: 'answer_out_of_range', positions };
}

function addUp(instrument: SumInstrument, answers: Answers): Outcome {
  const missing = positionsWhere(answers, (answer) => answer === null);
  const sum = sumOf(answers);
  if (missing.length === 0) return { kind: 'total', total: sum, band: bandOf(instrument, sum) };
  if (instrument.missing.kind === 'no_total') {
    return { kind: 'incomplete', because: 'instrument_has_no_rule_for_missing', missing };
  }
  if (missing.length > instrument.missing.atMost) {
    return { kind: 'incomplete', because: 'too_many_missing', missing };
  }
  const exact = { numerator: sum * answers.length, denominator: answers.length - missing.length };
  const total = roundHalfUp(exact);
  return { kind: 'prorated', total, exact, band: bandOf(instrument, total), missing };
}

/** In whole numbers, so that no binary fraction decides between two bands. */
function roundHalfUp({ numerator, denominator }: { numerator: number; denominator: number }): number {
  return Math.floor((2 * numerator + denominator) / (2 * denominator));
}

function subtotal(subscale: Subscale, answers: Answers): SubscaleScore {
  const part = answers.slice(subscale.fromItem - 1, subscale.toItem);
  return { code: subscale.code, total: part.includes(null) ? null : sumOf(part) };
}

/** A missing answer leaves the pattern open only where it could still change it. */
function patternOf(instrument: SumInstrument, answers: Answers): PatternState | null {
  const from = instrument.endorsedFrom;
  if (from === null) return null;
  let state: PatternState = 'met';
  for (const { fromItem, toItem, endorsedNeeded } of instrument.subscales) {
    const part = answers.slice(fromItem - 1, toItem);
    const endorsed = part.filter((answer) => answer !== null && answer >= from).length;
    const open = part.filter((answer) => answer === null).length;
    const needed = endorsedNeeded ?? 0;
    if (endorsed + open < needed) return 'not_met';
    if (endorsed < needed) state = 'unknown';
  }
  return state;
}

function sumOf(answers: Answers): number {
  return answers.reduce<number>((sum, answer) => sum + (answer ?? 0), 0);
}

function positionsWhere(answers: Answers, test: (answer: number | null) => boolean): number[] {
  return answers.flatMap((answer, index) => (test(answer) ? [index + 1] : []));
}
