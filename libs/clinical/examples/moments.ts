/** Dates and instants counted from the moment an example is said to be written; no clock is read. */
export interface Moments {
  /** The instant itself, UTC, whole seconds. */
  readonly now: string;
  /** Calendar date that many days later (negative: earlier), UTC. */
  readonly day: (days: number) => string;
  /** Instant that many minutes later (negative: earlier). */
  readonly minute: (minutes: number) => string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Throws RangeError when `at` is not an instant. */
export function momentsFrom(at: string): Moments {
  const startMs = Date.parse(at);
  const later = (ms: number) => `${new Date(startMs + ms).toISOString().slice(0, 19)}Z`;
  return {
    now: later(0),
    day: (days) => later(days * DAY_MS).slice(0, 10),
    minute: (minutes) => later(minutes * MINUTE_MS),
  };
}

/** Stands in every text of every example, so that none can be taken for a person. */
export const SYNTHETIC = 'SYNTHETIC EXAMPLE';

/** 32 zero bytes: the hash of no entry. An example that names another entry names this until told which. */
export const NO_ENTRY = 'A'.repeat(43);
