import type { DeliveryView, SendOptions, Sent, VerifyReport } from '#client';
import type { ClinicalEvent, FhirBundle, RuleSet, VitalsReading } from '#clinical';
import type { LaneName, RoleName } from '#protocol';
import type { GateDraft } from './events.session.js';
import type { Part } from './script.js';

/** What the conductor may tell a participant's process. Each process has its own keys and does its own checking. */
export interface Verbs {
  join(input: JoinInput): { readonly userId: string; readonly words: number };
  openCase(input: { readonly client: string; readonly prescriber: string }): CaseFacts;
  /** Waits until the service has told of the case and so many of its lanes. */
  enterCase(input: { readonly caseId: string; readonly lanes: number }): CaseFacts;
  note(input: Writing & { readonly text: string }): Sent;
  post(input: Writing & { readonly event: ClinicalEvent; readonly answers?: readonly string[] }): Sent;
  acknowledge(input: { readonly ref: string; readonly note?: string }): Sent;
  answer(input: {
    readonly ref: string;
    readonly note?: string;
    readonly event?: ClinicalEvent;
    readonly ask?: readonly Asking[];
  }): Sent;
  close(input: { readonly ref: string }): Sent;
  /** Waits until this entry stands in the verified chain, and answers it opened, as this person sees it. */
  see(input: { readonly sent: Sent }): Seen;
  /** The case as this process has folded it from its own verified entries; `at`: the moment of the story. */
  standing(input: { readonly at: string }): Standing;
  /** May this session begin? */
  gate(input: { readonly at: string; readonly number: number; readonly startsAt: string }): GateLook;
  redFlags(input: {
    readonly at: string;
    readonly reading: VitalsReading;
    readonly rules: SignedRules;
  }): FlagLook;
  record(input: { readonly at: string }): CaseRecord;
  owes(): readonly Due[];
  owed(): readonly Due[];
  transcript(): readonly Line[];
  verify(): { readonly report: VerifyReport; readonly safetyNumber: string };
  deliveries(): readonly DeliveryView[];
  /** Asks the service for a thread by its id, past everything the SDK would refuse by itself. */
  probe(input: { readonly threadId: string }): Probe;
  /** What left this process so far. */
  traffic(): Traffic;
  /** A round trip to the service. */
  ping(): null;
  leave(): null;
}

export type Verb = keyof Verbs;
export type InputOf<V extends Verb> = Parameters<Verbs[V]> extends [infer Input] ? Input : undefined;
export type ReplyOf<V extends Verb> = ReturnType<Verbs[V]>;

export interface JoinInput {
  readonly part: Part;
  readonly link: string;
  readonly name: string;
  readonly email: string;
  readonly keyFile: string;
  readonly passphrase: string;
}

export interface CaseFacts {
  readonly caseId: string;
  readonly lanes: readonly { readonly lane: LaneName; readonly threadId: string }[];
}

export interface Asking {
  readonly role: RoleName;
  readonly dueInMs: number;
}

export interface Writing {
  readonly lane: LaneName;
  readonly ask?: readonly Asking[];
  readonly urgency?: SendOptions['urgency'];
}

export interface Seen {
  readonly lane: LaneName;
  readonly author: string;
  readonly kind: string;
  readonly text: string;
  /** What its author wrote for the client, in plain words. */
  readonly toClient: string | null;
}

/** The folded case in words. `digest` is equal exactly when everything in it is. */
export interface Standing {
  readonly phase: string;
  readonly dose: string;
  readonly sessions: string;
  readonly phq9: readonly string[];
  readonly owed: readonly string[];
  /** From the dose decision before to the one in force. */
  readonly changes: readonly { readonly en: string; readonly es: string }[];
  readonly next: string;
  readonly digest: string;
}

/** `says`: the entry that shows a condition met, or what is missing; `mendBy`: who can mend it. */
export interface GateLook {
  readonly verdict: 'go' | 'no_go';
  readonly checks: readonly {
    readonly name: string;
    readonly says: string;
    readonly mendBy: string;
  }[];
  /** What a session_start_check keeps of it; null while there is nothing to keep. */
  readonly draft: GateDraft | null;
}

export interface SignedRules {
  readonly rules: RuleSet;
  readonly signed: {
    readonly by: string;
    readonly signature: Uint8Array;
    readonly publicKey: Uint8Array;
  } | null;
}

/** `silent`: why the rule set must not speak; silence is not "nothing found". */
export interface FlagLook {
  readonly silent: string | null;
  readonly flags: readonly string[];
}

export interface CaseRecord {
  readonly bundle: FhirBundle;
  /** Entries that do not count and so are not in it. */
  readonly leftOut: number;
}

export interface Due {
  readonly ref: string;
  readonly state: string;
  readonly overdue: boolean;
  readonly responderRole: RoleName;
}

/** One verified entry, in a form two processes can compare byte for byte. */
export interface Line {
  readonly lane: LaneName;
  readonly threadId: string;
  readonly seq: number;
  readonly entryHash: string;
  readonly author: string;
  readonly shown: string;
}

/** `entries`: base64url of each, or undefined when the service says there is no such chain. */
export interface Probe {
  readonly entries: readonly string[] | undefined;
  readonly headKnown: boolean;
  readonly appendCode: string | undefined;
}

export interface Traffic {
  readonly calls: number;
  readonly bytes: number;
  /** Words of the script found readable in what left; must stay empty. */
  readonly readable: readonly string[];
}

export type Request = {
  [V in Verb]: { readonly id: number; readonly verb: V; readonly input: InputOf<V> };
}[Verb];

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };
