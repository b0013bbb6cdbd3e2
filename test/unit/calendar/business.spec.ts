import fc from 'fast-check';
import {
  WEEKDAYS,
  businessCalendarSchema,
  dueAt,
  isOpen,
  nextOpenAt,
  openingsOn,
  openMsBetween,
  type BusinessCalendar,
} from '#calendar';
import { HOUR, SWITCH_DAYS, ZONES, clockIn, plusHours } from './zones.js';

type Hours = BusinessCalendar['week']['monday'];
const hours = (...spans: string[]): Hours =>
  spans.map((span) => {
    const [from = '', to = ''] = span.split('-');
    return { from, to };
  });
const DAY = hours('09:00-12:00', '13:00-17:00');
const everyDay = (open: Hours) =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, open])) as BusinessCalendar['week'];
const calendar = (changes: Partial<BusinessCalendar> = {}): BusinessCalendar => ({
  format: 'trialogue/business-calendar/1',
  calendar_id: 'example',
  version: 1,
  zone: 'America/Denver',
  week: { ...everyDay(DAY), saturday: [], sunday: [] },
  special_days: [],
  ...changes,
});
const OFFICE = calendar({
  special_days: [
    { on: '2026-11-26', name: 'Thanksgiving', hours: [] },
    { on: '2026-11-27', name: 'half day', hours: hours('09:00-11:00') },
  ],
});
const bh = (from: string, count: number, at = OFFICE) => dueAt(at, from, { business_hours: count });

describe('due times in business hours', () => {
  it.each<[string, string, number, string]>([
    ['within a morning', '2026-11-23T16:00:00Z', 2, '2026-11-23T18:00:00Z'],
    ['up to the close of the morning', '2026-11-23T16:00:00Z', 3, '2026-11-23T19:00:00Z'],
    ['over the lunch break', '2026-11-23T18:30:00Z', 1, '2026-11-23T20:30:00Z'],
    ['up to the close of the day', '2026-11-23T16:00:00Z', 7, '2026-11-24T00:00:00Z'],
    ['into the next day', '2026-11-23T16:00:00Z', 8, '2026-11-24T17:00:00Z'],
    ['asked at night, it counts from the opening', '2026-11-24T06:00:00Z', 1, '2026-11-24T17:00:00Z'],
    ['asked in the break', '2026-11-23T19:30:00Z', 1, '2026-11-23T21:00:00Z'],
    ['Friday 17:05 to Monday', '2026-11-21T00:05:00Z', 4, '2026-11-23T21:00:00Z'],
    ['over a holiday and a half day', '2026-11-25T23:00:00Z', 4, '2026-11-30T17:00:00Z'],
  ])('%s', (_, from, count, due) => {
    expect(bh(from, count)).toBe(due);
  });

  it('real hours and minutes do not ask what is open', () => {
    expect(dueAt(OFFICE, '2026-11-26T02:00:00Z', { minutes: 10 })).toBe('2026-11-26T02:10:00Z');
    expect(dueAt(OFFICE, '2026-10-31T21:00:00Z', { hours: 72 })).toBe('2026-11-03T21:00:00Z');
  });

  it('business days end with the close of the n-th open day after', () => {
    const days = (from: string, count: number) => dueAt(OFFICE, from, { business_days: count });
    expect(days('2026-11-23T16:00:00Z', 1)).toBe('2026-11-25T00:00:00Z');
    expect(days('2026-11-24T06:59:00Z', 1)).toBe('2026-11-25T00:00:00Z');
    expect(days('2026-11-25T16:00:00Z', 1)).toBe('2026-11-27T18:00:00Z');
    expect(days('2026-11-25T16:00:00Z', 2)).toBe('2026-12-01T00:00:00Z');
    expect(days('2026-11-21T16:00:00Z', 1)).toBe('2026-11-24T00:00:00Z');
  });

  it('refuses a span that is not positive, and a calendar that never opens', () => {
    for (const count of [0, -1, Number.NaN])
      expect(() => bh('2026-11-23T16:00:00Z', count)).toThrow(RangeError);
    const never = calendar({ week: everyDay([]) });
    expect(() => bh('2026-11-23T16:00:00Z', 1, never)).toThrow(RangeError);
    expect(() => dueAt(never, '2026-11-23T16:00:00Z', { business_days: 1 })).toThrow(RangeError);
    expect(() => nextOpenAt(never, '2026-11-23T16:00:00Z')).toThrow(RangeError);
  });

  it('knows whether it is open and when next', () => {
    const at = (time: string) => `2026-11-23T${time}:00Z`;
    expect(
      [at('15:59'), at('16:00'), at('18:59'), at('19:00'), at('20:00')].map((moment) =>
        isOpen(OFFICE, moment),
      ),
    ).toEqual([false, true, true, false, true]);
    expect(nextOpenAt(OFFICE, at('16:30'))).toBe(at('16:30'));
    expect(nextOpenAt(OFFICE, at('19:00'))).toBe(at('20:00'));
    expect(nextOpenAt(OFFICE, '2026-11-26T00:00:00Z')).toBe('2026-11-27T16:00:00Z');
  });
});

describe('on switch nights', () => {
  const night = (zone: string) =>
    calendar({ zone, week: everyDay(hours('00:00-00:30', '01:15-03:45', '23:30-24:00')) });

  it.each(SWITCH_DAYS)(
    '%s, %s: open exactly while the clock on the wall shows opening hours',
    (zone, day) => {
      const at = night(zone);
      const start = Date.parse(`${day}T00:00:00Z`) - 20 * HOUR;
      const spans = [
        ['00:00:00', '00:30:00'],
        ['01:15:00', '03:45:00'],
        ['23:30:00', '24:00:00'],
      ] as const;
      let openMs = 0;
      for (let ms = start; ms < start + 64 * HOUR; ms += HOUR / 12) {
        const { time } = clockIn(zone, ms);
        const expected = spans.some(([from, to]) => from <= time && time < to);
        const moment = new Date(ms).toISOString();
        expect([moment, isOpen(at, moment)]).toEqual([moment, expected]);
        if (expected) openMs += HOUR / 12;
      }
      const [from, to] = [new Date(start).toISOString(), new Date(start + 64 * HOUR).toISOString()];
      expect(openMsBetween(at, from, to)).toBe(openMs);
    },
  );

  it('what is open without a break is one stretch, and what has no length is none', () => {
    expect(openingsOn(OFFICE, '2026-11-27')).toEqual([
      { opensAt: '2026-11-27T16:00:00Z', closesAt: '2026-11-27T18:00:00Z' },
    ]);
    const lengths = (day: string, ...open: string[]) =>
      openingsOn(calendar({ week: everyDay(hours(...open)) }), day).map(
        ({ opensAt, closesAt }) => (Date.parse(closesAt) - Date.parse(opensAt)) / HOUR,
      );
    expect(lengths('2026-11-01', '00:00-24:00')).toEqual([25]);
    expect(lengths('2026-03-08', '01:00-04:00')).toEqual([2]);
    expect(lengths('2026-03-08', '01:00-02:00', '02:00-02:30', '03:00-04:00')).toEqual([2]);
    expect(lengths('2026-03-08', '02:00-03:00')).toEqual([]);
    expect(lengths('2026-11-01', '01:00-01:30')).toEqual([0.5, 0.5]);
  });

  it('an hour that does not exist is not worked, one that comes twice is worked twice', () => {
    const twoToThree = (zone = 'America/Denver') => calendar({ zone, week: everyDay(hours('02:00-03:00')) });
    const day = (date: string) =>
      openMsBetween(twoToThree(), `${date}T06:00:00Z`, plusHours(`${date}T06:00:00Z`, 24)) / HOUR;
    expect(day('2026-03-07')).toBe(1);
    expect(day('2026-03-08')).toBe(0);
    const oneToTwo = calendar({ week: everyDay(hours('01:00-02:00')) });
    expect(openMsBetween(oneToTwo, '2026-11-01T06:00:00Z', '2026-11-02T07:00:00Z') / HOUR).toBe(2);
    expect(bh('2026-11-01T06:00:00Z', 2, oneToTwo)).toBe('2026-11-01T09:00:00Z');
  });

  it('open all day and all night, business hours are real hours', () => {
    for (const zone of ZONES) {
      const always = calendar({ zone, week: everyDay(hours('00:00-24:00')) });
      expect(bh('2026-03-07T12:34:56Z', 500, always)).toBe(
        new Date(Date.parse('2026-03-07T12:34:56Z') + 500 * HOUR).toISOString().replace('.000', ''),
      );
    }
  });
});

describe('properties', () => {
  const anyHours = fc
    .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 6 })
    .map((quarters) => {
      const times = quarters
        .toSorted((a, b) => a - b)
        .map(
          (quarter) =>
            `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
        );
      return times.flatMap((from, index) =>
        index % 2 === 0 && times[index + 1] !== undefined ? [{ from, to: times[index + 1] ?? '' }] : [],
      );
    });
  const anyCalendar = fc
    .record({
      zone: fc.constantFrom(...ZONES),
      week: fc.record(
        Object.fromEntries(WEEKDAYS.map((day) => [day, fc.oneof(fc.constant([] as Hours), anyHours)])),
      ),
      open: anyHours,
      closed: fc.boolean(),
    })
    .map(({ zone, week, open, closed }) =>
      calendar({
        zone,
        week: { ...(week as BusinessCalendar['week']), wednesday: open },
        special_days: closed ? [{ on: '2026-03-30', name: 'closed', hours: [] }] : [],
      }),
    );
  const anyInstant = fc
    .integer({ min: Date.UTC(2026, 2, 1) / 1_000, max: Date.UTC(2026, 10, 30) / 1_000 })
    .map((seconds) => new Date(seconds * 1_000).toISOString());
  const anyCount = fc.integer({ min: 1, max: 12 });

  it('calendars are valid data', () => {
    fc.assert(
      fc.property(anyCalendar, (any) => {
        expect(businessCalendarSchema.parse(JSON.parse(JSON.stringify(any)))).toEqual(any);
      }),
    );
  });

  it('a due time lies in open hours, the close included, and exactly so much open time later', () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, anyCount, (any, from, count) => {
        const due = bh(from, count, any);
        expect(openMsBetween(any, from, due)).toBe(count * HOUR);
        const lastMoment = new Date(Date.parse(due) - 1).toISOString();
        expect(isOpen(any, lastMoment)).toBe(true);
        const { weekday, day, time } = clockIn(any.zone, lastMoment);
        const special = any.special_days.find(({ on }) => on === day);
        const open = special?.hours ?? any.week[weekday as (typeof WEEKDAYS)[number]];
        expect(open.some(({ from: opens, to }) => `${opens}:00` <= time && time < `${to}:00`)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is additive, and later when asked later or for longer', () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, anyCount, anyCount, fc.nat(100), (any, from, one, two, wait) => {
        expect(bh(bh(from, one, any), two, any)).toBe(bh(from, one + two, any));
        expect(Date.parse(bh(from, one + two, any))).toBeGreaterThan(Date.parse(bh(from, one, any)));
        expect(Date.parse(bh(plusHours(from, wait), one, any))).toBeGreaterThanOrEqual(
          Date.parse(bh(from, one, any)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('counting from the next opening changes nothing', () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, anyCount, (any, from, count) => {
        const opens = nextOpenAt(any, from);
        expect(isOpen(any, opens)).toBe(true);
        expect(bh(opens, count, any)).toBe(bh(from, count, any));
      }),
      { numRuns: 200 },
    );
  });
});

describe('calendars as data', () => {
  it.each<[string, object]>([
    ['an unknown zone', { zone: 'Mars/Base' }],
    ['a bare offset', { zone: '+02:00' }],
    ['never open', { week: everyDay([]) }],
    ['hours out of order', { week: everyDay(hours('13:00-17:00', '09:00-12:00')) }],
    ['hours that touch', { week: everyDay(hours('09:00-12:00', '12:00-17:00')) }],
    ['hours past midnight', { week: everyDay(hours('22:00-06:00')) }],
    ['no length', { week: everyDay(hours('09:00-09:00')) }],
    ['a time that no clock shows', { week: everyDay(hours('09:00-24:30')) }],
    [
      'a day named twice',
      {
        special_days: [
          { on: '2026-12-25', name: 'a', hours: [] },
          { on: '2026-12-25', name: 'b', hours: [] },
        ],
      },
    ],
    ['a weekday left out', { week: { monday: DAY } }],
  ])('refuses %s', (_, changes) => {
    expect(businessCalendarSchema.safeParse({ ...calendar(), ...changes }).success).toBe(false);
  });
});
