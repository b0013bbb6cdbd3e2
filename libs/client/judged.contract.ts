import type {
  CaseClock,
  CaseExport,
  CaseView as CaseStanding,
  GateReport,
  GateRequest,
  ProtocolTemplate,
} from '#clinical';

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
  /**
   * A FHIR R4 collection with the signature of every entry in its Provenance; `leftOut` is to be said beside it.
   * Errors: person.unknown when nobody here is known to be the client.
   */
  exportFhir(nowMs?: number): CaseExport;
}
