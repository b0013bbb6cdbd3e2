import type { ClinicalEvent, EventName, Note, Reason, VerdictCode } from '#clinical';
import type {
  CaseId,
  LaneName,
  ObligationId,
  OpName,
  OrganisationId,
  RoleName,
  ThreadId,
  UrgencyName,
  UserId,
} from '#protocol';

/** A clinical event as it is handed in; libs/clinical judges it (`parseEvent`) before anything is sent. */
export type EventInput = ClinicalEvent | Readonly<Record<string, unknown>>;

export interface Author {
  readonly userId: UserId;
  /** The role of the author's row when the entry was written. */
  readonly role: RoleName;
  /** From a profile message that matches the commitment in his identity; undefined until one was opened. */
  readonly displayName: string | undefined;
  readonly me: boolean;
}

/** Why an entry that verifies cannot be read. It stays in the chain and is shown as unreadable. */
export type UnreadableReason =
  | 'no_epoch_secret' // the entry is older than my first epoch, or its epoch's wrap did not open for me
  | 'bad_wrap' // the wrap for me does not give the secret its author committed to
  | 'bad_commit'
  | 'bad_seal'
  | 'bad_padding'
  | 'bad_signature' // a deferred signature that did not hold when it was checked
  | 'update_needed'; // unknown content or event type, or unknown keys

/** Why something that opened is shown as invalid, never as a decision. */
export type InvalidReason = VerdictCode | 'shape' | 'profile_mismatch';

export type Shown =
  | { readonly kind: 'note'; readonly note: Note }
  | { readonly kind: 'event'; readonly event: Exclude<ClinicalEvent, Note> }
  | { readonly kind: 'profile'; readonly displayName: string }
  /** `claimed`: what its author wrote, to be shown beside the word "invalid", never to be believed. */
  | {
      readonly kind: 'invalid';
      readonly reason: InvalidReason;
      /** Why, for a person. Like `reasons` it names fields and rules, never a value or an unknown key. */
      readonly words: string;
      /** Field by field when it is the shape that is wrong, else empty. */
      readonly reasons: readonly Reason[];
      /** What it claims to be, where the table of events has it. */
      readonly name: EventName | undefined;
      readonly claimed: ClinicalEvent | undefined;
    }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly words: string }
  | { readonly kind: 'founded' }
  | {
      readonly kind: 'members';
      readonly epoch: number;
      readonly reason: string;
      readonly joined: readonly { readonly userId: UserId; readonly role: RoleName }[];
      readonly gone: readonly UserId[];
      readonly changed: readonly { readonly userId: UserId; readonly role: RoleName }[];
    }
  | { readonly kind: 'left'; readonly reason: string }
  | { readonly kind: 'closed'; readonly reason: string };

/** An obligation op as it rode along; `refused` names the rule when it changed nothing. */
export interface ShownOp {
  readonly op: OpName;
  readonly obligation: string;
  readonly responder: UserId | undefined;
  readonly dueAt: Date | undefined;
  readonly refused: string | undefined;
}

export interface TimelineEntry {
  readonly caseId: CaseId;
  readonly threadId: ThreadId;
  readonly lane: LaneName;
  readonly seq: number;
  /** Hex. */
  readonly entryHash: string;
  /** The same in base64url: how events name another entry (`supersedes`, `decision`, `about`). */
  readonly ref: string;
  /** The author's sealing time: his claim. */
  readonly at: Date;
  readonly author: Author;
  readonly urgency: UrgencyName | undefined;
  readonly shown: Shown;
  readonly ops: readonly ShownOp[];
}

export type ObligationStateName = 'open' | 'acknowledged' | 'waiting' | 'answered' | 'closed' | 'withdrawn';

/** An answer that is due, computed from signed entries alone: the server cannot hide or invent one. */
export interface Obligation {
  /** `<threadId>/<id>`: what acknowledge, answer and the other acts take. */
  readonly ref: string;
  readonly id: ObligationId;
  readonly caseId: CaseId;
  readonly threadId: ThreadId;
  readonly lane: LaneName;
  readonly urgency: UrgencyName;
  readonly state: ObligationStateName;
  readonly opener: UserId;
  readonly responder: UserId;
  readonly responderRole: RoleName;
  /** Who acknowledged as the accountable person. */
  readonly owner: UserId | undefined;
  /** A hand-over that completes when the new person acknowledges. */
  readonly handOverTo: UserId | undefined;
  readonly openedAt: Date;
  readonly dueAt: Date;
  readonly waitingUntil: Date | undefined;
  /** Past due and not answered, by the clock given or the local one. */
  readonly overdue: boolean;
  /** The responder's row is gone: still open, nobody accountable. */
  readonly nobodyAccountable: boolean;
  /** The entry that answered is shown as invalid: not an answer for a reader, whatever the server says. */
  readonly answeredInvalidly: boolean;
  /** What was asked, if it opened. */
  readonly question: TimelineEntry | undefined;
}

export interface RosterEntry {
  readonly userId: UserId;
  readonly role: RoleName;
  readonly organisationId: OrganisationId;
  readonly displayName: string | undefined;
  readonly expiresAt: Date;
  /** Has written LEAVE; drops out with the next rotation. */
  readonly left: boolean;
  readonly me: boolean;
}
