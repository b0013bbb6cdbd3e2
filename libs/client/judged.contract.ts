import type {
  CaseClock,
  CaseExport,
  CaseView as CaseStanding,
  GateReport,
  GateRequest,
  InstrumentId,
  Observations,
  OwnWords,
  ProtocolTemplate,
  RuleSet,
  RuleSetVerdict,
  ScaleResult,
  ScoredScale,
  SilenceReason,
  UnreadRuleSet,
  VitalsReading,
} from '#clinical';
import type { RoleName } from '#protocol';
import type { SendOptions, Sent } from './sending.contract.js';

export type { CaseStanding };

/** What the entries of a case cannot say: its protocol, and where its days are counted. */
export interface CaseProtocol {
  readonly template: ProtocolTemplate;
  /** IANA zone of the case: what a day means. */
  readonly zone: string;
  /** Unix milliseconds; default: the local clock, corrected by the service's. */
  readonly nowMs?: number;
}

/** One session that is asked about. */
export interface GateQuestion extends CaseProtocol {
  /** As accounts of sessions count: "number of". */
  readonly number: number;
  readonly startsAt: Date;
  readonly modality: GateRequest['session']['modality'];
  /** Where the client will be, ISO 3166-2. */
  readonly region: string;
  /** Scopes beside treatment_with_ketamine that this session needs consent for. */
  readonly consentScopes?: GateRequest['consentScopes'];
}

/** What was measured and asked now; left out: not asked, and said to be not judged where a rule needs it. */
export interface ObservedNow {
  /** Beside those on record. */
  readonly vitals: readonly VitalsReading[];
  readonly symptoms?: NonNullable<Observations['symptoms']>;
  readonly medications?: NonNullable<Observations['medications']>;
}

/** A rule set that somebody signed into the case. */
export interface RuleSetView {
  /** Of a format this version cannot judge by: only what it is called. */
  readonly ruleSet: RuleSet | UnreadRuleSet;
  /** The entry that carries it. */
  readonly ref: string;
  /** User id. */
  readonly signer: string;
  readonly signerRole: RoleName;
  /** Why it must not speak, with words to show; null: it may. */
  readonly silence: SilenceReason | null;
  readonly words: OwnWords | null;
}

/** `verdict` is `silent` with the reason unless a director's device signed this very set: never "nothing found". */
export interface RuleSetAnswer {
  readonly ruleSet: RuleSet | UnreadRuleSet;
  /** What was judged, those on record included: how old the last one is says what no flag is worth. */
  readonly readings: readonly VitalsReading[];
  readonly verdict: RuleSetVerdict;
}

/**
 * What libs/clinical makes of the verified entries of a case, both lanes, as far as I can open them. Pure reading: one
 * more entry costs one more entry, and the same entries give the same answers however they were synced. What does not
 * count or cannot be read is listed with its author and the reason, and never changes anything.
 * Errors: lane.ambiguous when two threads claim to be one lane; RangeError for a zone nobody knows.
 */
export interface JudgedCase {
  /** The case as it stands; `nowMs` decides nothing but what is overdue. */
  standing(nowMs?: number): CaseStanding;
  /** May this session begin? "no_go" on any doubt, a lane that is not current included. */
  gate(question: GateQuestion): GateReport;
  /** Next session, integration, follow-up visit, what ends when. */
  clock(protocol: CaseProtocol): CaseClock;
  /** Of each rule set the last a director signed in the lanes I read, else what somebody else put there, silent. */
  ruleSets(nowMs?: number): readonly RuleSetView[];
  /**
   * What every rule set of the case says of these observations and of what is on record (readings, totals, medicines,
   * reported symptoms, the contraindication screen; what is missing there is said to be not judged), or only
   * `ruleSet`, which is silent unless it is one of them. The client's own limits are those in force now.
   */
  redFlags(
    observed: ObservedNow,
    asked?: { readonly ruleSet?: RuleSet; readonly nowMs?: number },
  ): readonly RuleSetAnswer[];
  /**
   * A FHIR R4 collection with the signature of every entry in its Provenance; `leftOut` is to be said beside it.
   * Errors: person.unknown when nobody here is known to be the client.
   */
  exportFhir(nowMs?: number): CaseExport;
}

/** A form as it was filled in; what it amounts to is computed, never handed in. */
export interface FilledForm {
  readonly instrument: InstrumentId;
  /** In the order of the form; null: not answered or not asked. */
  readonly items: readonly (number | null)[];
  /** Calendar day, YYYY-MM-DD. */
  readonly takenOn: string;
  readonly setting: ScaleResult['setting'];
  readonly method: ScaleResult['method'];
  readonly formLanguage?: string;
  /** The session it belongs to: the ref of its session_outcome. */
  readonly sessionOutcome?: string;
  /** The earlier record of the same form, when it was typed wrongly. */
  readonly supersedes?: string;
  readonly remark?: string;
  /** Words for the client: a clinician owes them in the care-team lane. */
  readonly clientText?: string;
}

/** `flag`: the safety_flag its answers demand, sent with it; undefined: none is demanded, which is never "no risk". */
export interface RecordedForm {
  readonly form: Sent;
  readonly scored: ScoredScale;
  readonly flag: Sent | undefined;
}

/** What is signed with the help of libs/clinical: errors as everything that sends. */
export interface JudgedWriting {
  /**
   * Scores a form and posts it as a scale_result. An answer that must not be lost (PHQ-9 item 9 above 0) posts the
   * safety_flag it demands too, asking the clinicians of the lane; if the connection is lost in between, the next
   * `sync` does. The flag is an alarm: it is never held back by what came in between.
   */
  recordForm(form: FilledForm, options?: Pick<SendOptions, 'onQuestion'>): Promise<RecordedForm>;
  /**
   * A director enables a rule set for this case: the note that is signed is the rule set itself, with its approval.
   * Errors: lane.not_permitted for any other role; event.invalid when it is larger than a note.
   */
  approveRules(draft: RuleSet, options?: { readonly expiresOn?: string }): Promise<ApprovedRules>;
  /** A director switches a rule set off again. Errors: lane.not_permitted. */
  withdrawRules(ruleSet: RuleSet): Promise<ApprovedRules>;
}

export interface ApprovedRules {
  /** As it was signed. */
  readonly ruleSet: RuleSet;
  readonly sent: Sent;
}
