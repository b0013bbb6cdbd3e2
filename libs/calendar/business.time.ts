import { openStretches, type BusinessCalendar, type OpenStretch } from './business.calendar.js';
import { Temporal } from './temporal.js';
import { dayAt } from './zoned.days.js';

/** How far a search looks for an open day before it says that there is none. */
const HORIZON_DAYS = 800;

/**
 * A length of time until something is due. Business hours and days are those of a calendar; hours and minutes are
 * real time, whatever is open.
 */
export type Span =
  | { readonly business_hours: number }
  | { readonly business_days: number }
  | { readonly hours: number }
  | { readonly minutes: number };

/**
 * The instant at which a span that starts at `from` has passed, as ISO text.
 * - business hours: only open time counts; the result lies in open time, a closing instant included.
 * - business days: the close of the n-th open day after the calendar day of `from`.
 * Additive for hours: due(due(x, a), b) = due(x, a + b). Throws RangeError when the calendar is not open within
 * 800 days, or for a span that is not positive.
 */
export function dueAt(calendar: BusinessCalendar, from: string, span: Span): string {
  if (!(lengthOf(span) > 0)) throw new RangeError('a span must be positive');
  if ('hours' in span) return later(from, span.hours * 3_600_000);
  if ('minutes' in span) return later(from, span.minutes * 60_000);
  return 'business_hours' in span
    ? afterOpenTime(calendar, from, span.business_hours * 3_600_000)
    : closeOfDay(calendar, from, span.business_days);
}

/** Whether the organisation is open at an instant. The closing instant itself is closed. */
export function isOpen(calendar: BusinessCalendar, at: string): boolean {
  const ms = epochMs(at);
  return openStretches(calendar, dayAt(at, calendar.zone)).some(
    ({ openMs, closeMs }) => openMs <= ms && ms < closeMs,
  );
}

/** When the organisation opens and closes on a calendar day (YYYY-MM-DD) of its zone, in order; closed: none. */
export function openingsOn(
  calendar: BusinessCalendar,
  day: string,
): readonly { readonly opensAt: string; readonly closesAt: string }[] {
  return openStretches(calendar, Temporal.PlainDate.from(day)).map(({ openMs, closeMs }) => ({
    opensAt: text(openMs),
    closesAt: text(closeMs),
  }));
}

/** The first open instant that is not before `from`. Throws RangeError when there is none within 800 days. */
export function nextOpenAt(calendar: BusinessCalendar, from: string): string {
  const fromMs = epochMs(from);
  for (const { openMs, closeMs } of stretchesFrom(calendar, from)) {
    if (closeMs > fromMs) return text(Math.max(openMs, fromMs));
  }
  throw new RangeError('the calendar is not open within its horizon');
}

/** Open milliseconds between two instants; 0 when `to` is not after `from`. */
export function openMsBetween(calendar: BusinessCalendar, from: string, to: string): number {
  const [fromMs, toMs] = [epochMs(from), epochMs(to)];
  const last = dayAt(to, calendar.zone);
  let total = 0;
  for (
    let day = dayAt(from, calendar.zone);
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  ) {
    for (const { openMs, closeMs } of openStretches(calendar, day)) {
      total += Math.max(0, Math.min(closeMs, toMs) - Math.max(openMs, fromMs));
    }
  }
  return total;
}

function afterOpenTime(calendar: BusinessCalendar, from: string, lengthMs: number): string {
  const fromMs = epochMs(from);
  let leftMs = lengthMs;
  for (const { openMs, closeMs } of stretchesFrom(calendar, from)) {
    const startMs = Math.max(openMs, fromMs);
    if (startMs >= closeMs) continue;
    if (startMs + leftMs <= closeMs) return text(startMs + leftMs);
    leftMs -= closeMs - startMs;
  }
  throw new RangeError('the calendar is not open within its horizon');
}

function closeOfDay(calendar: BusinessCalendar, from: string, days: number): string {
  const first = dayAt(from, calendar.zone);
  let open = 0;
  for (let ahead = 1; ahead <= HORIZON_DAYS; ahead += 1) {
    const close = openStretches(calendar, first.add({ days: ahead })).at(-1);
    if (close !== undefined) open += 1;
    if (close !== undefined && open >= days) return text(close.closeMs);
  }
  throw new RangeError('the calendar is not open within its horizon');
}

function* stretchesFrom(calendar: BusinessCalendar, from: string): Generator<OpenStretch> {
  const first = dayAt(from, calendar.zone);
  for (let ahead = 0; ahead <= HORIZON_DAYS; ahead += 1) {
    yield* openStretches(calendar, first.add({ days: ahead }));
  }
}

function lengthOf(span: Span): number {
  return Object.values(span).at(0) ?? 0;
}

function later(from: string, ms: number): string {
  return text(epochMs(from) + ms);
}

function epochMs(instant: string): number {
  return Temporal.Instant.from(instant).epochMilliseconds;
}

function text(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString();
}
