import { setTimeout as sleep } from 'node:timers/promises';

/** What a change leads to. */
export interface WatchOptions {
  /** Differs when a source differs. */
  fingerprint: () => string;
  /** Rejects when the sources do not compile; what runs goes on running then. */
  build: () => Promise<unknown>;
  restart: () => Promise<void>;
  log: (line: string) => void;
  everyMs?: number;
}

const EVERY_MS = 500;

/**
 * Rebuilds and restarts after every change, until the signal. Looks instead of listening: notifications of whole
 * trees differ between systems, and looking at a few hundred files takes some ten milliseconds.
 */
export async function watchSources(options: WatchOptions, until: AbortSignal): Promise<void> {
  const { fingerprint, build, restart, log, everyMs = EVERY_MS } = options;
  let last = fingerprint();
  while (!until.aborted) {
    await sleep(everyMs, undefined, { signal: until }).catch(() => undefined);
    try {
      const now = fingerprint();
      if (now === last) continue;
      last = now;
      await build();
      log('Restarting the service …');
      await restart();
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
    }
  }
}
