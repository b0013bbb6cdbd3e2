import { constantTimeEqual, deviceIdOf, hash } from '#chain';
import {
  ByteWriter,
  IDENTITY,
  KIND,
  LABEL,
  encodeUserKeyPrefix,
  equalBytes,
  parseUserKey,
  type Entry,
  type UserKey,
  type Wrap,
} from '#protocol';
import { KemPair, wrapContext, type WrapBinding } from './kem.js';
import { opened, parsed, refused, type Opened } from './opened.js';
import { Secret, Unprintable } from './secret.js';
import { Signer } from './signer.js';

interface PersonParts {
  readonly genesisHash: Uint8Array;
  readonly userId: Uint8Array;
  readonly deviceSeed: Secret<'signingSeed'>;
  readonly deviceKem: Secret<'kemSecret'>;
  /** User key secrets by generation. */
  readonly userKeys: ReadonlyMap<number, KemPair>;
}

/** What one device of a person holds: its own keys and the generations of the person's key. Immutable. */
export class PersonKeys extends Unprintable {
  /** Entry hash of the identity GENESIS (32), what every binding uses. */
  readonly genesisHash: Uint8Array;
  /** Chain id of the identity (16). */
  readonly userId: Uint8Array;
  /** Signs entries and sign-ins; its keyId is the device id. */
  readonly device: Signer;
  readonly #deviceKem: KemPair;
  readonly #parts: PersonParts;

  constructor(parts: PersonParts) {
    super();
    const deviceKem = new KemPair(parts.deviceKem);
    this.genesisHash = parts.genesisHash;
    this.userId = parts.userId;
    this.device = new Signer(parts.deviceSeed, (publicKey) => deviceIdOf(publicKey, deviceKem.publicKey));
    this.#deviceKem = deviceKem;
    this.#parts = parts;
  }

  /** Generations of the person's key held here, ascending. */
  get generations(): readonly number[] {
    return [...this.#parts.userKeys.keys()].sort((left, right) => left - right);
  }

  /**
   * Takes up the generation of a verified USER_KEY entry of this person. Faults: malformed, no_row (no box for
   * this device), wrap, commit (not the secret the entry commits to, or not that of the public key it names).
   */
  openUserKey(entry: Entry): Opened<PersonKeys> {
    const { kind, type } = entry.header;
    const record =
      kind === KIND.identity && type === IDENTITY.userKey
        ? parsed(() => parseUserKey(entry.body))
        : undefined;
    if (record === undefined) return refused('malformed');
    const mine = record.devices.find((device) => equalBytes(device.deviceId, this.device.keyId));
    if (mine === undefined) return refused('no_row');
    const binding = deviceBinding(this.genesisHash, { entry, record, deviceId: this.device.keyId });
    const secret = this.#deviceKem.openWrap('kemSecret', mine, binding);
    if (secret === undefined) return refused('wrap');
    const pair = new KemPair(secret);
    const commitment = userKeyCommitment(this.genesisHash, record.generation, secret);
    const kept =
      constantTimeEqual(commitment, record.commitment) && equalBytes(pair.publicKey, record.publicKey);
    if (!kept) return refused('commit');
    const userKeys = new Map(this.#parts.userKeys).set(record.generation, pair);
    return opened(new PersonKeys({ ...this.#parts, userKeys }));
  }

  /** Opens the box of a roster row made to one generation of this person's key. */
  openEpochWrap(generation: number, wrap: Wrap, binding: WrapBinding): Opened<Secret<'epochSecret'>> {
    const pair = this.#parts.userKeys.get(generation);
    if (pair === undefined) return refused('generation');
    const secret = pair.openWrap('epochSecret', wrap, binding);
    return secret === undefined ? refused('wrap') : opened(secret);
  }

  /** Everything, in the clear, for a sealed key store; read back by `importKeys('person', …)`. */
  export(): Uint8Array {
    const { genesisHash, userId, deviceSeed, deviceKem, userKeys } = this.#parts;
    const writer = new ByteWriter()
      .raw(genesisHash)
      .raw(userId)
      .raw(deviceSeed.reveal())
      .raw(deviceKem.reveal())
      .u16(userKeys.size);
    for (const generation of this.generations) {
      const pair = userKeys.get(generation);
      if (pair !== undefined) writer.u32(generation).raw(pair.secret.reveal());
    }
    return writer.finish();
  }

  /** Destroys the keys of this object and of every one it was made from or gave rise to: they share them. */
  destroy(): void {
    this.device.destroy();
    this.#deviceKem.destroy();
    for (const pair of this.#parts.userKeys.values()) pair.destroy();
  }
}

/** H(userKeyCommit, genesis hash ‖ generation ‖ secret). */
export function userKeyCommitment(
  genesisHash: Uint8Array,
  generation: number,
  secret: Secret<'kemSecret'>,
): Uint8Array {
  const input = new ByteWriter().raw(genesisHash).u32(generation).raw(secret.reveal()).finish();
  return hash(LABEL.userKeyCommit, input);
}

function deviceBinding(
  genesisHash: Uint8Array,
  box: { readonly entry: Entry; readonly record: UserKey; readonly deviceId: Uint8Array },
): WrapBinding {
  const context = wrapContext(box.entry.headerBytes, encodeUserKeyPrefix(box.record));
  return deviceWrapBinding({ genesisHash, generation: box.record.generation, context }, box.deviceId);
}

/** Where the boxes of one USER_KEY belong. */
export interface UserKeyPlace {
  readonly genesisHash: Uint8Array;
  readonly generation: number;
  readonly context: Uint8Array;
}

export function deviceWrapBinding(place: UserKeyPlace, deviceId: Uint8Array): WrapBinding {
  const generation = new ByteWriter().u32(place.generation).finish();
  const fields = [place.genesisHash, generation, deviceId];
  return { label: LABEL.wrapUserKey, fields, context: place.context };
}

export function archiveWrapBinding(place: UserKeyPlace): WrapBinding {
  const generation = new ByteWriter().u32(place.generation).finish();
  return { label: LABEL.wrapArchive, fields: [place.genesisHash, generation], context: place.context };
}
