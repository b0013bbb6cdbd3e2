/**
 * Where a person's or an administrator's keys, verified chains, unsent entries and drafts live. A store is a small
 * map of bytes with atomic, durable batches; the SDK decides what stands in it. Everything in it is secret.
 */
export interface KeyStore {
  /** Everything there is. Called once, when a session opens. */
  load(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** All changes or none; durable when the promise resolves. `undefined` forgets a key. */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Gives up the lock. Nothing may be written afterwards. */
  close(): Promise<void>;
}

export interface StoreChange {
  readonly key: string;
  readonly value: Uint8Array | undefined;
  /** What stood there must be gone from the medium too, as far as the store can reach, when the write resolves. */
  readonly erase?: true;
}
