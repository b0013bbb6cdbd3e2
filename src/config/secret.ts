import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

/** A setting that refuses to print: in logs, JSON and inspections it reads `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  /** Compares without telling by its time how much of it was right. */
  matches(given: string): boolean {
    return timingSafeEqual(digest(given), digest(this.#value));
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** Of one length, as the comparison needs it. */
function digest(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest();
}
