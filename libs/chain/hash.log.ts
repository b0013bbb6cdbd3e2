import { LENGTH } from '#protocol';

interface Storage {
  readonly bytes: Uint8Array;
  used: number;
}

/**
 * The entry hashes of one chain, seq 1 first. Every log is immutable; logs that follow each other share one
 * growing buffer, so appending is constant time. A second continuation of the same log gets its own copy.
 */
export class HashLog {
  private constructor(
    private readonly storage: Storage,
    readonly length: number,
  ) {}

  static readonly empty = new HashLog({ bytes: new Uint8Array(0), used: 0 }, 0);

  /** The hash at `seq`, or undefined beyond what is held. */
  at(seq: number): Uint8Array | undefined {
    if (!Number.isInteger(seq) || seq < 1 || seq > this.length) return undefined;
    return this.storage.bytes.slice((seq - 1) * LENGTH.hash, seq * LENGTH.hash);
  }

  append(hash: Uint8Array): HashLog {
    const offset = this.length * LENGTH.hash;
    const fits = this.storage.used === offset && offset < this.storage.bytes.length;
    const storage = fits ? this.storage : this.copied();
    storage.bytes.set(hash, offset);
    storage.used = offset + LENGTH.hash;
    return new HashLog(storage, this.length + 1);
  }

  private copied(): Storage {
    const bytes = new Uint8Array(Math.max(4, this.length * 2) * LENGTH.hash);
    bytes.set(this.storage.bytes.subarray(0, this.length * LENGTH.hash));
    return { bytes, used: this.length * LENGTH.hash };
  }
}
