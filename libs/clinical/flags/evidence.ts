import type { Measure } from './rule-set.schema.js';
import type { VitalsPhase } from './vitals.series.js';

/** What made a rule fire: the value as recorded, when, and what it was compared with. */
export type Evidence =
  | {
      readonly kind: 'vital';
      readonly measure: Measure;
      readonly value: number;
      readonly takenAt: string;
      readonly phase: VitalsPhase;
      readonly comparison: 'at_least' | 'above' | 'below';
      readonly threshold: number;
      readonly thresholdFrom: 'rule_set' | 'eligibility_decision' | 'dose_decision';
    }
  | {
      readonly kind: 'symptom';
      readonly code: string;
      readonly severity: number | null;
      readonly reportedAt: string;
    }
  | { readonly kind: 'medication'; readonly name: string; readonly term: string }
  | { readonly kind: 'fact'; readonly fact: string; readonly value: string }
  | {
      readonly kind: 'scale_total';
      readonly instrument: string;
      readonly total: number;
      readonly threshold: number;
      readonly takenOn: string;
    };

/** What was needed and not there. */
export interface Gap {
  readonly what:
    | Measure
    | 'symptoms'
    | 'medications'
    | 'scales'
    | 'symptom_severity'
    /** Not on record, "unknown" on record, or in doubt there. */
    | 'fact_missing'
    /** Named by the rule and not known to this version: it cannot be judged here. */
    | 'fact_not_known_here'
    /** Entries that were not read might say it. */
    | 'entries_not_read';
  /** The reading that lacks it; null when nothing of the kind was recorded at all. */
  readonly at: string | null;
  /** Which fact; only where one is meant. */
  readonly fact?: string;
}
