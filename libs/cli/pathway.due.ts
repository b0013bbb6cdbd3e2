import { DEFAULT_ANSWER_CLOCK, rowFor, type EventType } from '#clinical';
import type { RoleName } from '#protocol';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * By when the pathway wants an answer to such an event, where its clock counts real hours. Undefined where it counts
 * business hours or depends on a session: that takes a calendar and a date this command line has not been told.
 */
export function pathwayDueMs(event: EventType, responder: RoleName, nowMs: number): number | undefined {
  const row = rowFor(DEFAULT_ANSWER_CLOCK, { askedBy: event, responder });
  if (row === null || row.not_later_than !== null || row.answer_within === null) return undefined;
  if ('hours' in row.answer_within) return nowMs + row.answer_within.hours * HOUR_MS;
  if ('minutes' in row.answer_within) return nowMs + row.answer_within.minutes * MINUTE_MS;
  return undefined;
}
