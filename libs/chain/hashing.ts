import {
  ByteWriter,
  LABEL,
  LENGTH,
  compareBytes,
  concatBytes,
  equalBytes,
  kindLabel,
  utf8,
  type Entry,
  type Kind,
  type Label,
} from '#protocol';
import { blake2b256, verifyDetached } from './sodium.js';

const prefixes = new Map<Label, Uint8Array>();

/** lp16(label): there are few labels and many hashes, so the encoding is kept. */
function labelPrefix(label: Label): Uint8Array {
  const known = prefixes.get(label);
  if (known !== undefined) return known;
  const prefix = new ByteWriter().lp16(utf8(label)).finish();
  prefixes.set(label, prefix);
  return prefix;
}

/** H(label, x) = BLAKE2b-256 over lp16(label) ‖ x, x being the parts joined. 32 bytes. */
export function hash(label: Label, ...parts: readonly Uint8Array[]): Uint8Array {
  return blake2b256(concatBytes(labelPrefix(label), ...parts));
}

/** Hash of the received bytes, signature included: what the next entry names as prev_hash. */
export function entryHashOf(entry: Entry): Uint8Array {
  return hash(kindLabel('hash', entry.header.kind), entry.bytes);
}

/** 16 bytes. `genesis` must be the first entry of its chain: ids certify themselves. */
export function chainIdOf(genesis: Entry): Uint8Array {
  return hash(kindLabel('id', genesis.header.kind), genesis.bytes).slice(0, LENGTH.id);
}

/** 16 bytes, from the two public keys of a device. */
export function deviceIdOf(signingKey: Uint8Array, kemKey: Uint8Array): Uint8Array {
  return hash(LABEL.idDevice, signingKey, kemKey).slice(0, LENGTH.id);
}

/** 16 bytes: the author_device of a root, administrator or invite key. */
export function keyIdOf(signingKey: Uint8Array): Uint8Array {
  return hash(LABEL.idKey, signingKey).slice(0, LENGTH.id);
}

/** 32 bytes: the hash that stands for a KEM public key. */
export function keyHashOf(kemKey: Uint8Array): Uint8Array {
  return hash(LABEL.keyHash, kemKey);
}

/** What an author's Ed25519 key signs; `signedPart` = header ‖ lp32(body), as `encodeSignedPart` makes it. */
export function signingBytesOf(kind: Kind, signedPart: Uint8Array): Uint8Array {
  return concatBytes(labelPrefix(kindLabel('sig', kind)), hash(kindLabel('toSign', kind), signedPart));
}

export function verifyEntrySignature(entry: Entry, publicKey: Uint8Array): boolean {
  return verifyDetached(entry.signature, signingBytesOf(entry.header.kind, entry.signedBytes), publicKey);
}

/** 32 bytes, in the fragment of an invite link: binds it to the organisation and to who invited. */
export function invitePinOf(organisationGenesisHash: Uint8Array, inviterGenesisHash: Uint8Array): Uint8Array {
  return hash(LABEL.invitePin, organisationGenesisHash, inviterGenesisHash);
}

/** A sign-in as both sides state it: the client takes `origin` from its own configuration. */
export interface SignInClaim {
  readonly origin: string;
  readonly keyId: Uint8Array;
  readonly challenge: Uint8Array;
  readonly expiresAtMs: number;
}

/** What the key signs to sign in, under its own label so that it is never an entry. */
export function signInBytes(claim: SignInClaim): Uint8Array {
  const context = new ByteWriter()
    .lp16(utf8(claim.origin))
    .bytes(claim.keyId, LENGTH.id)
    .bytes(claim.challenge, LENGTH.hash)
    .u64(claim.expiresAtMs)
    .finish();
  return concatBytes(labelPrefix(LABEL.sigAuth), hash(LABEL.sigAuth, context));
}

export function verifySignIn(publicKey: Uint8Array, signature: Uint8Array, claim: SignInClaim): boolean {
  return verifyDetached(signature, signInBytes(claim), publicKey);
}

function decimalOf(digest: Uint8Array, digits: number): string {
  let value = 0n;
  for (const byte of digest) value = value * 256n + BigInt(byte);
  return (value % 10n ** BigInt(digits)).toString().padStart(digits, '0');
}

/**
 * Twelve groups of five digits over the genesis hashes of everybody who compares, in any order; stable across
 * devices. Throws a RangeError for a hash of another length or one named twice.
 */
export function safetyNumberOf(genesisHashes: readonly Uint8Array[]): string {
  const sorted = [...genesisHashes].sort(compareBytes);
  sorted.forEach((value, index) => {
    const before = sorted[index - 1];
    const double = before !== undefined && equalBytes(before, value);
    if (value.length !== LENGTH.hash || double) throw new RangeError('distinct genesis hashes expected');
  });
  const digits = decimalOf(hash(LABEL.sas, ...sorted), 60);
  return Array.from({ length: 12 }, (_, group) => digits.slice(group * 5, group * 5 + 5)).join(' ');
}

/** Twelve digits of a thread's head, to compare beside the safety number. */
export function headCodeOf(headHash: Uint8Array): string {
  return decimalOf(hash(LABEL.headCode, headHash), 12);
}
