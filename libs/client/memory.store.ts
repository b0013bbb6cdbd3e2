import type { KeyStore, StoreChange } from './store.contract.js';

/** Keys that live as long as the process: tests, demos, and a browser tab that must leave no trace. */
class MemoryStore implements KeyStore {
  private readonly held = new Map<string, Uint8Array>();

  load(): Promise<ReadonlyMap<string, Uint8Array>> {
    return Promise.resolve(new Map(this.held));
  }

  write(changes: readonly StoreChange[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === undefined) this.held.delete(key);
      else this.held.set(key, value);
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export function memoryStore(): KeyStore {
  return new MemoryStore();
}
