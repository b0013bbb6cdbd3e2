import { constantTimeEqual, hash } from '#chain';
import {
  KIND,
  LABEL,
  LENGTH,
  THREAD,
  WireError,
  concatBytes,
  encodeHeader,
  encodeMessage,
  encodeMessagePrefix,
  encodePlaintext,
  parseMessage,
  parsePlaintext,
  type Entry,
  type ObligationOp,
  type Plaintext,
  type Urgency,
} from '#protocol';
import type { EpochSecret, ThreadPlace } from './epoch.js';
import { opened, parsed, refused, type Opened } from './opened.js';
import type { Randomness } from './randomness.js';
import { consume, type Secret } from './secret.js';
import type { Signer } from './signer.js';
import { open, seal } from './sodium.js';

export interface MessageDraft {
  readonly signer: Signer;
  /** Secret of the thread's current epoch. */
  readonly epoch: EpochSecret;
  readonly place: ThreadPlace;
  readonly urgency: Urgency;
  /** Visible to the server, authenticated together with the content; none for most notes. */
  readonly ops?: readonly ObligationOp[];
  readonly plaintext: Plaintext;
}

/** Draws: nonce 24. Throws RangeError when the content is over the limit. */
export function sealMessage(draft: MessageDraft, random: Randomness): Entry {
  const ops = draft.ops ?? [];
  const plaintext = encodePlaintext(draft.plaintext, ops.length > 0);
  const visible = { epoch: draft.epoch.epoch, urgency: draft.urgency, ops, nonce: random(LENGTH.nonce) };
  const header = { ...draft.place, kind: KIND.thread, type: THREAD.message };
  const headerBytes = encodeHeader(draft.signer.authored(header));
  const prefix = encodeMessagePrefix(visible);
  const sealed = consume(draft.epoch.messageKey(headerBytes, prefix), (key) => {
    const commit = keyCommitment(key);
    const aad = concatBytes(headerBytes, prefix, commit);
    return { commit, ciphertext: seal(key, plaintext, { aad, nonce: visible.nonce }) };
  });
  return draft.signer.signEntry(header, encodeMessage({ ...visible, ...sealed }));
}

function keyCommitment(key: Secret<'aeadKey'>): Uint8Array {
  return hash(LABEL.messageCommit, key.reveal());
}

export function openMessage(epoch: EpochSecret, entry: Entry): Opened<Plaintext> {
  const { kind, type } = entry.header;
  const message =
    kind === KIND.thread && type === THREAD.message ? parsed(() => parseMessage(entry.body)) : undefined;
  if (message === undefined) return refused('malformed');
  if (message.epoch !== epoch.epoch) return refused('epoch');
  const { prefix, commit, nonce, ciphertext } = message;
  const padded = consume(epoch.messageKey(entry.headerBytes, prefix), (key) => {
    if (!constantTimeEqual(keyCommitment(key), commit)) return refused('commit');
    const inside = open(key, ciphertext, { aad: concatBytes(entry.headerBytes, prefix, commit), nonce });
    return inside === undefined ? refused('open') : opened(inside);
  });
  return padded.ok ? readPlaintext(padded.value, message.ops.length > 0) : padded;
}

function readPlaintext(padded: Uint8Array, hasOps: boolean): Opened<Plaintext> {
  try {
    return opened(parsePlaintext(padded, hasOps));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return refused(error.code === 'wire.unknown_content' ? 'unknown_content' : 'plaintext');
  }
}
