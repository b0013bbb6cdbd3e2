import { z } from 'zod';
import { Temporal } from './temporal.js';

/** True for a name of the IANA time-zone database that this engine knows. Bare offsets do not know about summer. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return /^[A-Za-z]/u.test(name);
  } catch {
    return false;
  }
}

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'must be a time zone of the IANA database, e.g. America/Denver' });

/** The calendar date at an instant (ISO text) in a zone. */
export function dayAt(instant: string, zone: string): Temporal.PlainDate {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate();
}

/** The same for an instant in epoch milliseconds. */
export function dayOfMs(atMs: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zone).toPlainDate();
}

/** The first instant of a calendar date in a zone: not always midnight. */
export function startOf(day: Temporal.PlainDate, zone: string): Temporal.Instant {
  return day.toZonedDateTime(zone).toInstant();
}

/** The first instant that is no longer that calendar date in the zone. */
export function endOf(day: Temporal.PlainDate, zone: string): Temporal.Instant {
  return startOf(day.add({ days: 1 }), zone);
}
