import sodium from 'libsodium-wrappers';
import { cryptoReady } from '#chain';
import { ByteWriter, LENGTH, concatBytes, utf8, type Label } from '#protocol';
import { Secret, type SecretName } from './secret.js';

/**
 * The only file of this room that touches libsodium: named secrets in, exact lengths checked, no strings, no
 * output formats. What it cannot do (a wrong tag, a key that is none) is `undefined`, never an exception.
 */
await cryptoReady();
assertSizes();

const KEM_COINS = 64;
const ZERO_NONCE = new Uint8Array(LENGTH.nonce);

function assertSizes(): void {
  const sizes: readonly (readonly [number, number])[] = [
    [sodium.crypto_kem_xwing_PUBLICKEYBYTES, LENGTH.kemKey],
    [sodium.crypto_kem_xwing_CIPHERTEXTBYTES, LENGTH.kemCiphertext],
    [sodium.crypto_kem_xwing_SHAREDSECRETBYTES, LENGTH.secret],
    [sodium.crypto_kem_xwing_SECRETKEYBYTES, LENGTH.secret],
    [sodium.crypto_kem_xwing_SEEDBYTES, LENGTH.secret],
    [sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, LENGTH.nonce],
    [sodium.crypto_aead_xchacha20poly1305_ietf_KEYBYTES, LENGTH.secret],
    [sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES, LENGTH.tag],
    [sodium.crypto_sign_PUBLICKEYBYTES, LENGTH.signingKey],
    [sodium.crypto_sign_SEEDBYTES, LENGTH.secret],
    [sodium.crypto_sign_BYTES, LENGTH.signature],
  ];
  if (sizes.some(([actual, expected]) => actual !== expected)) {
    throw new Error('libsodium does not have the sizes of trialogue/1');
  }
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw new RangeError(`expected ${length} bytes`);
  }
  return bytes;
}

/** What the library throws on input that is not authentic or not a key; our own lengths are checked before. */
function attempt<Result>(operation: () => Result): Result | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}

/** KDF(key, label, context) = keyed BLAKE2b-256 over lp16(label) ‖ lp16(context). */
export function derive<Name extends SecretName>(
  key: Secret<SecretName>,
  label: Label,
  into: { readonly name: Name; readonly context: readonly Uint8Array[] },
): Secret<Name> {
  const input = new ByteWriter()
    .lp16(utf8(label))
    .lp16(concatBytes(...into.context))
    .finish();
  return new Secret(into.name, sodium.crypto_generichash(LENGTH.hash, input, key.reveal()));
}

/** XChaCha20-Poly1305-IETF. Without a nonce the key must be derived for this one use: then it is all zeros. */
export function seal(
  key: Secret<'aeadKey'>,
  plaintext: Uint8Array,
  bound: { readonly aad: Uint8Array; readonly nonce?: Uint8Array },
): Uint8Array {
  const nonce = exactly(bound.nonce ?? ZERO_NONCE, LENGTH.nonce);
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, bound.aad, null, nonce, key.reveal());
}

/** The plaintext, or undefined if key, nonce, ciphertext and aad do not belong together. */
export function open(
  key: Secret<'aeadKey'>,
  ciphertext: Uint8Array,
  bound: { readonly aad: Uint8Array; readonly nonce?: Uint8Array },
): Uint8Array | undefined {
  const nonce = exactly(bound.nonce ?? ZERO_NONCE, LENGTH.nonce);
  const secret = key.reveal();
  return attempt(() =>
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, bound.aad, nonce, secret),
  );
}

export interface SigningPair {
  readonly publicKey: Uint8Array;
  readonly key: Secret<'signingKey'>;
}

export function signingPair(seed: Secret<'signingSeed'>): SigningPair {
  const pair = sodium.crypto_sign_seed_keypair(seed.reveal());
  return { publicKey: pair.publicKey, key: new Secret('signingKey', pair.privateKey) };
}

/** Ed25519, detached. */
export function sign(key: Secret<'signingKey'>, message: Uint8Array): Uint8Array {
  return sodium.crypto_sign_detached(message, key.reveal());
}

/** The X-Wing public key (1216) of a 32-byte secret key. */
export function kemPublicKey(secret: Secret<'kemSecret'>): Uint8Array {
  const pair = sodium.crypto_kem_xwing_seed_keypair(secret.reveal());
  pair.privateKey.fill(0);
  return pair.publicKey;
}

export interface Encapsulated {
  readonly ciphertext: Uint8Array;
  readonly shared: Secret<'sharedSecret'>;
}

/** X-Wing with 64 fresh bytes; undefined if those 1216 bytes are no public key (its owner's doing). */
export function encapsulate(publicKey: Uint8Array, coins: Uint8Array): Encapsulated | undefined {
  exactly(publicKey, LENGTH.kemKey);
  exactly(coins, KEM_COINS);
  const sent = attempt(() => sodium.crypto_kem_xwing_enc_deterministic(publicKey, coins));
  coins.fill(0);
  return sent && { ciphertext: sent.ciphertext, shared: new Secret('sharedSecret', sent.sharedSecret) };
}

/** A wrong key or ciphertext gives ANOTHER secret, no error: an AEAD or a commitment must follow. */
export function decapsulate(
  ciphertext: Uint8Array,
  secret: Secret<'kemSecret'>,
): Secret<'sharedSecret'> | undefined {
  exactly(ciphertext, LENGTH.kemCiphertext);
  const key = secret.reveal();
  const shared = attempt(() => sodium.crypto_kem_xwing_dec(ciphertext, key));
  return shared && new Secret('sharedSecret', shared);
}
