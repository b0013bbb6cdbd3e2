import { z } from 'zod';

// Escape sequences, hidden direction changes and half characters could make a dose read differently on a screen
// than it was signed, so text that carries them is refused instead of being cleaned up silently.
const DECEPTIVE = /(?![\n\t])\p{Cc}|[\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]|\p{Cs}/u;
const DECEPTIVE_WORDS = 'must not contain control characters or hidden direction marks';

/** Free text of one or more lines, not blank. `maximum` counts UTF-16 units. */
export function text(maximum = 2_000) {
  return z
    .string()
    .max(maximum)
    .refine((value) => value.trim() !== '', { error: 'must not be blank' })
    .refine((value) => !DECEPTIVE.test(value), { error: DECEPTIVE_WORDS });
}

/** A name, a label, a reference: text of exactly one line. */
export function line(maximum = 200) {
  return text(maximum).refine((value) => !/[\n\t]/u.test(value), { error: 'must be a single line' });
}

/** Calendar date YYYY-MM-DD, 1900–2199. */
export const date = z.iso
  .date()
  .refine((value) => value >= '1900-01-01' && value <= '2199-12-31', { error: 'must lie in 1900–2199' })
  .describe('Calendar date, YYYY-MM-DD');

/** Instant in UTC with seconds and the letter Z, e.g. 2026-11-22T16:05:00Z, 1900–2199. */
export const instant = z.iso
  .datetime()
  .refine((value) => value >= '1900' && value < '2200', { error: 'must lie in 1900–2199' })
  .describe('Instant in UTC, e.g. 2026-11-22T16:05:00Z');

/** Names inside signed data: lower case, digits, underscores. */
export const identifier = z.string().regex(/^[a-z][a-z0-9_]{1,59}$/u);

export const version = z.int().min(1).max(1_000_000);

/** True when the list names nothing twice. */
export function allDifferent(values: readonly (string | number)[]): boolean {
  return new Set(values).size === values.length;
}
