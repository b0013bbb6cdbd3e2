import { z } from 'zod';
import { WEEKDAYS, weekHours } from './business.calendar.js';
import { date, line } from './data.schema.js';
import { Temporal } from './temporal.js';
import { timeZone } from './zoned.days.js';

/** Whoever is on duty, and whoever is called when he does not answer. */
export const SLOTS = ['primary', 'secondary'] as const;
export type Slot = (typeof SLOTS)[number];

const person = z
  .string()
  .regex(/^[0-9a-f]{32}$/u)
  .describe('Id of a person');

/**
 * People who take turns, in this order. The first turn begins on `starts_on`, which is the weekday of the hand-over,
 * at the time of the hand-over; each lasts `every_weeks`. With `within`, only those hours of the week are meant.
 */
const rule = z
  .strictObject({
    name: line(80),
    people: z.array(person).min(1).max(50),
    starts_on: date,
    hands_over: z.strictObject({
      weekday: z.enum(WEEKDAYS),
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/u)
        .describe('Time on the clock, 00:00 to 23:59'),
    }),
    every_weeks: z.int().min(1).max(52),
    within: weekHours.nullable().describe('null: at all hours'),
  })
  .refine(({ starts_on, hands_over }) => weekdayOf(starts_on) === hands_over.weekday, {
    path: ['starts_on'],
    error: 'must be the weekday of the hand-over',
  });
export type RotaRule = z.infer<typeof rule>;

/**
 * Who takes turns in a pool, as data. Within a slot the first rule that has somebody at an instant decides, so what is
 * special stands before what is general. `covers` says when nobody would be a gap.
 */
export const rotaSchema = z.strictObject({
  format: z.literal('trialogue/rota/1'),
  zone: timeZone,
  covers: z.enum(['always', 'open_hours']),
  primary: z.array(rule).min(1).max(20),
  secondary: z.array(rule).max(20),
});
export type Rota = z.infer<typeof rotaSchema>;

function weekdayOf(day: string): (typeof WEEKDAYS)[number] | undefined {
  return WEEKDAYS[Temporal.PlainDate.from(day).dayOfWeek - 1];
}
