import fc from 'fast-check';
import {
  EXAMPLE_PROTOCOL_TEMPLATES,
  assentsDueAt,
  contactStanding,
  exampleOf,
  expiresAt,
  expiries,
  followUpDue,
  integrationClock,
  prescribingBasisEndsOn,
} from '#clinical';
import { isTimeZone } from '#calendar';
import { HOUR, SWITCH_DAYS, ZONES, clockIn, plusHours } from '../../calendar/zones.js';

const { integration } = EXAMPLE_PROTOCOL_TEMPLATES.six_in_three_weeks;
const clock = (
  sessionEndedAt: string,
  contacts: string[] = [],
  zone = 'America/Denver',
  second = integration.second,
) => integrationClock({ integration: { ...integration, second }, zone, sessionEndedAt, contacts });
const DAYS_AFTER = { kind: 'days_after', from_day: 5, to_day: 9 } as const;

describe('integration', () => {
  // Saturday; in Denver the clocks go back the night after.
  const ended = '2026-10-31T21:00:00Z';

  it('counts real hours, whatever clocks are turned meanwhile', () => {
    expect(clock(ended).first).toEqual({
      targetFromAt: '2026-11-01T21:00:00Z',
      targetToAt: '2026-11-02T21:00:00Z',
      limitAt: '2026-11-03T21:00:00Z',
      doneAt: null,
    });
  });

  it('asks for the second contact in the calendar week that follows', () => {
    expect(clock(ended).second).toEqual({
      opensAt: '2026-11-02T07:00:00Z',
      closesAt: '2026-11-09T07:00:00Z',
      doneAt: null,
    });
    // A Monday session: the following week is seven days ahead. A Sunday one: the next day.
    expect(clock('2026-11-02T18:00:00Z').second?.opensAt).toBe('2026-11-09T07:00:00Z');
    expect(clock('2026-11-08T18:00:00Z').second?.opensAt).toBe('2026-11-09T07:00:00Z');
    const fromSunday = { kind: 'following_week', week_starts_on: 7 } as const;
    expect(clock(ended, [], 'America/Denver', fromSunday).second?.opensAt).toBe('2026-11-01T06:00:00Z');
  });

  it('or so many days after, both days counted, or not at all', () => {
    expect(clock(ended, [], 'America/Denver', DAYS_AFTER).second).toMatchObject({
      opensAt: '2026-11-05T07:00:00Z',
      closesAt: '2026-11-10T07:00:00Z',
    });
    expect(clock(ended, [plusHours(ended, 30)], 'UTC', null)).toMatchObject({
      first: { doneAt: plusHours(ended, 30) },
      second: null,
    });
  });

  it('one contact never counts twice, and none from before the session counts', () => {
    const before = plusHours(ended, -1);
    const monday = '2026-11-02T18:00:00Z';
    expect(clock(ended, [before]).first.doneAt).toBeNull();
    expect(clock(ended, [monday, before])).toMatchObject({
      first: { doneAt: monday },
      second: { doneAt: null },
    });
    const thursday = '2026-11-05T18:00:00Z';
    expect(clock(ended, [thursday, monday])).toMatchObject({
      first: { doneAt: monday },
      second: { doneAt: thursday },
    });
    // Two contacts within the week of the session: the second is still owed.
    const early = [plusHours(ended, 1), plusHours(ended, 2)];
    expect(clock(ended, early).second?.doneAt).toBeNull();
    expect(clock(ended, [ended]).first.doneAt).toBe(ended);
  });

  it.each<[number, string]>([
    [23.9, 'before_target'],
    [24, 'in_target'],
    [48, 'in_target'],
    [48.1, 'after_target'],
    [72, 'after_target'],
    [72.1, 'past_limit'],
  ])('%d hours after the session is %s', (hours, standing) => {
    expect(contactStanding(clock(ended).first, plusHours(ended, hours))).toBe(standing);
  });

  it('the following week is seven calendar days that begin after the day of the session, in every zone', () => {
    const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(moments, fc.constantFrom(...ZONES), fc.integer({ min: 1, max: 7 }), (ms, zone, start) => {
        const { second } = clock(new Date(ms).toISOString(), [], zone, {
          kind: 'following_week',
          week_starts_on: start,
        });
        const opens = clockIn(zone, second?.opensAt ?? '');
        expect(opens.day > clockIn(zone, ms).day).toBe(true);
        const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
        expect(opens.weekday).toBe(weekdays[start - 1]);
        expect(clockIn(zone, second?.closesAt ?? '').weekday).toBe(opens.weekday);
        const length = (Date.parse(second?.closesAt ?? '') - Date.parse(second?.opensAt ?? '')) / HOUR;
        expect(Math.abs(length - 168)).toBeLessThanOrEqual(1);
        expect(Date.parse(second?.opensAt ?? '') - ms).toBeLessThanOrEqual(169 * HOUR);
      }),
    );
  });
});

describe('follow-up', () => {
  it('counts days of the calendar from the day in the zone', () => {
    const followUp = { after_days: 30, earlier_days: 5, later_days: 5 };
    expect(followUpDue(followUp, '2026-10-20T02:00:00Z', 'America/Denver')).toEqual({
      opensAt: '2026-11-13T07:00:00Z',
      dueOn: '2026-11-18',
      closesAt: '2026-11-24T07:00:00Z',
    });
    expect(followUpDue(followUp, '2026-10-20T02:00:00Z', 'Europe/Berlin').dueOn).toBe('2026-11-19');
  });
});

describe('what expires', () => {
  it.each(SWITCH_DAYS)('%s, %s: a day ends when the next one begins there', (zone, day) => {
    const end = expiresAt(day, zone);
    expect(clockIn(zone, Date.parse(end) - 1).day).toBe(day);
    expect(clockIn(zone, end).day > day).toBe(true);
  });

  it('is listed by when it ends, and left out when it does not', () => {
    const found = expiries(
      [
        { what: 'eligibility', lastDay: '2027-01-31' },
        { what: 'prescribing_basis', lastDay: '2026-12-31' },
        { what: 'dose_decision', lastDay: null },
      ],
      'America/Denver',
    );
    expect(found).toEqual([
      { what: 'prescribing_basis', lastDay: '2026-12-31', expiresAt: '2027-01-01T07:00:00Z' },
      { what: 'eligibility', lastDay: '2027-01-31', expiresAt: '2027-02-01T07:00:00Z' },
    ]);
  });

  it('assents are due so many days before the plan ends, over a switch too', () => {
    expect(assentsDueAt('2026-11-05', 7, 'America/Denver')).toBe('2026-10-30T06:00:00Z');
    expect(assentsDueAt('2026-11-05', 0, 'America/Denver')).toBe(expiresAt('2026-11-05', 'America/Denver'));
  });

  it('a prescribing basis ends with its dated rule or its examination, whichever is earlier', () => {
    const rule = { name: 'SYNTHETIC EXAMPLE', dated_on: '2025-01-01', ends_on: '2026-12-31' };
    const exam = { kind: 'in_person_exam', examined_on: '2026-08-31', rule: null } as const;
    expect(
      prescribingBasisEndsOn({ kind: 'tele_prescribing_flexibility', examined_on: null, rule }, 12),
    ).toBe('2026-12-31');
    expect(
      prescribingBasisEndsOn({ kind: 'tele_prescribing_flexibility', examined_on: '2026-01-01', rule }, 1),
    ).toBe('2026-12-31');
    expect(prescribingBasisEndsOn(exam, null)).toBeNull();
    expect(prescribingBasisEndsOn(exam, 6)).toBe('2027-02-28');
    expect(prescribingBasisEndsOn({ ...exam, rule }, 6)).toBe('2026-12-31');
    expect(prescribingBasisEndsOn({ ...exam, rule: { ...rule, ends_on: null } }, 3)).toBe('2026-11-30');
    const { prescribing_basis: basis } = exampleOf('eligibility_decision');
    expect(basis && prescribingBasisEndsOn(basis, 24)).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
  });
});

describe('zones', () => {
  it('are names of the IANA database, never bare offsets', () => {
    for (const name of [...ZONES, 'UTC']) expect(isTimeZone(name)).toBe(true);
    for (const name of ['', '+02:00', '-07', 'Mars/Base', 'America/Denver ', 'EST5EDTX', '2026-11-01[UTC]']) {
      expect(isTimeZone(name)).toBe(false);
    }
  });
});
