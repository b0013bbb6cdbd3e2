import {
  IDENTITY,
  KIND,
  compareBytes,
  encodeHeader,
  encodeUserKey,
  encodeUserKeyPrefix,
  type Entry,
  type Wrap,
} from '#protocol';
import { KemPair, sealWrap, wrapContext, type WrapBinding } from './kem.js';
import { archiveWrapBinding, deviceWrapBinding, userKeyCommitment, type UserKeyPlace } from './person.js';
import type { Randomness } from './randomness.js';
import { Secret } from './secret.js';
import type { EntryHeader, Signer } from './signer.js';

/** The next generation of a person's key, for exactly the devices that are active. */
export interface UserKeyDraft {
  readonly signer: Signer;
  readonly genesisHash: Uint8Array;
  /** Place in the identity chain; kind and type are this room's business. */
  readonly place: Omit<EntryHeader, 'kind' | 'type'>;
  readonly generation: number;
  readonly devices: readonly { readonly deviceId: Uint8Array; readonly kemKey: Uint8Array }[];
  readonly archiveKey: Uint8Array;
}

/** Draws: user key secret 32, then 64 per device in ascending device id order, then 64 for the archive. */
export function sealUserKey(draft: UserKeyDraft, random: Randomness): { entry: Entry; userKey: KemPair } {
  const secret = new Secret('kemSecret', random(32));
  const userKey = new KemPair(secret);
  const { genesisHash, generation, signer } = draft;
  const commitment = userKeyCommitment(genesisHash, generation, secret);
  const head = { generation, publicKey: userKey.publicKey, commitment };
  const header = { ...draft.place, kind: KIND.identity, type: IDENTITY.userKey };
  const headerBytes = encodeHeader(signer.authored(header));
  const place: UserKeyPlace = {
    genesisHash,
    generation,
    context: wrapContext(headerBytes, encodeUserKeyPrefix(head)),
  };
  const box = (publicKey: Uint8Array, binding: WrapBinding): Wrap =>
    requireWrap(sealWrap(secret, { publicKey, binding }, random));
  const devices = [...draft.devices]
    .sort((left, right) => compareBytes(left.deviceId, right.deviceId))
    .map(({ deviceId, kemKey }) => ({ deviceId, ...box(kemKey, deviceWrapBinding(place, deviceId)) }));
  const archive = box(draft.archiveKey, archiveWrapBinding(place));
  return { entry: signer.signEntry(header, encodeUserKey({ ...head, devices, archive })), userKey };
}

/** One's own devices and archive have real keys; anything else is a mistake that must not reach the chain. */
function requireWrap(wrap: Wrap | undefined): Wrap {
  if (wrap === undefined) throw new RangeError('a device or archive key is not an X-Wing public key');
  return wrap;
}
