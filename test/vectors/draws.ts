import { createHash } from 'node:crypto';
import { toHex } from '#protocol';
import type { Randomness } from '../../libs/vault/randomness.js';

/** One draw of randomness as it stands in a vector: what it became, and the bytes. */
export interface Draw {
  readonly for: string;
  readonly hex: string;
}

/**
 * Fixed bytes in place of the platform's randomness: draw number n of a stream is SHAKE256 over its name and n.
 * They mean nothing; what matters is that each stands in the vector that used it, in order.
 */
export class Draws {
  private count = 0;
  private taken: string[] = [];

  constructor(private readonly stream: string) {}

  readonly random: Randomness = (length) => {
    const name = `${this.stream}/${this.count}`;
    this.count += 1;
    const bytes = new Uint8Array(createHash('shake256', { outputLength: length }).update(name).digest());
    this.taken.push(toHex(bytes));
    return bytes;
  };

  /** What was drawn since the last call, each under its name; another number of draws than names is a mistake. */
  named(names: readonly string[]): readonly Draw[] {
    const { taken } = this;
    this.taken = [];
    if (taken.length !== names.length) {
      throw new Error(`${this.stream}: ${taken.length} draws, ${names.length} names`);
    }
    return names.map((name, index) => ({ for: name, hex: taken[index] ?? '' }));
  }
}
