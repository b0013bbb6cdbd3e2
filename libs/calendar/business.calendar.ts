import { z } from 'zod';
import { allDifferent, date, identifier, line, version } from './data.schema.js';
import { Temporal } from './temporal.js';
import { startOf, timeZone } from './zoned.days.js';

const clockTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/u)
  .describe('Time on the clock, 00:00 to 24:00');

/** Hours of one day on the clock, in order, not touching each other; none: closed. */
const hoursOfDay = z
  .array(
    z.strictObject({ from: clockTime, to: clockTime }).refine(({ from, to }) => from < to, {
      path: ['to'],
      error: 'must be later; hours past midnight are two entries',
    }),
  )
  .max(6)
  .refine((hours) => hours.every(({ from }, at) => at === 0 || (hours[at - 1]?.to ?? '') < from), {
    error: 'must be in order and apart',
  });

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** Hours of each day of the week. */
export const weekHours = z.strictObject({
  monday: hoursOfDay,
  tuesday: hoursOfDay,
  wednesday: hoursOfDay,
  thursday: hoursOfDay,
  friday: hoursOfDay,
  saturday: hoursOfDay,
  sunday: hoursOfDay,
});

/**
 * Opening hours of an organisation as data. Days in `special_days` have their own hours instead of those of their
 * weekday (a holiday: none). Hours are read on the clock of the zone; where the clock jumps over them they do not
 * exist that day, where it repeats them they exist twice.
 */
export const businessCalendarSchema = z
  .strictObject({
    format: z.literal('trialogue/business-calendar/1'),
    calendar_id: identifier,
    version,
    zone: timeZone,
    week: weekHours,
    special_days: z
      .array(z.strictObject({ on: date, name: line(80), hours: hoursOfDay }))
      .max(1_000)
      .refine((days) => allDifferent(days.map(({ on }) => on)), { error: 'must not name a day twice' }),
  })
  .refine(({ week }) => Object.values(week).some((hours) => hours.length > 0), {
    path: ['week'],
    error: 'must be open at some time',
  });
export type BusinessCalendar = z.infer<typeof businessCalendarSchema>;
type HoursOfDay = BusinessCalendar['week']['monday'];
/** What of a calendar decides when it is open. */
export type OpeningHours = Pick<BusinessCalendar, 'zone' | 'week' | 'special_days'>;

/** A stretch of open time, in epoch milliseconds: `openMs` is open, `closeMs` no longer. */
export interface OpenStretch {
  readonly openMs: number;
  readonly closeMs: number;
}

/** The open stretches of one calendar day, in order, never empty ones. */
export function openStretches(calendar: OpeningHours, day: Temporal.PlainDate): readonly OpenStretch[] {
  const hours = hoursOn(calendar, day);
  if (hours.length === 0) return [];
  const stretches = clockSegments(day, calendar.zone).flatMap((segment) =>
    hours.flatMap(({ from, to }) => {
      const openMs = Math.max(segment.startMs, segment.midnightMs + clockMs(from));
      const closeMs = Math.min(segment.endMs, segment.midnightMs + clockMs(to));
      return openMs < closeMs ? [{ openMs, closeMs }] : [];
    }),
  );
  return joined(stretches.toSorted((a, b) => a.openMs - b.openMs));
}

function hoursOn(calendar: OpeningHours, day: Temporal.PlainDate): HoursOfDay {
  const name = day.toString();
  const special = calendar.special_days.find(({ on }) => on === name);
  const weekday = WEEKDAYS[day.dayOfWeek - 1] ?? 'sunday';
  return special === undefined ? calendar.week[weekday] : special.hours;
}

interface ClockSegment {
  readonly startMs: number;
  readonly endMs: number;
  /** The instant at which the clock of this segment would show, or would have shown, 00:00 of the day. */
  readonly midnightMs: number;
}

/** A day cut where its clock is turned: within each segment clock and real time run alike. */
function clockSegments(day: Temporal.PlainDate, zone: string): readonly ClockSegment[] {
  const end = startOf(day.add({ days: 1 }), zone).epochMilliseconds;
  const midnightUtcMs = startOf(day, 'UTC').epochMilliseconds;
  const segments: ClockSegment[] = [];
  let at: Temporal.ZonedDateTime | null = startOf(day, zone).toZonedDateTimeISO(zone);
  while (at !== null && at.epochMilliseconds < end) {
    const next: Temporal.ZonedDateTime | null = turnsBefore(at, end);
    const midnightMs = midnightUtcMs - at.offsetNanoseconds / 1e6;
    segments.push({ startMs: at.epochMilliseconds, endMs: next?.epochMilliseconds ?? end, midnightMs });
    at = next;
  }
  return segments;
}

function turnsBefore(at: Temporal.ZonedDateTime, endMs: number): Temporal.ZonedDateTime | null {
  const next = at.getTimeZoneTransition('next');
  return next !== null && next.epochMilliseconds < endMs ? next : null;
}

function clockMs(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}

function joined(stretches: readonly OpenStretch[]): readonly OpenStretch[] {
  return stretches.reduce<OpenStretch[]>((all, next) => {
    const last = all.at(-1);
    if (last === undefined || last.closeMs < next.openMs) return [...all, next];
    return [...all.slice(0, -1), { openMs: last.openMs, closeMs: Math.max(last.closeMs, next.closeMs) }];
  }, []);
}
