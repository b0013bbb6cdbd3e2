import type { UrgencyWord } from '../vocabulary.js';

/** The questionnaires this version can score. */
export const INSTRUMENT_IDS = ['phq9', 'gad7', 'pcl5', 'cssrs_screener'] as const;
export type InstrumentId = (typeof INSTRUMENT_IDS)[number];

/** Words of our own (not an instrument's) in every language of the catalogue. */
export interface OwnWords {
  readonly en: string;
  readonly es: string;
}

/** An instrument's official wording: only in languages whose official text is known with certainty. */
export interface OfficialWords {
  readonly en: string;
}

export interface Source {
  /** What the citation is for, e.g. "items and total". */
  readonly of: string;
  readonly cites: string;
}

export interface ResponseOption {
  readonly value: number;
  readonly words: OfficialWords;
  /** LOINC answer code (LA…), null where not certain. */
  readonly loincAnswer: string | null;
}

export interface InstrumentItem {
  /** Name of the item on the printed form, e.g. "9" or "6b". */
  readonly label: string;
  /** LOINC code of the item, null where not certain. */
  readonly loinc: string | null;
  /** Null where the licence does not let us ship it. */
  readonly words: OfficialWords | null;
  /**
   * 1-based position of the yes/no item that decides whether this one is asked; null: always asked. An item that is
   * not asked is not missing.
   */
  readonly askedAfter: number | null;
}

/** Published band of totals, both ends included. */
export interface SeverityBand {
  readonly code: string;
  readonly from: number;
  readonly to: number;
  readonly words: OwnWords;
}

/** A sub-total over consecutive items (1-based, both ends included). */
export interface Subscale {
  readonly code: string;
  readonly fromItem: number;
  readonly toItem: number;
  /** Endorsed items needed for the published symptom pattern; null: no pattern is published. */
  readonly endorsedNeeded: number | null;
}

/** An answer that must never be lost in a total. */
export interface SafetyItem {
  /** 1-based position. */
  readonly item: number;
  /** Any answer above 0 asks for a safety_flag of at least this urgency. */
  readonly lowestUrgency: UrgencyWord;
}

export type MissingRule =
  | { readonly kind: 'prorate'; readonly atMost: number; readonly source: string }
  | { readonly kind: 'no_total'; readonly source: string };

export interface Licence {
  readonly holder: string;
  readonly note: string;
  readonly itemTexts: 'shipped' | 'not_shipped';
  /** Languages whose item texts are shipped. */
  readonly languages: readonly 'en'[];
}

interface InstrumentBase {
  readonly id: InstrumentId;
  /** Version of this definition, not of the instrument. */
  readonly version: number;
  readonly title: string;
  readonly recall: OwnWords;
  readonly items: readonly InstrumentItem[];
  readonly responses: readonly ResponseOption[];
  readonly safetyItems: readonly SafetyItem[];
  readonly missing: MissingRule;
  readonly loinc: { readonly panel: string; readonly total: string | null; readonly source: string };
  readonly licence: Licence;
  readonly sources: readonly Source[];
}

/** Items are added up. */
export interface SumInstrument extends InstrumentBase {
  readonly kind: 'sum';
  readonly maximum: number;
  readonly bands: readonly SeverityBand[];
  readonly subscales: readonly Subscale[];
  /** Lowest answer that counts as an endorsed symptom; null where the instrument has no such rule. */
  readonly endorsedFrom: number | null;
}

/** Items are not added up: the most serious one that was answered yes decides. Ordered from least to most serious. */
export interface TriageLevel {
  readonly code: string;
  /** 1-based positions. */
  readonly items: readonly number[];
  readonly words: OwnWords;
}

export interface TriageInstrument extends InstrumentBase {
  readonly kind: 'triage';
  readonly levels: readonly TriageLevel[];
  /** What is said when nothing was answered yes. Never "no risk". */
  readonly noneEndorsed: OwnWords;
}

export type Instrument = SumInstrument | TriageInstrument;
