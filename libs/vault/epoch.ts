import { constantTimeEqual, hash, keyHashOf } from '#chain';
import {
  ByteWriter,
  KIND,
  LABEL,
  LENGTH,
  THREAD,
  concatBytes,
  encodeHeader,
  encodeRotate,
  encodeRotatePrefix,
  equalBytes,
  parseRotate,
  type Entry,
  type Rotate,
  type Row,
  type Wrap,
} from '#protocol';
import { decoyWrap, sealWrap, wrapContext, type WrapBinding } from './kem.js';
import { opened, parsed, refused, type Opened } from './opened.js';
import type { PersonKeys } from './person.js';
import type { Randomness } from './randomness.js';
import { Secret, Unprintable } from './secret.js';
import type { EntryHeader, Signer } from './signer.js';
import { derive } from './sodium.js';

/** Where an entry of a thread goes; kind, type and device are this room's business. */
export type ThreadPlace = Omit<EntryHeader, 'kind' | 'type'>;

/** The secret of one epoch of one thread: opens every message of that epoch. */
export class EpochSecret extends Unprintable {
  readonly threadGenesisHash: Uint8Array;
  readonly epoch: number;
  readonly #secret: Secret<'epochSecret'>;

  constructor(
    place: { readonly threadGenesisHash: Uint8Array; readonly epoch: number },
    secret: Secret<'epochSecret'>,
  ) {
    super();
    this.threadGenesisHash = place.threadGenesisHash;
    this.epoch = place.epoch;
    this.#secret = secret;
  }

  get secret(): Secret<'epochSecret'> {
    return this.#secret;
  }

  /** H(esCommit, thread ‖ epoch ‖ ES): what the ROTATE states. */
  commitment(): Uint8Array {
    return hash(LABEL.esCommit, this.threadGenesisHash, u32(this.epoch), this.#secret.reveal());
  }

  /** KDF(ES, messageKey, header ‖ visible fields): single use by construction, the fields hold the nonce. */
  messageKey(headerBytes: Uint8Array, prefix: Uint8Array): Secret<'aeadKey'> {
    return derive(this.#secret, LABEL.messageKey, { name: 'aeadKey', context: [headerBytes, prefix] });
  }

  /** In the clear, for a sealed key store; read back by `importKeys('epoch', …)`. */
  export(): Uint8Array {
    return concatBytes(this.threadGenesisHash, u32(this.epoch), this.#secret.reveal());
  }

  destroy(): void {
    this.#secret.destroy();
  }
}

function u32(value: number): Uint8Array {
  return new ByteWriter().u32(value).finish();
}

export interface RotateDraft {
  readonly signer: Signer;
  readonly threadGenesisHash: Uint8Array;
  readonly place: ThreadPlace;
  /** Epoch, reason, organisations and the full roster, each list ascending. The log anchor is zeros for now. */
  readonly roster: Pick<Rotate, 'epoch' | 'reason' | 'organisations' | 'rows'>;
  /** The KEM public key of each row, in row order: those whose hashes stand in the rows. */
  readonly userKeys: readonly Uint8Array[];
}

export interface SealedRotate {
  readonly entry: Entry;
  readonly epoch: EpochSecret;
  /** Holder ids whose published key is unusable (their own doing): they got a wrap nobody can open. */
  readonly unreachable: readonly Uint8Array[];
}

/** Draws: ES 32, then 64 per row in row order (for an unusable key 1,120 and 48 more, straight after its 64). */
export function sealRotate(draft: RotateDraft, random: Randomness): SealedRotate {
  const { signer, threadGenesisHash, roster } = draft;
  const targets = pairRows(roster.rows, draft.userKeys);
  const secret = new Secret('epochSecret', random(32));
  const epoch = new EpochSecret({ threadGenesisHash, epoch: roster.epoch }, secret);
  const logAnchor = { size: 0, root: new Uint8Array(LENGTH.hash) };
  const record = { ...roster, logAnchor, esCommit: epoch.commitment() };
  const header = { ...draft.place, kind: KIND.thread, type: THREAD.rotate };
  const headerBytes = encodeHeader(signer.authored(header));
  const context = wrapContext(headerBytes, encodeRotatePrefix(record));
  const unreachable: Uint8Array[] = [];
  const wraps = targets.map(({ row, publicKey }): Wrap => {
    const binding = rowBinding({ threadGenesisHash, epoch: roster.epoch, row, context });
    const wrap = sealWrap(secret, { publicKey, binding }, random);
    if (wrap === undefined) unreachable.push(row.holderId);
    return wrap ?? decoyWrap(random);
  });
  return { entry: signer.signEntry(header, encodeRotate({ ...record, wraps })), epoch, unreachable };
}

/** A secret must never be wrapped to a key other than the one the signed row names. */
function pairRows(rows: readonly Row[], userKeys: readonly Uint8Array[]) {
  if (rows.length !== userKeys.length) throw new RangeError('one user key per row');
  return rows.map((row, index) => {
    const publicKey = userKeys[index] ?? new Uint8Array();
    if (!equalBytes(keyHashOf(publicKey), row.keyHash))
      throw new RangeError('user key is not that of its row');
    return { row, publicKey };
  });
}

function rowBinding(place: {
  readonly threadGenesisHash: Uint8Array;
  readonly epoch: number;
  readonly row: Row;
  readonly context: Uint8Array;
}): WrapBinding {
  const { threadGenesisHash, row, context } = place;
  const fields = [threadGenesisHash, u32(place.epoch), row.holderId, u32(row.generation)];
  return { label: LABEL.wrapEpoch, fields, context };
}

export interface RotateToOpen {
  readonly person: PersonKeys;
  /** A ROTATE the chain rules have accepted. */
  readonly entry: Entry;
  readonly threadGenesisHash: Uint8Array;
}

export function openRotate({ person, entry, threadGenesisHash }: RotateToOpen): Opened<EpochSecret> {
  const { kind, type } = entry.header;
  const record =
    kind === KIND.thread && type === THREAD.rotate ? parsed(() => parseRotate(entry.body)) : undefined;
  if (record === undefined) return refused('malformed');
  const index = record.rows.findIndex((row) => equalBytes(row.holderId, person.userId));
  const row = record.rows[index];
  const wrap = record.wraps[index];
  if (row === undefined || wrap === undefined) return refused('no_row');
  const context = wrapContext(entry.headerBytes, record.prefix);
  const binding = rowBinding({ threadGenesisHash, epoch: record.epoch, row, context });
  const inside = person.openEpochWrap(row.generation, wrap, binding);
  if (!inside.ok) return inside;
  const epoch = new EpochSecret({ threadGenesisHash, epoch: record.epoch }, inside.value);
  return constantTimeEqual(epoch.commitment(), record.esCommit) ? opened(epoch) : refused('commit');
}
