import sodium from 'libsodium-wrappers';
import { LENGTH } from '#protocol';

/**
 * The one file of this room that touches libsodium. Public half only: hash, verify, compare. Everything is a
 * Uint8Array of an exact length: the library itself would silently take text as a key.
 */

/** What the layouts rely on; a build of the library with other parameters must not start. */
function assertSizes(): void {
  const sizes: readonly (readonly [string, number, number])[] = [
    ['crypto_sign_PUBLICKEYBYTES', sodium.crypto_sign_PUBLICKEYBYTES, LENGTH.signingKey],
    ['crypto_sign_BYTES', sodium.crypto_sign_BYTES, LENGTH.signature],
    ['crypto_generichash_BYTES', sodium.crypto_generichash_BYTES, LENGTH.hash],
    ['crypto_kem_xwing_PUBLICKEYBYTES', sodium.crypto_kem_xwing_PUBLICKEYBYTES, LENGTH.kemKey],
    ['crypto_kem_xwing_CIPHERTEXTBYTES', sodium.crypto_kem_xwing_CIPHERTEXTBYTES, LENGTH.kemCiphertext],
    ['crypto_kem_xwing_SHAREDSECRETBYTES', sodium.crypto_kem_xwing_SHAREDSECRETBYTES, LENGTH.secret],
    ['crypto_kem_xwing_SECRETKEYBYTES', sodium.crypto_kem_xwing_SECRETKEYBYTES, LENGTH.secret],
  ];
  for (const [name, actual, expected] of sizes) {
    if (actual !== expected)
      throw new Error(`libsodium: ${name} is ${actual}, trialogue/1 needs ${expected}`);
  }
}

let isReady = false;

/** Loads the library and asserts its sizes. Await it once before anything else of this room. */
export async function cryptoReady(): Promise<void> {
  if (isReady) return;
  await sodium.ready;
  assertSizes();
  isReady = true;
}

/** Throws a TypeError for anything but a Uint8Array of exactly that length, text above all. */
function requireBytes(name: string, value: unknown, length?: number): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array`);
  if (length !== undefined && value.length !== length) throw new TypeError(`${name} must be ${length} bytes`);
  if (!isReady) throw new Error('await cryptoReady() first');
}

/** BLAKE2b-256. */
export function blake2b256(message: Uint8Array): Uint8Array {
  requireBytes('message', message);
  return sodium.crypto_generichash(LENGTH.hash, message, null);
}

/** Ed25519 with libsodium's acceptance rules, the same for everybody. Hostile input is false, never an error. */
export function verifyDetached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  requireBytes('signature', signature, LENGTH.signature);
  requireBytes('message', message);
  requireBytes('public key', publicKey, LENGTH.signingKey);
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}

/** Equality in constant time; unequal lengths are simply unequal (the library would throw). */
export function constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean {
  requireBytes('left', left);
  requireBytes('right', right);
  return left.length === right.length && sodium.memcmp(left, right);
}
