import type { ClinicalEvent, Judgement, OpenedContent, Reason } from '#clinical';
import { CONTENT, type Plaintext } from '#protocol';
import type { Fault } from '#vault';
import type { Profile } from './profile.js';
import type { InvalidReason, Shown, UnreadableReason } from './timeline.contract.js';

/** An entry as it reads: what is shown, and the event when it counts. */
export interface OpenedFact {
  readonly shown: Shown;
  /** The same as the fold of the case takes it. */
  readonly content: OpenedContent;
  /** Only when it is valid. */
  readonly event: ClinicalEvent | undefined;
  readonly profile: Profile | undefined;
}

export const FAULT_REASON: Readonly<Record<Fault, UnreadableReason>> = {
  no_row: 'no_epoch_secret',
  generation: 'no_epoch_secret',
  epoch: 'no_epoch_secret',
  wrap: 'bad_wrap',
  commit: 'bad_commit',
  open: 'bad_seal',
  malformed: 'bad_seal',
  pin: 'bad_seal',
  plaintext: 'bad_padding',
  unknown_content: 'update_needed',
};

/** For people, beside the reason that programs read. */
const UNREADABLE_WORDS: Readonly<Record<UnreadableReason, string>> = {
  no_epoch_secret: 'You have no key to this entry.',
  bad_wrap: 'The key you were given for this entry is not the one it was written with.',
  bad_commit: 'This entry was not sealed with the key its author committed to.',
  bad_seal: 'What is in this entry cannot be opened.',
  bad_padding: 'What is in this entry is not laid out as the protocol says.',
  bad_signature: 'The signature of this entry does not hold.',
  update_needed: 'This entry is of a kind that cannot be read by this version. Update the app.',
};

/** What the fault says about others: nobody can read what is damaged, they may well read what I have no key to. */
const FAULT_CONTENT: Readonly<Record<UnreadableReason, OpenedContent>> = {
  no_epoch_secret: { kind: 'unopened', because: 'no_key' },
  bad_wrap: { kind: 'unopened', because: 'no_key' },
  bad_commit: { kind: 'unopened', because: 'damaged' },
  bad_seal: { kind: 'unopened', because: 'damaged' },
  bad_padding: { kind: 'unopened', because: 'damaged' },
  bad_signature: { kind: 'unopened', because: 'damaged' },
  update_needed: {
    kind: 'unreadable',
    because: 'unknown_event',
    name: null,
    words: UNREADABLE_WORDS.update_needed,
  },
};

/** Founding, members, profiles: handed to the fold all the same, so that no gap can hide an entry. */
const NOT_CLINICAL: OpenedContent = { kind: 'not_clinical' };

export function plain(shown: Shown, content: OpenedContent = NOT_CLINICAL): OpenedFact {
  return { shown, content, event: undefined, profile: undefined };
}

export function unreadable(reason: UnreadableReason): OpenedFact {
  return plain({ kind: 'unreadable', reason, words: UNREADABLE_WORDS[reason] }, FAULT_CONTENT[reason]);
}

export function profileFact(profile: Profile): OpenedFact {
  const shown: Shown = { kind: 'profile', displayName: profile.displayName };
  return { shown, content: NOT_CLINICAL, event: undefined, profile };
}

/** Not an event at all, so it neither counts nor takes anything from the case. */
export function notCounted(reason: InvalidReason, words: string): OpenedFact {
  return plain({ kind: 'invalid', reason, words, reasons: [], name: undefined, claimed: undefined });
}

/** Every reason names a field and its rule, never what stood there. */
export function misshapen({ name, reasons }: Extract<Judgement, { kind: 'invalid' }>): OpenedFact {
  const words = `The content does not have the fields of its type: ${reasons.map(reasonText).join('; ')}.`;
  const shown = { reason: 'shape', words, reasons, name: name ?? undefined, claimed: undefined } as const;
  return plain({ kind: 'invalid', ...shown }, { kind: 'invalid', name, reasons });
}

function reasonText({ path, words }: Reason): string {
  return path === '' ? words : `${path} ${words}`;
}

export function refused(judgement: Extract<Judgement, { kind: 'refused' }>): OpenedFact {
  const { code: reason, words, event: claimed } = judgement;
  return plain({ kind: 'invalid', reason, words, reasons: [], name: claimed.event, claimed }, judgement);
}

/** The content type outside must be that of the event inside, or the smaller padding of notes would hide events. */
export function valid(
  judgement: Extract<Judgement, { kind: 'valid' }>,
  { contentType }: Plaintext,
): OpenedFact {
  const { event } = judgement;
  const asNote = contentType === CONTENT.note;
  if (asNote !== (event.event === 'note')) {
    return misshapen({
      kind: 'invalid',
      name: event.event,
      reasons: [{ path: 'event', words: 'is not of the kind the entry claims to be' }],
    });
  }
  const shown: Shown = event.event === 'note' ? { kind: 'note', note: event } : { kind: 'event', event };
  return { shown, content: judgement, event, profile: undefined };
}
