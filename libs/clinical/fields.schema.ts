import { z } from 'zod';
import { text } from '#calendar';

export { allDifferent, date, instant, line, text } from '#calendar';

/**
 * Building blocks of every event. All keys of an event are always present: what is unknown or does not apply is an
 * explicit `null`, so that "not measured" can never be confused with "forgotten". Nothing has a default.
 *
 * The bounds here are limits of DATA ENTRY. They catch a slipped unit or digit; they are deliberately wider than
 * anything a clinician may meet and say nothing about what is safe, normal or allowed.
 */

/** A list of at most `maximum` short texts; may be empty. */
export function textList(maximum = 20) {
  return z.array(text(500)).max(maximum);
}

/**
 * Names another entry of the same case by its 32-byte entry hash, base64url without padding. The last character
 * carries two unused bits that must be zero, so that one hash has exactly one spelling.
 */
export const entryRef = z
  .string()
  .regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/u)
  .describe('Hash of the entry meant, 43 characters of base64url');

/** Micrograms that were or may be taken at once: 1 mg to 2 g, so that mg typed as µg (or µg as mg) is caught. */
export const doseUg = z.int().min(1_000).max(2_000_000).describe('Micrograms (1 mg = 1000)');

/** Micrograms where nothing at all is a possible answer (left over, planned but not taken). */
export const doseOrNoneUg = z.int().min(0).max(2_000_000).describe('Micrograms (1 mg = 1000), 0 for none');

export const systolicMmhg = z.int().min(30).max(350).describe('Systolic blood pressure, mmHg');
export const diastolicMmhg = z.int().min(10).max(250).describe('Diastolic blood pressure, mmHg');
export const heartRateBpm = z.int().min(10).max(350).describe('Heart rate, beats per minute');
export const spo2Percent = z.int().min(1).max(100).describe('Oxygen saturation, percent');
export const weightG = z.int().min(20_000).max(500_000).describe('Body weight, grams (70 kg = 70000)');

/** Minutes after (or, negative, before) a named moment; at most a day. */
export const minutes = z.int().min(0).max(1_440).describe('Minutes');

/** State or region by ISO 3166-2, e.g. US-CO: where the client is decides who may treat. */
export const region = z
  .string()
  .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/u)
  .describe('State or region, ISO 3166-2, e.g. US-CO');

export const phone = z
  .string()
  .regex(/^\+?[0-9][0-9 ().-]{4,24}$/u)
  .describe('Telephone number');

/** Separate words for the client, in plain language; never a copy of the clinical text. */
export const clientText = text(4_000).describe('What the client reads, in plain words');

/** True when the calendar date has not yet ended anywhere on Earth at the instant: dates carry no zone. */
export function dateReaches(day: string, moment: string): boolean {
  return Date.parse(`${day}T23:59:59-12:00`) >= Date.parse(moment);
}

/** True when the calendar date had begun somewhere on Earth at the instant. */
export function dateHadBegun(day: string, moment: string): boolean {
  return Date.parse(`${day}T00:00:00+14:00`) <= Date.parse(moment);
}

/** True when `later` is not before `earlier`; instants may or may not carry fractions of a second. */
export function inOrder(earlier: string, later: string): boolean {
  return Date.parse(earlier) <= Date.parse(later);
}

/** True when no instant is before the one it follows; unknown ones (null) are passed over. */
export function ascending(instants: readonly (string | null)[]): boolean {
  return numbersAscending(instants.map((moment) => (moment === null ? null : Date.parse(moment))));
}

/** The same for numbers, e.g. minutes since a dose. */
export function numbersAscending(values: readonly (number | null)[]): boolean {
  const known = values.filter((value) => value !== null);
  return known.every((value, index) => index === 0 || value >= (known[index - 1] ?? value));
}
