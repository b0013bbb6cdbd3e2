import type { StoreChange } from './store.contract.js';
import type { Profile } from './profile.js';

const NAME_KEY = /^name\/([0-9a-f]{32})$/u;

/** Display names that match the commitment in their owner's identity; each was checked when it was opened. */
export class Names {
  private readonly known = new Map<string, string>();

  rehydrate(stored: ReadonlyMap<string, Uint8Array>): void {
    for (const [key, value] of stored) {
      const [, userId] = NAME_KEY.exec(key) ?? [];
      if (userId !== undefined) this.known.set(userId, new TextDecoder().decode(value));
    }
  }

  of(userId: string): string | undefined {
    return this.known.get(userId);
  }

  /** What to store, when it is news. */
  learn(userId: string, { displayName }: Profile): readonly StoreChange[] {
    if (this.known.get(userId) === displayName) return [];
    this.known.set(userId, displayName);
    return [{ key: `name/${userId}`, value: new TextEncoder().encode(displayName) }];
  }
}
