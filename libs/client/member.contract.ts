import type { ClinicalEvent } from '#clinical';
import type {
  CaseId,
  LaneName,
  OrganisationId,
  ProblemCode,
  RoleName,
  ThreadId,
  UrgencyName,
  UserId,
} from '#protocol';
import type { ContactBook, DeliveryView, DrillView, NoticeView } from './contact.contract.js';
import type { HandoverNotes, MemberCoverage, ThreadAvailability } from './coverage.contract.js';
import type { MemberLadders, ObligationStanding } from './ladder.contract.js';
import type { JudgedCase, JudgedWriting } from './judged.contract.js';
import type { ClientProblemCode } from './problem.js';
import type { SendOptions, Sent } from './sending.contract.js';
import type { KeyStore } from './store.contract.js';
import type { EventInput, Obligation, RosterEntry, TimelineEntry } from './timeline.contract.js';
import type { Transport } from './transport.contract.js';

export interface JoinOptions {
  /** `<PUBLIC_URL>/join/<organisation>#<secret and pin>` */
  readonly link: string;
  readonly displayName: string;
  /** An empty store, or one in which this very joining was interrupted. */
  readonly store: KeyStore;
  /** When given, a link to any other origin is refused (`link.foreign`). */
  readonly url?: string;
  readonly transport?: Transport;
  /** How long a call is tried again while the service cannot be reached, in milliseconds. Default 5,000. */
  readonly patienceMs?: number;
}

/** `recoveryWords`: 24 words to show once; the store forgets them with the first `sync`. */
export interface Joined {
  readonly member: MemberSession;
  readonly recoveryWords: readonly string[];
}

export interface OpenOptions {
  readonly store: KeyStore;
  /** Where the service is now; default: where it was last time. Sign-ins are bound to its origin. */
  readonly url?: string;
  readonly transport?: Transport;
  /** How long a call is tried again while the service cannot be reached, in milliseconds. Default 5,000. */
  readonly patienceMs?: number;
}

/** Not connected and not synced yet: `sync()` or `connect()` comes next; what is stored can be read at once. */
export interface MemberDoor {
  /**
   * Claims an invitation with a new identity. Errors: link.*, store.not_empty, Problem invite.*.
   */
  join(options: JoinOptions): Promise<Joined>;
  /** Errors: store.empty, store.other_kind. */
  open(options: OpenOptions): Promise<MemberSession>;
}

/** Somebody attested in an organisation I can read. */
export interface KnownPerson {
  readonly userId: UserId;
  /** Hex of the genesis hash: what the safety number and an attestation of a known person bind. */
  readonly genesisHash: string;
  readonly organisationId: OrganisationId;
  readonly organisationName: string;
  readonly role: RoleName;
  readonly validTo: Date;
  readonly state: 'live' | 'suspended' | 'revoked' | 'expired';
  readonly displayName: string | undefined;
  readonly me: boolean;
}

export interface OrganisationView {
  readonly organisationId: OrganisationId;
  readonly genesisHash: string;
  readonly name: string;
}

export interface OpenCaseOptions {
  /** User id of the client of the case. */
  readonly client: string;
  /** The others beside me; each with the role he is attested in, or the one named. */
  readonly clinicians: readonly (string | { readonly userId: string; readonly role: RoleName })[];
  /** Roles that may add and remove people. Default: therapist and prescriber. */
  readonly adders?: readonly RoleName[];
  /** How long rows last, at most as long as the attestation. Default: as long as the attestation. */
  readonly rowsForMs?: number;
  /** Default 3,650. */
  readonly retentionDays?: number;
}

export interface Draft {
  readonly draftId: string;
  readonly threadId: ThreadId;
  readonly createdAt: Date;
  readonly state: 'queued' | 'author_needed' | 'failed';
  readonly problem: ClientProblemCode | ProblemCode | undefined;
  readonly content: { readonly note: string } | { readonly event: ClinicalEvent };
  readonly urgency: UrgencyName;
}

/** How far a chain can be trusted now. The verified prefix stays readable in every state. */
export type ChainHealth =
  | { readonly state: 'current' }
  /** Something stated in the chain could not be fetched: show a stale banner. */
  | { readonly state: 'waiting'; readonly chainId: string; readonly seq: number }
  /** The service serves it to me no longer: I was taken out, or it withholds it. */
  | { readonly state: 'not_served' }
  /** What the service serves at `atSeq` breaks `rule`. A signed fork never thaws. */
  | {
      readonly state: 'frozen';
      readonly atSeq: number;
      readonly rule: string;
      readonly signedFork: boolean;
    };

/**
 * Everything that sends: errors lane.*, event.*, person.*, obligation.*, send.* (ClientProblem, the last with the
 * id of the kept draft), or connection.* and retryable Problems when the service cannot be reached or cannot do it now
 * (the entry stays queued and goes out, byte for byte the same, with the next sync).
 */
export interface Lane extends JudgedWriting {
  readonly caseId: CaseId;
  readonly threadId: ThreadId;
  readonly lane: LaneName;
  readonly closed: boolean;
  /** My role here, undefined when I have no row (any more). */
  readonly myRole: RoleName | undefined;
  health(): ChainHealth;
  roster(): readonly RosterEntry[];
  /** The verified entries in order, opened as far as I can read. */
  timeline(): readonly TimelineEntry[];
  obligations(nowMs?: number): readonly Obligation[];
  note(text: string, options?: SendOptions): Promise<Sent>;
  /**
   * A typed event, checked against its schema, my authority and the table of pairs before anything is sent. An answer
   * in it that must not be lost (PHQ-9 item 9 above 0) posts the safety_flag it demands too, as `recordForm` does.
   */
  post(event: EventInput, options?: SendOptions): Promise<Sent>;
  /** `role`: needed only when the person is attested in several roles. */
  addMember(person: { readonly userId: string; readonly role?: RoleName }): Promise<Sent>;
  removeMember(userId: string): Promise<Sent>;
  changeRole(userId: string, role: RoleName): Promise<Sent>;
  leave(reason?: 'unspecified' | 'care_ended' | 'handed_over'): Promise<Sent>;
  close(reason?: 'unspecified' | 'completed' | 'transferred' | 'opened_in_error'): Promise<Sent>;
  /** New epoch for the same people, whether the gate asks for it or not. */
  rotate(): Promise<Sent>;
  /** Twelve digits of the head, to compare with another person's screen. */
  headCode(): string;
}

export interface CaseView extends JudgedCase {
  readonly caseId: CaseId;
  /** The client's user id, as far as a lane names or holds him. */
  readonly client: UserId | undefined;
  readonly lanes: readonly Lane[];
  /** Errors: lane.unknown; lane.ambiguous when two threads in `lanes` claim to be it. */
  lane(name: LaneName): Lane;
  /** Both lanes, by sealing time. */
  timeline(): readonly TimelineEntry[];
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly chains: readonly {
    readonly chainId: string;
    readonly kind: 'identity' | 'organisation' | 'thread';
    readonly entries: number;
    /** Hex. */
    readonly head: string;
    readonly health: ChainHealth;
    /** Entries whose deferred signature was checked now and did not hold. */
    readonly badSignatures: readonly number[];
    /** Whether the service states the same head now; undefined when it does not serve the chain. */
    readonly serverAgrees: boolean | undefined;
  }[];
}

export type MemberEvent =
  | { readonly kind: 'entry'; readonly entry: TimelineEntry }
  | { readonly kind: 'obligation'; readonly obligation: Obligation }
  | { readonly kind: 'health'; readonly chainId: string; readonly health: ChainHealth }
  /** Two different entries at one place: compare head codes with the others, by another channel. */
  | { readonly kind: 'fork_alarm'; readonly chainId: string; readonly seq: number; readonly signed: boolean }
  | { readonly kind: 'connection'; readonly state: 'online' | 'offline' }
  /** The service told this person of something, in the constant words of every channel. */
  | { readonly kind: 'notice'; readonly notice: NoticeView };

/** One person with his keys. Reads come from the verified chains in the store; only calls marked so go out. */
export interface MemberSession {
  readonly userId: UserId;
  readonly displayName: string;
  /** Hex: what somebody needs to attest me as a known person. */
  readonly genesisHash: string;
  readonly url: string;

  /** Catches up, verifies, opens, sends what is queued, posts my profile where I am new. Goes out. */
  sync(): Promise<void>;
  /** `sync`, then live: pushes are applied as they come. Reconnects by itself until `close`. Goes out. */
  connect(): Promise<void>;
  /** Opened entries, changed obligations, alarms, as they are verified. Ends with the signal or `close`. */
  follow(options?: { readonly signal?: AbortSignal }): AsyncIterable<MemberEvent>;
  /** The same, as a listener; answers the way to stop. */
  on(listener: (event: MemberEvent) => void): () => void;

  organisations(): readonly OrganisationView[];
  people(): readonly KnownPerson[];
  cases(): readonly CaseView[];
  /** Errors: case.unknown. */
  case(caseId: string): CaseView;
  /** Founds both lanes. A call that was interrupted is finished by the next `sync`. Goes out. */
  openCase(options: OpenCaseOptions): Promise<CaseView>;

  /** What I am accountable for, by due time. `nowMs`: Unix milliseconds, default the local clock. */
  owes(nowMs?: number): readonly Obligation[];
  /** What I asked for and is not closed or withdrawn, by due time. */
  owed(nowMs?: number): readonly Obligation[];
  /** Errors: obligation.unknown. */
  obligation(ref: string, nowMs?: number): Obligation;
  acknowledge(ref: string, options?: ActOptions & { readonly owner?: string }): Promise<Sent>;
  answer(ref: string, options: ActOptions): Promise<Sent>;
  /** At most two business days. Errors: obligation.wait_too_long. */
  wait(ref: string, options: ActOptions & { readonly until: Date }): Promise<Sent>;
  handOver(ref: string, options: ActOptions & { readonly to: string }): Promise<Sent>;
  closeObligation(ref: string, options?: ActOptions): Promise<Sent>;
  withdraw(ref: string, options?: ActOptions): Promise<Sent>;
  reopen(ref: string, options: ActOptions & { readonly dueAt: Date }): Promise<Sent>;

  drafts(): readonly Draft[];
  /** Sends a kept draft: the author has seen what came in between. Goes out. */
  resend(draftId: string, options?: Pick<SendOptions, 'onQuestion'>): Promise<Sent>;
  discard(draftId: string): Promise<void>;

  /** Every chain again from its first byte, deferred signatures included, heads compared. Goes out. */
  verify(): Promise<VerifyReport>;
  /** Twelve groups of five digits over the identities of the given people and mine. Errors: person.unknown. */
  safetyNumber(userIds: readonly string[]): string;

  readonly contacts: ContactBook;
  deliveries(): Promise<readonly DeliveryView[]>;
  /** Says that a notification arrived here; live ones are confirmed by themselves. */
  confirmDelivery(deliveryId: string): Promise<void>;
  /** Sends me a test page by every way I have; the same call without end is refused. Answers the drill's id. */
  startDrill(): Promise<string>;
  /** What became of it so far, way by way. Errors: Problem drill.not_found. */
  drill(drillId: string): Promise<DrillView>;

  /** Who is on duty in an organisation whose staff I am, and my leave and swaps there. Calls go out. */
  coverage(organisationId: string): MemberCoverage;
  /** What was open when my shifts began. Goes out. */
  handovers(): Promise<HandoverNotes>;
  /** Whether somebody of each role will read a thread I am in now, or from when. Goes out. */
  availability(threadId: string): Promise<ThreadAvailability>;

  /** The ladders of an organisation whose staff I am, and what is overdue there. Calls go out. */
  ladders(organisationId: string): MemberLadders;
  /** How far the obligations of a thread have escalated, who was told, what was delivered and seen. Goes out. */
  standings(threadId: string): Promise<readonly ObligationStanding[]>;
  /** Says that I was shown a thread so far; no acknowledgement. Goes out. */
  noteSeen(threadId: string, seq: number): Promise<void>;

  /** Leaves the service and gives the store back. */
  close(): Promise<void>;
}

/** What an act on an obligation carries: a note, a typed event, or (the act alone) an empty note. */
export interface ActOptions extends Pick<SendOptions, 'urgency' | 'onQuestion' | 'ask'> {
  readonly note?: string;
  readonly event?: EventInput;
}
