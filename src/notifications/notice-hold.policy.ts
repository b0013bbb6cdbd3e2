import { NO_PREFERENCES, URGENCY, type NoticePreferences, type NoticeReason } from '#protocol';
import type { PreferencesNow } from '../accounts/index.js';
import type { Notice } from '../obligations/index.js';
import { isPressing } from './notice-plan.policy.js';

/** Reasons that can wait for the morning; the others are about silence that has lasted too long already. */
const MAY_WAIT: readonly NoticeReason[] = [
  'opened',
  'reminder',
  'answered',
  'update',
  'wait_over',
  'swap_asked',
  'swap_settled',
];

export interface Hold {
  readonly until: 'now' | number;
  /** The digest this notice belongs to, once it has come. */
  readonly digestMs?: number;
}

/**
 * Quiet hours hold routine notices back, and "soon" ones whose answer is due after them; a digest collects updates.
 * What is due before the night is over is told in the night.
 */
export function holdOf(
  notice: Notice,
  { dueAtMs, createdAtMs }: { readonly dueAtMs: number | null; readonly createdAtMs: number },
  now: PreferencesNow | null,
): Hold {
  if (now === null || isPressing(notice) || !MAY_WAIT.includes(notice.reason)) return { until: 'now' };
  const { quietUntilMs, lastDigestMs, nextDigestMs } = now;
  if (quietUntilMs !== null && respectsQuiet(notice, dueAtMs, quietUntilMs)) return { until: quietUntilMs };
  if (notice.reason !== 'update' || nextDigestMs === null) return { until: 'now' };
  if (lastDigestMs !== null && lastDigestMs > createdAtMs) return { until: 'now', digestMs: lastDigestMs };
  return { until: nextDigestMs };
}

function respectsQuiet({ urgency }: Notice, dueAtMs: number | null, quietUntilMs: number): boolean {
  if (dueAtMs !== null) return dueAtMs > quietUntilMs;
  return urgency === URGENCY.routine;
}

export const preferencesOf = (now: PreferencesNow | null): NoticePreferences =>
  now?.preferences ?? NO_PREFERENCES;
