/** First pause, longest pause and number of tries: together a provider may be away for over an hour. */
export const RETRY = { firstMs: 1_000, longestMs: 300_000, tries: 40 } as const;

/**
 * Pause after the `attempt`th try (from 1) failed: doubling, capped, and shortened by up to a half at random,
 * so that what failed together does not come back together. A longer wish of the provider is honoured.
 */
export function retryDelayMs(attempt: number, random: number, wishedMs = 0): number {
  const full = Math.min(RETRY.firstMs * 2 ** Math.min(attempt - 1, 30), RETRY.longestMs);
  const wished = Math.min(wishedMs, RETRY.longestMs);
  return Math.max(Math.round(full * (1 - random / 2)), wished);
}

export function triesLeft(attempts: number): boolean {
  return attempts < RETRY.tries;
}
