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

/** A night on which some clock of `ZONES` is turned. */
const anyNight = fc.constantFrom(
  ...['2011-12-29', '2026-03-08', '2026-03-29', '2026-04-24', '2026-10-25', '2026-11-01'],
);
/** Whole quarters of an hour within ten days of it. */
const instantNear = (night: string): fc.Arbitrary<number> =>
  fc.integer({ min: -960, max: 960 }).map((quarters) => Date.parse(night) + (quarters * HOUR) / 4);
const rangeNear = (night: string): fc.Arbitrary<Range> =>
  fc
    .tuple(instantNear(night), fc.integer({ min: 1, max: 1_000 }))
    .map(([fromMs, quarters]) => ({ fromMs, toMs: fromMs + (quarters * HOUR) / 4 }));

const anyPerson = fc.constantFrom(...PEOPLE);
const anySlot = fc.constantFrom('primary' as const, 'secondary' as const);

function changeNear(night: string): fc.Arbitrary<Change> {
  const stretch = rangeNear(night);
  return fc
    .oneof(
      fc.record({
        kind: fc.constant('override' as const),
        slot: anySlot,
        person: fc.option(anyPerson),
        stretch,
      }),
      fc.record({
        kind: fc.constant('swap' as const),
        slot: anySlot,
        giver: anyPerson,
        taker: anyPerson,
        stretch,
      }),
    )
    .map(({ stretch: time, ...change }) => ({ ...change, ...time }));
}

function leaveNear(night: string): fc.Arbitrary<Leave> {
  return fc
    .record({ person: anyPerson, cover: fc.option(anyPerson), stretch: rangeNear(night) })
    .map(({ stretch, ...leave }) => ({ ...leave, ...stretch }));
}

function planNear(night: string): fc.Arbitrary<PoolPlan> {
  return fc
    .record({
      zone: fc.constantFrom(...ZONES),
      primary: fc.array(anyRule(), { minLength: 1, maxLength: 3 }),
      secondary: fc.array(anyRule(), { maxLength: 2 }),
      changes: fc.array(changeNear(night), { maxLength: 4 }),
      leave: fc.array(leaveNear(night), { maxLength: 4 }),
      people: fc.subarray(PEOPLE, { minLength: 2 }),
    })
    .map(({ zone, primary, secondary, changes, leave, people }) => ({
      rota: rota({ zone, primary, secondary }),
      changes,
      leave,
      people: new Set(people),
    }));
}

/** A plan whose changes and leave lie around a switch night, a range there, and an instant of the range. */
export const anyScene: fc.Arbitrary<{ plan: PoolPlan; asked: Range; atMs: number }> = anyNight.chain(
  (night) =>
    fc
      .record({ plan: planNear(night), asked: rangeNear(night), part: fc.nat(1_000_000) })
      .map(({ plan: any, asked, part }) => ({
        plan: any,
        asked,
        atMs: asked.fromMs + (part % (asked.toMs - asked.fromMs)),
      })),
);
