import type { Judgement } from '../event.judgement.js';
import type { ClinicalEvent } from '../event.registry.js';
import type { LaneWord, ObligationOpWord, RoleWord, UrgencyWord } from '../vocabulary.js';

/**
 * What became of the sealed half of an entry.
 * - a judgement of `judgeEvent`;
 * - `unopened`: `no_key` lies with this reader (others may be able to read it), `damaged` with the author: nobody can;
 * - `not_clinical`: founding, members, profiles. Handed in all the same, so that no gap can hide an entry.
 */
export type OpenedContent =
  | Judgement
  | { readonly kind: 'unopened'; readonly because: 'no_key' | 'damaged' }
  | { readonly kind: 'not_clinical' };

export interface EntryAuthor {
  readonly userId: string;
  /** Role of the author's row in the roster the entry was written under. */
  readonly role: RoleWord;
}

/** An obligation op as it rode along. Whether it was permitted at all is the chain's to say: `refused` then. */
export interface OpenedOp {
  readonly op: ObligationOpWord;
  /** Names the obligation within the case; for `open` the name it gets. */
  readonly obligation: string;
  /** The person the op names (open, hand_over: new responder; ack: owner); null when it names none. */
  readonly responder: string | null;
  readonly responderRole: RoleWord | null;
  readonly dueAtMs: number | null;
  readonly refused: boolean;
}

/** One verified entry of one lane, opened and judged. What feeds the fold, whoever opened it. */
export interface OpenedEntry {
  readonly lane: LaneWord;
  /** Position in the lane, from 1 without gaps. */
  readonly seq: number;
  /** Hash of the entry, base64url: how events name each other. */
  readonly ref: string;
  readonly author: EntryAuthor;
  /** The author's sealing time, his claim. */
  readonly tsMs: number;
  readonly urgency: UrgencyWord | null;
  readonly content: OpenedContent;
  readonly ops: readonly OpenedOp[];
}

/**
 * Where an entry stands among those of both lanes. Within a lane the order is the chain's; between lanes no order is
 * signed, so it is the one of sealing times, made to never run backwards within a lane.
 */
export interface Place {
  readonly lane: LaneWord;
  readonly seq: number;
  readonly atMs: number;
}

/** An event that counts, with the entry it came in. */
export interface Filed<Event extends ClinicalEvent = ClinicalEvent> {
  readonly ref: string;
  readonly place: Place;
  readonly author: EntryAuthor;
  readonly event: Event;
}

/** The place as text that sorts like it. */
export function placeKey({ lane, seq, atMs }: Place): string {
  return `${digits(atMs, 16)}${lane === 'care_team' ? 'a' : 'b'}${digits(seq, 10)}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** True when the filed event is one of these types; narrows. */
export function isOf<Type extends ClinicalEvent['event']>(
  filed: Filed,
  ...types: readonly Type[]
): filed is Filed<Extract<ClinicalEvent, { event: Type }>> {
  return types.some((type) => type === filed.event.event);
}
