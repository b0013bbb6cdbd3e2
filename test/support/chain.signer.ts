import sodium from 'libsodium-wrappers';
import { cryptoReady, keyIdOf, signingBytesOf } from '#chain';
import { concatBytes, encodeHeader, encodeSignedPart, type Header } from '#protocol';

await cryptoReady();

/** A test's own Ed25519 key: signs whatever a test wants signed, the wrong things above all. */
export interface TestKey {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
  /** Key id of the public key; a device's id is made elsewhere. */
  readonly keyId: Uint8Array;
}

export function newKey(): TestKey {
  const { publicKey, privateKey } = sodium.crypto_sign_keypair();
  return { publicKey, privateKey, keyId: keyIdOf(publicKey) };
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** An entry signed by `key`, whatever its header claims. */
export function signEntry(header: Header, body: Uint8Array, key: TestKey): Uint8Array {
  const signedPart = encodeSignedPart(encodeHeader(header), body);
  const toSign = signingBytesOf(header.kind, signedPart);
  return concatBytes(signedPart, sodium.crypto_sign_detached(toSign, key.privateKey));
}

export function signBytes(bytes: Uint8Array, key: TestKey): Uint8Array {
  return sodium.crypto_sign_detached(bytes, key.privateKey);
}

/** `bytes` with one bit turned; bit 0 is the highest of the first byte. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  const index = Math.floor(bit / 8);
  flipped[index] = (flipped[index] ?? 0) ^ (0x80 >> (bit % 8));
  return flipped;
}
