import type { ProtocolTemplate } from '../clock/protocol-template.schema.js';
import type { ConsentRecorded, PreparationReady } from '../event.registry.js';
import type { StartCondition } from '../events/session-start-check.schema.js';
import type { CaseState } from '../fold/case.state.js';
import type { OpenedEntry } from '../fold/opened.entry.js';
import type { LaneWord, RoleWord } from '../vocabulary.js';
import type { GateReasonCode } from './gate.words.js';

/** The session that is asked about, and what is known of the case beside its entries. */
export interface GateRequest {
  readonly nowMs: number;
  readonly session: {
    /** As accounts of sessions count: "number of". */
    readonly number: number;
    readonly startsAtMs: number;
    readonly modality: PreparationReady['modality'];
    /** Where the client will be, ISO 3166-2. */
    readonly region: string;
  };
  /** IANA zone of the case: what a day means. */
  readonly zone: string;
  /** The protocol of this case: what has to be arranged before a session, how long an examination carries. */
  readonly template: Pick<ProtocolTemplate, 'before_session' | 'in_person_exam_valid_months'>;
  /** Rows of the care-team lane's current roster. */
  readonly team: readonly { readonly userId: string; readonly role: RoleWord }[];
  /** Verified newest entry of each lane, so that a fold that has not seen it is noticed; null: no such lane here. */
  readonly heads: Readonly<Record<LaneWord, string | null>>;
  /** What stands beside those lanes and was read. */
  readonly aside: readonly AsideEntry[];
  /** Founding entries of threads beside those lanes in which somebody may still write what is not read here. */
  readonly unfollowed: readonly string[];
  /** Scopes beside treatment_with_ketamine that this session needs consent for. */
  readonly consentScopes: readonly ConsentRecorded['scopes'][number][];
}

/**
 * An entry somebody wrote in the place of a lane and that is no part of it: in a rival of the thread that carries the
 * lane on, or behind the entry it was carried on from.
 */
export type AsideEntry = Pick<OpenedEntry, 'ref' | 'author' | 'content'>;

/** What the gate asks beside the conditions every session check lists. */
export const FURTHER_CONDITIONS = [
  'whole_record',
  'case_open',
  'eligibility_conditions',
  'safety_answers',
  'open_questions',
] as const;
export type FurtherCondition = (typeof FURTHER_CONDITIONS)[number];

/** Who can mend it; `reader`: whoever asks the gate, by updating the app or fetching what is missing. */
export type Mender = RoleWord | 'reader';

export interface GateReason {
  readonly code: GateReasonCode;
  /** The entry that shows it; null where something is missing. */
  readonly entry: string | null;
  /** Only what was asked and not found is `missing`; `doubt` is red just the same. */
  readonly kind: 'missing' | 'doubt';
  readonly mendBy: Mender;
  /** What is missing, in words a person reads. */
  readonly words: { readonly en: string; readonly es: string };
}

export interface GateCheck<Name extends string = StartCondition | FurtherCondition> {
  readonly name: Name;
  readonly state: 'met' | 'not_met' | 'unknown' | 'not_required';
  /** The entry the state rests on. */
  readonly evidence: string | null;
  /** Empty exactly when the condition is met or not required. */
  readonly reasons: readonly GateReason[];
}

export interface GateReport {
  readonly verdict: 'go' | 'no_go';
  readonly checks: Readonly<Record<StartCondition, GateCheck<StartCondition>>>;
  readonly further: readonly GateCheck<FurtherCondition>[];
  /** The last entry of each lane that was looked at. */
  readonly asOf: Readonly<Record<LaneWord, string | null>>;
}

export interface GateQuestion {
  readonly state: CaseState;
  readonly request: GateRequest;
  /** Calendar days in the zone of the case. */
  readonly today: string;
  readonly sessionDay: string;
}
