import { keyHashOf, hash } from '#chain';
import { LABEL, LENGTH, type Label, type Wrap } from '#protocol';
import type { Randomness } from './randomness.js';
import { Secret, Unprintable, consume, type SecretName } from './secret.js';
import { decapsulate, derive, encapsulate, kemPublicKey, open, seal } from './sodium.js';

/**
 * What a wrapped 32-byte secret is bound to: the label, the fields in front of H(ct) ‖ H(pk) in the key's
 * context, and A = H(wrapContext, header ‖ body in front of the wraps), which is also the AAD.
 */
export interface WrapBinding {
  readonly label: Label;
  readonly fields: readonly Uint8Array[];
  readonly context: Uint8Array;
}

/** A = H(wrapContext, header ‖ prefix). */
export function wrapContext(headerBytes: Uint8Array, prefix: Uint8Array): Uint8Array {
  return hash(LABEL.wrapContext, headerBytes, prefix);
}

function boxKey(
  shared: Secret<'sharedSecret'>,
  binding: WrapBinding,
  ends: { readonly ciphertext: Uint8Array; readonly keyHash: Uint8Array },
): Secret<'aeadKey'> {
  const ciphertextHash = hash(LABEL.kemCiphertext, ends.ciphertext);
  const context = [...binding.fields, ciphertextHash, ends.keyHash, binding.context];
  return consume(shared, (key) => derive(key, binding.label, { name: 'aeadKey', context }));
}

/** Boxes a secret to a KEM public key under a fresh encapsulation; undefined if the key is none. */
export function sealWrap(
  secret: Secret<SecretName>,
  target: { readonly publicKey: Uint8Array; readonly binding: WrapBinding },
  random: Randomness,
): Wrap | undefined {
  const { publicKey, binding } = target;
  const sent = encapsulate(publicKey, random(64));
  if (sent === undefined) return undefined;
  const { ciphertext, shared } = sent;
  const key = boxKey(shared, binding, { ciphertext, keyHash: keyHashOf(publicKey) });
  const box = consume(key, (single) => seal(single, secret.reveal(), { aad: binding.context }));
  return { ciphertext, box };
}

/** Same size as a real wrap and as random: stands in the row of a holder who published no usable key. */
export function decoyWrap(random: Randomness): Wrap {
  return { ciphertext: random(LENGTH.kemCiphertext), box: random(LENGTH.box) };
}

/** An X-Wing key with its public half: a device's, a generation of a person's, an archive's. */
export class KemPair extends Unprintable {
  readonly publicKey: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly #secret: Secret<'kemSecret'>;

  constructor(secret: Secret<'kemSecret'>) {
    super();
    this.#secret = secret;
    this.publicKey = kemPublicKey(secret);
    this.keyHash = keyHashOf(this.publicKey);
  }

  get secret(): Secret<'kemSecret'> {
    return this.#secret;
  }

  /** The secret inside a wrap made to this key, or undefined. */
  openWrap<Name extends 'kemSecret' | 'epochSecret'>(
    name: Name,
    wrap: Wrap,
    binding: WrapBinding,
  ): Secret<Name> | undefined {
    const { ciphertext, box } = wrap;
    const shared = decapsulate(ciphertext, this.#secret);
    if (shared === undefined) return undefined;
    const key = boxKey(shared, binding, { ciphertext, keyHash: this.keyHash });
    const inside = consume(key, (single) => open(single, box, { aad: binding.context }));
    return inside && new Secret(name, inside);
  }

  destroy(): void {
    this.#secret.destroy();
  }
}
