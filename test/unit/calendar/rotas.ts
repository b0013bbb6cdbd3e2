import fc from 'fast-check';
import { WEEKDAYS, type Change, type Leave, type PoolPlan, type Range, type Rota } from '#calendar';
import { HOUR, ZONES } from './zones.js';

export type Rule = Rota['primary'][number];
export type Week = NonNullable<Rule['within']>;

/** People by short names: ids of the right shape. */
export const person = (name: string): string => Buffer.from(name.padEnd(16, '.')).toString('hex');
export const PEOPLE = ['ada', 'ben', 'cleo', 'dora'].map(person);

export function rule(people: readonly string[], changes: Partial<Rule> = {}): Rule {
  return {
    name: 'weekly',
    people: [...people],
    starts_on: '2026-01-05',
    hands_over: { weekday: 'monday', at: '09:00' },
    every_weeks: 1,
    within: null,
    ...changes,
  };
}

export function rota(changes: Partial<Rota> = {}): Rota {
  return {
    format: 'trialogue/rota/1',
    zone: 'America/Denver',
    covers: 'always',
    primary: [rule(PEOPLE)],
    secondary: [],
    ...changes,
  };
}

export function plan(changes: Partial<PoolPlan> = {}): PoolPlan {
  return { rota: rota(), changes: [], leave: [], people: new Set(PEOPLE), ...changes };
}

export function week(hours: Week['monday'], closed: readonly (keyof Week)[] = []): Week {
  return Object.fromEntries(WEEKDAYS.map((day) => [day, closed.includes(day) ? [] : hours])) as Week;
}

export function range(from: string, to: string): Range {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) };
}

/** Any rule; it starts on the weekday of its hand-over. */
function anyRule(): fc.Arbitrary<Rule> {
  return fc
    .record({
      people: fc.array(fc.constantFrom(...PEOPLE), { minLength: 1, maxLength: 4 }),
      monday: fc.constantFrom('2011-12-05', '2026-01-05', '2026-03-23'),
      weekday: fc.integer({ min: 0, max: 6 }),
      at: fc.constantFrom('00:00', '00:15', '01:45', '02:30', '09:00', '23:45'),
      every_weeks: fc.integer({ min: 1, max: 3 }),
      within: fc.constantFrom(
        null,
        null,
        week([{ from: '00:00', to: '24:00' }], ['sunday']),
        week([
          { from: '00:30', to: '02:30' },
          { from: '20:00', to: '24:00' },
        ]),
        week([{ from: '09:00', to: '17:00' }], ['saturday', 'sunday']),
      ),
    })
    .map(({ people, monday, weekday, at, every_weeks, within }) =>
      rule(people, {
        starts_on: new Date(Date.parse(monday) + weekday * 24 * HOUR).toISOString().slice(0, 10),
        hands_over: { weekday: WEEKDAYS[weekday] ?? 'monday', at },
        every_weeks,
        within,
      }),
    );
}

/** Quarters of an hour in the weeks around the nights on which some clock of `ZONES` is turned. */
export const anyInstant = fc
  .tuple(
    fc.constantFrom('2011-12-29', '2026-03-08', '2026-03-29', '2026-04-24', '2026-10-25', '2026-11-01'),
    fc.integer({ min: -1_000, max: 1_000 }),
  )
  .map(([day, quarters]) => Date.parse(day) + (quarters * HOUR) / 4);

export const anyRange: fc.Arbitrary<Range> = fc
  .tuple(anyInstant, fc.integer({ min: 1, max: 1_500 }))
  .map(([fromMs, quarters]) => ({ fromMs, toMs: fromMs + (quarters * HOUR) / 4 }));

const anyPerson = fc.constantFrom(...PEOPLE);
const anySlot = fc.constantFrom('primary' as const, 'secondary' as const);
const anyChange: fc.Arbitrary<Change> = fc
  .oneof(
    fc.record({
      kind: fc.constant('override' as const),
      slot: anySlot,
      person: fc.option(anyPerson),
      stretch: anyRange,
    }),
    fc.record({
      kind: fc.constant('swap' as const),
      slot: anySlot,
      giver: anyPerson,
      taker: anyPerson,
      stretch: anyRange,
    }),
  )
  .map(({ stretch, ...change }) => ({ ...change, ...stretch }));
const anyLeave: fc.Arbitrary<Leave> = fc
  .record({ person: anyPerson, cover: fc.option(anyPerson), stretch: anyRange })
  .map(({ stretch, ...leave }) => ({ ...leave, ...stretch }));

export const anyPlan: fc.Arbitrary<PoolPlan> = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    primary: fc.array(anyRule(), { minLength: 1, maxLength: 3 }),
    secondary: fc.array(anyRule(), { maxLength: 2 }),
    changes: fc.array(anyChange, { maxLength: 4 }),
    leave: fc.array(anyLeave, { maxLength: 3 }),
    people: fc.subarray(PEOPLE, { minLength: 2 }),
  })
  .map(({ zone, primary, secondary, changes, leave, people }) => ({
    rota: rota({ zone, primary, secondary }),
    changes,
    leave,
    people: new Set(people),
  }));
