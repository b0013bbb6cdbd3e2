import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const storage = new AsyncLocalStorage<string>();

/** Runs one request or command under a fresh id that its logs and its problem carry. */
export function correlated<Result>(work: () => Result): Result {
  return storage.run(randomUUID(), work);
}

/** The id of the request being served; a fresh one outside of any. */
export function correlationId(): string {
  return storage.getStore() ?? randomUUID();
}
