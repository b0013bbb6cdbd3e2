import type { z } from 'zod';
import { WEEKDAYS, businessCalendarSchema, rotaSchema, type BusinessCalendar, type Rota } from '#calendar';
import type { PoolRole } from '#client';
import type { Desk } from './coverage.desk.js';
import { UsageError } from './failure.js';
import { readJson } from './json.input.js';
import { findPerson } from './people.js';

const OFFICE_DAY = [{ from: '09:00', to: '17:00' }];
const OFFICE_WEEK = Object.fromEntries(
  WEEKDAYS.map((day, at) => [day, at < 5 ? OFFICE_DAY : []]),
) as BusinessCalendar['week'];

/** What `coverage calendar example` prints. */
export const EXAMPLE_CALENDAR: BusinessCalendar = {
  format: 'trialogue/business-calendar/1',
  calendar_id: 'office',
  version: 1,
  zone: 'America/Denver',
  week: OFFICE_WEEK,
  special_days: [{ on: '2026-12-25', name: 'Christmas', hours: [] }],
};

/** What `coverage rota example` prints; people may be named as everywhere on the command line. */
export const EXAMPLE_ROTA: Rota = {
  format: 'trialogue/rota/1',
  zone: 'America/Denver',
  covers: 'always',
  primary: [
    {
      name: 'weeks in turn',
      people: ['Pat Prescriber', 'Sam Second'],
      starts_on: '2026-11-30',
      hands_over: { weekday: 'monday', at: '09:00' },
      every_weeks: 1,
      within: null,
    },
  ],
  secondary: [],
};

export async function readCalendar(from: string, desk: Desk): Promise<BusinessCalendar> {
  return fitting(businessCalendarSchema, await readJson(from, desk), 'calendar');
}

/** A rota in which people may be named instead of written by their ids. */
export async function readRota(from: string, role: PoolRole, desk: Desk): Promise<Rota> {
  const pool = desk.people.filter((person) => person.role === role);
  const idOf = (query: string): string =>
    /^[0-9a-f]{32}$/u.test(query) ? query : findPerson(query, pool).userId;
  return fitting(rotaSchema, withIds(await readJson(from, desk), idOf), 'rota');
}

/** Every list called `people` with ids in it; whatever has another shape is left for the schema to refuse. */
function withIds(value: unknown, idOf: (query: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => withIds(each, idOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) =>
      key === 'people' && Array.isArray(each)
        ? [key, each.map((one: unknown) => (typeof one === 'string' ? idOf(one) : one))]
        : [key, withIds(each, idOf)],
    ),
  );
}

function fitting<Output>(schema: z.ZodType<Output>, value: unknown, name: string): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path, message }) => `  ${path.map(String).join('.') || 'the whole'}: ${message}`,
  );
  throw new UsageError([`This is no ${name} that can be used:`, ...lines].join('\n'));
}
