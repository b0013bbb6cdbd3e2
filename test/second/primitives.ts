import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ml_kem768_x25519 as xwing } from '@noble/post-quantum/hybrid.js';

/** WIRE §1. Every number is written through `be`. */
export type Bytes = Uint8Array;

export function be(value: number | bigint, width: 1 | 2 | 4 | 8): Bytes {
  const bytes = new Uint8Array(width);
  let rest = BigInt(value);
  for (let index = width - 1; index >= 0; index -= 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new RangeError('number too wide');
  return bytes;
}

export const text = utf8ToBytes;
export const join = concatBytes;
export const lp16 = (x: Bytes): Bytes => join(be(x.length, 2), x);
export const lp32 = (x: Bytes): Bytes => join(be(x.length, 4), x);
export const zeros = (length: number): Bytes => new Uint8Array(length);

export function labelled(name: string): Bytes {
  return lp16(text(`trialogue/1/${name}`));
}

export function H(name: string, ...x: Bytes[]): Bytes {
  return blake2b(join(labelled(name), ...x), { dkLen: 32 });
}

export function KDF(key: Bytes, name: string, ...context: Bytes[]): Bytes {
  return blake2b(join(labelled(name), lp16(join(...context))), { dkLen: 32, key });
}

export function aeadSeal(key: Bytes, nonce: Bytes, aad: Bytes, plaintext: Bytes): Bytes {
  return xchacha20poly1305(key, nonce, aad).encrypt(plaintext);
}

export function aeadOpen(key: Bytes, nonce: Bytes, aad: Bytes, sealed: Bytes): Bytes {
  return xchacha20poly1305(key, nonce, aad).decrypt(sealed);
}

export const sign = (message: Bytes, seed: Bytes): Bytes => ed25519.sign(message, seed);
export const verify = (signature: Bytes, message: Bytes, publicKey: Bytes): boolean =>
  ed25519.verify(signature, message, publicKey, { zip215: false });
export const signingPublicKey = (seed: Bytes): Bytes => ed25519.getPublicKey(seed);

export const kemPublicKey = (secret: Bytes): Bytes => xwing.keygen(secret).publicKey;

export function encapsulate(publicKey: Bytes, randomness: Bytes): { ct: Bytes; ss: Bytes } {
  const { cipherText, sharedSecret } = xwing.encapsulate(publicKey, randomness);
  return { ct: cipherText, ss: sharedSecret };
}

export const decapsulate = (ct: Bytes, secret: Bytes): Bytes => xwing.decapsulate(ct, secret);
