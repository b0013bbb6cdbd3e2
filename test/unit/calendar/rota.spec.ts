import fc from 'fast-check';
import { SLOTS, dutyAt, gapsBetween, rotaSchema, shiftsBetween, type Change, type Rota } from '#calendar';
import { PEOPLE, anyScene, person, plan, range, rota, rule, week } from './rotas.js';
import { HOUR, SWITCH_DAYS, clockIn } from './zones.js';

const [ADA = '', BEN = '', CLEO = '', DORA = ''] = PEOPLE;
const primaryAt = (given: Parameters<typeof plan>[0], at: string) =>
  dutyAt(plan(given), Date.parse(at)).primary;

describe('shifts', () => {
  it('tile the time of each slot without overlap or hole', () => {
    fc.assert(
      fc.property(anyScene, ({ plan: any, asked }) => {
        const shifts = shiftsBetween(any, asked);
        for (const slot of SLOTS) {
          const own = shifts.filter((shift) => shift.slot === slot);
          expect(own[0]?.fromMs).toBe(asked.fromMs);
          expect(own.at(-1)?.toMs).toBe(asked.toMs);
          own.forEach((shift, at) => {
            expect(shift.toMs).toBeGreaterThan(shift.fromMs);
            if (at > 0) expect(shift.fromMs).toBe(own[at - 1]?.toMs);
          });
        }
      }),
    );
  });

  it('say of every instant what is said of it alone, however much is asked around it', () => {
    fc.assert(
      fc.property(anyScene, ({ plan: any, asked, atMs }) => {
        const shifts = shiftsBetween(any, asked);
        const alone = dutyAt(any, atMs);
        for (const slot of SLOTS) {
          const shift = shifts.find((each) => each.slot === slot && each.fromMs <= atMs && atMs < each.toMs);
          expect([slot, shift?.person]).toEqual([slot, alone[slot]]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('begin at the same instants, whatever range shows them', () => {
    fc.assert(
      fc.property(anyScene, fc.integer({ min: 1, max: 400 }), ({ plan: any, asked }, quarters) => {
        const wider = { ...asked, fromMs: asked.fromMs - (quarters * HOUR) / 4 };
        const starts = (from: typeof asked) =>
          shiftsBetween(any, from)
            .filter(({ fromMs }) => fromMs > asked.fromMs)
            .map(({ slot, fromMs, person: who }) => [slot, fromMs, who]);
        expect(starts(wider)).toEqual(starts(asked));
      }),
    );
  });

  it('never have one person in both slots, nor anybody who may not be on duty', () => {
    fc.assert(
      fc.property(anyScene, ({ plan: any, atMs }) => {
        const { primary, secondary } = dutyAt(any, atMs);
        if (primary !== null) expect(secondary).not.toBe(primary);
        for (const who of [primary, secondary]) expect(who === null || any.people.has(who)).toBe(true);
      }),
    );
  });

  it.each(SWITCH_DAYS)('%s, %s: change hands when the clock on the wall says so', (zone, day) => {
    for (const at of ['00:00', '00:15', '01:30', '02:30', '23:45']) {
      const weekday = clockIn('UTC', `${day}T12:00:00Z`).weekday as 'monday';
      const turns = rule([ADA, BEN], { starts_on: minusWeek(day), hands_over: { weekday, at } });
      const on = plan({ rota: rota({ zone, primary: [turns] }) });
      const handOverMs = firstShowing(zone, `${day} ${at}:00`);
      const holders = [-1, 0, 5 * 24 * HOUR].map((ms) => dutyAt(on, handOverMs + ms).primary);
      expect([at, ...holders]).toEqual([at, ADA, BEN, BEN]);
    }
  });
});

describe('a rota', () => {
  it('takes turns in order, for as many weeks as it says, and not before it starts', () => {
    const fortnights = rota({ primary: [rule([ADA, BEN, CLEO], { every_weeks: 2 })] });
    const at = (day: string) => primaryAt({ rota: fortnights }, `${day}T18:00:00Z`);
    expect(
      ['2026-01-04', '2026-01-05', '2026-01-18', '2026-01-19', '2026-02-02', '2026-02-16'].map(at),
    ).toEqual([null, ADA, ADA, BEN, CLEO, ADA]);
  });

  it('lets the first rule decide that has somebody', () => {
    const office = week([{ from: '09:00', to: '17:00' }], ['saturday', 'sunday']);
    const both = rota({ primary: [rule([ADA], { within: office }), rule([BEN])] });
    const at = (time: string) => primaryAt({ rota: both }, time);
    expect(['2026-02-04T15:59:59Z', '2026-02-04T16:00:00Z', '2026-02-05T00:00:00Z'].map(at)).toEqual([
      BEN,
      ADA,
      BEN,
    ]);
  });

  it('of one person has a shift each week all the same, which nothing that concerns others cuts', () => {
    const january = range('2026-01-10T00:00:00Z', '2026-01-27T00:00:00Z');
    const leave = [{ person: BEN, cover: null, ...range('2026-01-11T00:00:00Z', '2026-01-13T00:00:00Z') }];
    const shifts = shiftsBetween(plan({ rota: rota({ primary: [rule([ADA])] }), leave }), january);
    const own = shifts.filter(({ slot }) => slot === 'primary');
    expect(own.map(({ fromMs }) => new Date(fromMs).toISOString())).toEqual([
      '2026-01-10T00:00:00.000Z',
      '2026-01-12T16:00:00.000Z',
      '2026-01-19T16:00:00.000Z',
      '2026-01-26T16:00:00.000Z',
    ]);
  });

  it('of whole days is not cut at midnight', () => {
    const allWeek = rule([ADA], { within: week([{ from: '00:00', to: '24:00' }]) });
    const days = range('2026-01-06T12:00:00Z', '2026-01-09T12:00:00Z');
    const shifts = shiftsBetween(plan({ rota: rota({ primary: [allWeek] }) }), days);
    expect(shifts.filter(({ slot }) => slot === 'primary')).toEqual([
      { slot: 'primary', person: ADA, ...days },
    ]);
  });

  it.each<[string, object]>([
    [
      'a start on another weekday than the hand-over',
      { primary: [rule([ADA], { starts_on: '2026-01-06' })] },
    ],
    ['nobody to take turns', { primary: [rule([])] }],
    ['a slot without rules for whoever is first called', { primary: [] }],
    ['an unknown zone', { zone: 'Mars/Base' }],
    [
      'a time that no clock shows',
      { primary: [rule([ADA], { hands_over: { weekday: 'monday', at: '24:00' } })] },
    ],
    ['somebody who is no id', { primary: [rule(['ada'])] }],
    ['an unknown key', { nights: [] }],
  ])('refuses %s', (_, changes) => {
    expect(rotaSchema.safeParse(rota()).success).toBe(true);
    expect(rotaSchema.safeParse({ ...rota(), ...changes }).success).toBe(false);
  });
});

describe('what changes a rota', () => {
  const only = (who: string): Rota => rota({ primary: [rule([who])] });
  const day = range('2026-02-10T00:00:00Z', '2026-02-11T00:00:00Z');
  const NOON = '2026-02-10T12:00:00Z';
  const override = (who: string | null) =>
    ({ kind: 'override', slot: 'primary', person: who, ...day }) as const;
  const swap = (giver: string, taker: string) =>
    ({ kind: 'swap', slot: 'primary', giver, taker, ...day }) as const;

  it('an override counts from its first instant up to its last, in its slot alone', () => {
    const given = {
      rota: rota({ primary: [rule([ADA])], secondary: [rule([BEN])] }),
      changes: [override(CLEO)],
    };
    const at = (text: string) => dutyAt(plan(given), Date.parse(text));
    expect(at('2026-02-09T23:59:59.999Z').primary).toBe(ADA);
    expect(at('2026-02-10T00:00:00Z')).toEqual({ primary: CLEO, secondary: BEN });
    expect(at('2026-02-11T00:00:00Z').primary).toBe(ADA);
  });

  it('what was decided later acts upon what was decided before', () => {
    const at = (...changes: Change[]) => primaryAt({ rota: only(ADA), changes }, NOON);
    expect(at(override(CLEO), override(BEN))).toBe(BEN);
    expect(at(swap(ADA, BEN), swap(BEN, CLEO))).toBe(CLEO);
    expect(at(override(BEN), swap(BEN, CLEO))).toBe(CLEO);
    expect(at(swap(ADA, BEN), override(null))).toBe(null);
    expect(at(override(BEN), swap(ADA, CLEO))).toBe(BEN);
  });

  it('who is away is away whoever planned him; covers stand in one for another, and circles lead to nobody', () => {
    const away = (who: string, cover: string | null) => ({ person: who, cover, ...day });
    const at = (...leave: ReturnType<typeof away>[]) => primaryAt({ rota: only(ADA), leave }, NOON);
    expect(at(away(ADA, BEN))).toBe(BEN);
    expect(at(away(ADA, null))).toBe(null);
    expect(at(away(ADA, BEN), away(BEN, CLEO))).toBe(CLEO);
    expect(at(away(ADA, BEN), away(BEN, ADA))).toBe(null);
    expect(primaryAt({ rota: only(ADA), changes: [override(BEN)], leave: [away(BEN, DORA)] }, NOON)).toBe(
      DORA,
    );
  });

  it('a cover who may not be on duty covers nothing', () => {
    const leave = [{ person: ADA, cover: person('eve'), ...day }];
    expect(primaryAt({ rota: only(ADA), leave }, NOON)).toBe(null);
  });
});

describe('gaps', () => {
  const office = week([{ from: '09:00', to: '17:00' }], ['saturday', 'sunday']);
  const weekdays = (covers: Rota['covers']) =>
    plan({ rota: rota({ covers, primary: [rule([ADA], { within: office })] }) });
  const friday = range('2026-02-06T18:00:00Z', '2026-02-09T18:00:00Z');
  const calendar = {
    format: 'trialogue/business-calendar/1' as const,
    calendar_id: 'office',
    version: 1,
    zone: 'America/Denver',
    week: week([{ from: '08:00', to: '17:00' }], ['saturday', 'sunday']),
    special_days: [],
  };
  const asText = (gaps: ReturnType<typeof gapsBetween>) =>
    gaps.map(({ slot, fromMs, toMs }) => [
      slot,
      new Date(fromMs).toISOString(),
      new Date(toMs).toISOString(),
    ]);

  it('are every time without anybody where somebody must always be there', () => {
    expect(asText(gapsBetween(weekdays('always'), friday, calendar))).toEqual([
      ['primary', '2026-02-07T00:00:00.000Z', '2026-02-09T16:00:00.000Z'],
    ]);
  });

  it('are only what is open where that is all that must be covered; without a calendar, always', () => {
    expect(asText(gapsBetween(weekdays('open_hours'), friday, calendar))).toEqual([
      ['primary', '2026-02-09T15:00:00.000Z', '2026-02-09T16:00:00.000Z'],
    ]);
    expect(gapsBetween(weekdays('open_hours'), friday, null)).toHaveLength(1);
  });

  it('are looked for in a second slot only if it has rules', () => {
    const second = plan({ rota: rota({ secondary: [rule([person('eve')])] }) });
    expect(gapsBetween(second, friday, null).map(({ slot }) => slot)).toEqual(['secondary']);
    expect(gapsBetween(plan(), friday, null)).toEqual([]);
  });
});

function minusWeek(day: string): string {
  return new Date(Date.parse(day) - 7 * 24 * HOUR).toISOString().slice(0, 10);
}

/**
 * The first instant at which the wall shows `moment` (date and time), as the engine's Intl says; where the clock jumps
 * over it, the instant at which it would have shown it, had it not been turned.
 */
function firstShowing(zone: string, moment: string): number {
  const wall = (ms: number) => {
    const { day, time } = clockIn(zone, ms);
    return `${day} ${time}`;
  };
  const step = HOUR / 12;
  for (let ms = Date.parse(`${moment.slice(0, 10)}T00:00:00Z`) - 40 * HOUR; ; ms += step) {
    if (wall(ms) === moment) return ms;
    if (wall(ms) > moment) {
      const before = wall(ms - step).replace(' ', 'T');
      return ms - step + (Date.parse(`${moment.replace(' ', 'T')}Z`) - Date.parse(`${before}Z`));
    }
  }
}
