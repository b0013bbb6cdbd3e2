/** Node prints an object by this method when it has one; elsewhere the symbol means nothing. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** Whatever holds a secret prints as this, in logs, JSON, templates and error reports. */
const HIDDEN = '[secret]';

/** Base of every object that holds a secret. Secrets stand in #fields: no clone, spread or dump reaches them. */
export abstract class Unprintable {
  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [INSPECT](): string {
    return HIDDEN;
  }
}

/** The closed list of secrets and their exact lengths in bytes. */
const SECRET_LENGTH = {
  signingSeed: 32,
  signingKey: 64,
  kemSecret: 32,
  sharedSecret: 32,
  epochSecret: 32,
  aeadKey: 32,
  recoveryKey: 32,
  inviteSecret: 16,
} as const;

export type SecretName = keyof typeof SECRET_LENGTH;

/**
 * Secret bytes under their name: a signing seed cannot be passed where an AEAD key is meant. Takes the array
 * over: the caller must not keep it.
 */
export class Secret<Name extends SecretName> extends Unprintable {
  readonly #bytes: Uint8Array;
  #live = true;

  constructor(
    readonly name: Name,
    bytes: Uint8Array,
  ) {
    super();
    if (!(bytes instanceof Uint8Array) || bytes.length !== SECRET_LENGTH[name]) {
      throw new RangeError(`${name}: expected ${SECRET_LENGTH[name]} bytes`);
    }
    this.#bytes = bytes;
  }

  /** The bytes themselves, not a copy. Throws once destroyed: an all-zero key must never be used by accident. */
  reveal(): Uint8Array {
    if (!this.#live) throw new Error(`${this.name}: already destroyed`);
    return this.#bytes;
  }

  /** Zeroes this copy. Others may stand in the wasm heap and wherever the engine moved the array: best effort. */
  destroy(): void {
    this.#bytes.fill(0);
    this.#live = false;
  }
}

/** Uses a short-lived secret and destroys it, whatever happens. */
export function consume<Name extends SecretName, Result>(
  secret: Secret<Name>,
  use: (secret: Secret<Name>) => Result,
): Result {
  try {
    return use(secret);
  } finally {
    secret.destroy();
  }
}
