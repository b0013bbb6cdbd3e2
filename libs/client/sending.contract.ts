import type { ThreadId, UrgencyName } from '#protocol';
import type { TimelineEntry } from './timeline.contract.js';

/** What to ask the author when something came in between (design: never send over it silently). */
export interface AuthorQuestion {
  readonly draftId: string;
  readonly reasons: readonly ('reader_added' | 'same_obligation' | 'hold_or_decision')[];
  /** What came in between, opened. */
  readonly between: readonly TimelineEntry[];
}

export type Act =
  /** `owner`: who is accountable from now on; default: me. */
  | { readonly act: 'ack'; readonly obligation: string; readonly owner?: string }
  | { readonly act: 'wait'; readonly obligation: string; readonly until: Date }
  | { readonly act: 'answer'; readonly obligation: string }
  | { readonly act: 'hand_over'; readonly obligation: string; readonly to: string }
  | { readonly act: 'close' | 'withdraw'; readonly obligation: string }
  | { readonly act: 'reopen'; readonly obligation: string; readonly dueAt: Date };

export interface SendOptions {
  /** Default routine. */
  readonly urgency?: UrgencyName;
  /** Obligations opened by this entry: who owes an answer, by when. */
  readonly ask?: readonly { readonly responder: string; readonly dueAt: Date }[];
  /** Acts on obligations of the same lane that ride along. */
  readonly acts?: readonly Act[];
  /**
   * Asked when something came in between; true sends, false keeps the draft. Without it the promise rejects with
   * `send.author_needed` and the draft is kept.
   */
  readonly onQuestion?: (question: AuthorQuestion) => Promise<boolean> | boolean;
}

/** Accepted by the service and found in, or next in, the verified chain. */
export interface Sent {
  readonly threadId: ThreadId;
  readonly seq: number;
  /** Hex. */
  readonly entryHash: string;
  /** The same in base64url: how events name another entry. */
  readonly ref: string;
  /** Refs of the obligations this entry opened, in the order of `ask`. */
  readonly opened: readonly string[];
  /** The safety_flag its answers demand, sent with it; without one none is demanded, which is never "no risk". */
  readonly flag?: Sent;
}
