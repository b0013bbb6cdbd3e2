import { keyIdOf, signInBytes, signingBytesOf } from '#chain';
import { concatBytes, encodeHeader, encodeSignedPart, parseEntry, type Entry, type Header } from '#protocol';
import { Secret, Unprintable } from './secret.js';
import { sign, signingPair } from './sodium.js';

/** Everything of a header but the author's device, which is the signer's. */
export type EntryHeader = Omit<Header, 'authorDevice'>;

/**
 * A signing key: a device's, an administrator's, an invite's. It signs entries and sign-ins, each under its own
 * label, and nothing else: there is no door for bytes of somebody's choosing.
 */
export class Signer extends Unprintable {
  readonly publicKey: Uint8Array;
  /** Device id for a device, else the key id of the public key; author_device of what it signs. */
  readonly keyId: Uint8Array;
  readonly #seed: Secret<'signingSeed'>;
  readonly #key: Secret<'signingKey'>;

  constructor(seed: Secret<'signingSeed'>, keyIdFor: (publicKey: Uint8Array) => Uint8Array = keyIdOf) {
    super();
    const pair = signingPair(seed);
    this.#seed = seed;
    this.#key = pair.key;
    this.publicKey = pair.publicKey;
    this.keyId = keyIdFor(pair.publicKey);
  }

  /** The seed, for the exports of this room's keyrings. */
  get seed(): Secret<'signingSeed'> {
    return this.#seed;
  }

  /** Seals header and body into an entry. Throws (WireError, RangeError) on a header no chain would take. */
  signEntry(header: EntryHeader, body: Uint8Array): Entry {
    const headerBytes = encodeHeader(this.authored(header));
    const signedPart = encodeSignedPart(headerBytes, body);
    const signature = sign(this.#key, signingBytesOf(header.kind, signedPart));
    return parseEntry(concatBytes(signedPart, signature));
  }

  /** The header as this key signs it. */
  authored(header: EntryHeader): Header {
    return { ...header, authorDevice: this.keyId };
  }

  /** Answers a server's challenge. `origin` comes from the client's own configuration, never from the server. */
  signIn(request: {
    readonly origin: string;
    readonly challenge: Uint8Array;
    readonly expiresAtMs: number;
  }): Uint8Array {
    return sign(this.#key, signInBytes({ ...request, keyId: this.keyId }));
  }

  destroy(): void {
    this.#seed.destroy();
    this.#key.destroy();
  }
}
