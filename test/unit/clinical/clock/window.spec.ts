import fc from 'fast-check';
import {
  EXAMPLE_PROTOCOL_TEMPLATES,
  nextSession,
  protocolTemplateSchema,
  type Course,
  type NextSession,
  type ProtocolTemplate,
  type SessionLimit,
} from '#clinical';
import { HOUR, SWITCH_DAYS, ZONES, clockIn } from '../../calendar/zones.js';

const T = EXAMPLE_PROTOCOL_TEMPLATES;
const noon = (...days: string[]) => days.map((day) => `${day}T18:00:00Z`);
const bound = (from: SessionLimit['from'], changes: Partial<SessionLimit>): SessionLimit => ({
  from,
  notBefore: null,
  notAfter: null,
  minDaysBetween: null,
  sessionsLeft: null,
  ...changes,
});
const next = (template: ProtocolTemplate, sessions: readonly string[], changes: Partial<Course> = {}) =>
  nextSession({ template, zone: 'America/Denver', sessions, reviews: [], limits: [], ...changes });
const daysOf = (found: NextSession) =>
  found.kind === 'window'
    ? [found.opens?.day ?? null, found.targetDay, found.closes?.day ?? null]
    : [found.kind];

describe('the next session by its template', () => {
  it('the first has no bound but those from outside', () => {
    expect(next(T.six_in_three_weeks, [])).toEqual({
      kind: 'window',
      number: 1,
      block: 'Course',
      optional: false,
      opens: null,
      opensAt: null,
      targetDay: null,
      closes: null,
      closesAt: null,
      spanMissed: false,
    });
    const limits = [bound('dose_decision', { notBefore: '2026-11-02', notAfter: '2026-11-30' })];
    expect(next(T.six_in_three_weeks, [], { limits })).toMatchObject({
      opens: { day: '2026-11-02', by: 'dose_decision' },
      opensAt: '2026-11-02T07:00:00Z',
      closesAt: '2026-12-01T07:00:00Z',
    });
  });

  it('6 in 3 weeks: two to seven days apart, room kept for those to come', () => {
    expect(daysOf(next(T.six_in_three_weeks, noon('2026-11-02')))).toEqual([
      '2026-11-04',
      '2026-11-05',
      '2026-11-09',
    ]);
    // Four more must fit at two days each before day 21 (22 November): the third by the 16th.
    const third = next(T.six_in_three_weeks, noon('2026-11-02', '2026-11-09'));
    expect(third).toMatchObject({
      opens: { day: '2026-11-11', by: 'spacing' },
      closes: { day: '2026-11-16', by: 'spacing' },
    });
    const fourth = next(T.six_in_three_weeks, noon('2026-11-02', '2026-11-09', '2026-11-16'));
    expect(fourth).toMatchObject({ closes: { day: '2026-11-18', by: 'span' }, spanMissed: false });
  });

  it('says when a block can no longer end within its span, and still gives a window', () => {
    const late = next(T.six_in_three_weeks, noon('2026-11-02', '2026-11-09', '2026-11-18'));
    expect(late).toMatchObject({
      spanMissed: true,
      opens: { day: '2026-11-20' },
      closes: { day: '2026-11-25', by: 'spacing' },
    });
  });

  it('6 in 2 to 3 weeks: the sixth not before day 14', () => {
    const quick = noon('2026-11-02', '2026-11-04', '2026-11-06', '2026-11-08', '2026-11-10');
    expect(next(T.six_in_two_to_three_weeks, quick)).toMatchObject({
      number: 6,
      opens: { day: '2026-11-15', by: 'span' },
      closes: { day: '2026-11-15' },
    });
    // Held closer together than the protocol says: the sixth still waits for day 14, and gets that day.
    const closer = [...quick.slice(0, 4), ...noon('2026-11-09')];
    expect(next(T.six_in_two_to_three_weeks, closer)).toMatchObject({
      kind: 'window',
      opens: { day: '2026-11-15', by: 'span' },
      closes: { day: '2026-11-15', by: 'span' },
    });
    expect(daysOf(next(T.six_in_two_to_three_weeks, quick.slice(0, 4)))).toEqual([
      '2026-11-10',
      '2026-11-11',
      '2026-11-13',
    ]);
    expect(next(T.six_in_two_to_three_weeks, [...quick, ...noon('2026-11-15')])).toEqual({
      kind: 'complete',
      sessions: 6,
    });
  });

  it('2, then a review, then 4 to 6, the last two optional', () => {
    const two = noon('2026-11-02', '2026-11-09');
    expect(next(T.two_then_review, two.slice(0, 1))).toMatchObject({
      number: 2,
      block: 'First two',
      optional: false,
    });
    expect(next(T.two_then_review, two)).toEqual({
      kind: 'review_due',
      afterSession: 2,
      since: two[1],
      block: 'First two',
    });
    expect(next(T.two_then_review, two, { reviews: noon('2026-11-08') }).kind).toBe('review_due');
    const reviews = noon('2026-11-11');
    expect(next(T.two_then_review, two, { reviews })).toMatchObject({
      number: 3,
      block: 'After the review',
      optional: false,
      targetDay: '2026-11-16',
    });
    const more = [...two, ...noon('2026-11-16', '2026-11-23', '2026-11-30', '2026-12-07')];
    expect(next(T.two_then_review, more.slice(0, 5), { reviews })).toMatchObject({
      number: 6,
      optional: false,
    });
    expect(next(T.two_then_review, more, { reviews })).toMatchObject({ number: 7, optional: true });
    const all = [...more, ...noon('2026-12-14', '2026-12-21')];
    expect(next(T.two_then_review, all, { reviews })).toEqual({ kind: 'complete', sessions: 8 });
  });

  it('a review ends a block of open length once it had its least number', () => {
    const [first, second] = T.two_then_review.blocks;
    if (first === undefined || second === undefined) throw new Error('no blocks');
    const open: ProtocolTemplate = {
      ...T.two_then_review,
      blocks: [{ ...first, sessions: { min: 2, max: 4 } }, second],
    };
    const sessions = noon('2026-11-02', '2026-11-09', '2026-11-16');
    expect(next(open, sessions)).toMatchObject({ block: 'First two', optional: true, number: 4 });
    expect(next(open, sessions, { reviews: noon('2026-11-17') })).toMatchObject({
      block: 'After the review',
      optional: false,
    });
    // A review after the second: the third already belonged to the next block.
    expect(next(open, sessions, { reviews: noon('2026-11-10') })).toMatchObject({
      block: 'After the review',
    });
    const after = next(open, [...sessions, ...noon('2026-11-23', '2026-11-30')], {
      reviews: noon('2026-11-10'),
    });
    expect(after).toMatchObject({ block: 'After the review', optional: false, number: 6 });
    // A review after the third: all three belonged to the first block, so three more are not yet the least four.
    const six = [...sessions, ...noon('2026-11-23', '2026-11-30', '2026-12-07')];
    expect(next(open, six, { reviews: noon('2026-11-17') })).toMatchObject({ optional: false, number: 7 });
    expect(next(open, six, { reviews: noon('2026-11-10') })).toMatchObject({ optional: true, number: 7 });
    expect(next(open, sessions.slice(0, 1), { reviews: noon('2026-11-03') })).toMatchObject({
      block: 'First two',
    });
  });

  it('maintenance goes on without end: every week, every 2 weeks, every month', () => {
    const last = noon('2027-01-31');
    expect(daysOf(next(T.maintenance_weekly, last))).toEqual(['2027-02-05', '2027-02-07', '2027-02-09']);
    expect(daysOf(next(T.maintenance_biweekly, last))).toEqual(['2027-02-11', '2027-02-14', '2027-02-17']);
    expect(daysOf(next(T.maintenance_monthly, last))).toEqual(['2027-02-21', '2027-02-28', '2027-03-07']);
    const many = Array.from({ length: 60 }, (_, week) =>
      new Date(Date.UTC(2026, 0, 5 + 7 * week, 18)).toISOString(),
    );
    expect(next(T.maintenance_weekly, many)).toMatchObject({ kind: 'window', number: 61, optional: true });
  });
});

describe('what bounds it from outside', () => {
  const sessions = noon('2026-11-02');

  it('the strictest bound holds and is named; of equals the template', () => {
    const limits = [
      bound('dose_decision', { minDaysBetween: 5, notAfter: '2026-11-30' }),
      bound('eligibility', { notAfter: '2026-11-08' }),
      bound('session_cap', { notAfter: '2026-11-08', sessionsLeft: 1 }),
    ];
    expect(next(T.six_in_three_weeks, sessions, { limits })).toMatchObject({
      opens: { day: '2026-11-07', by: 'dose_decision' },
      closes: { day: '2026-11-08', by: 'eligibility' },
    });
    const same = [bound('dose_decision', { minDaysBetween: 2, notAfter: '2026-11-09' })];
    expect(next(T.six_in_three_weeks, sessions, { limits: same })).toMatchObject({
      opens: { by: 'spacing' },
      closes: { by: 'spacing' },
    });
  });

  it('bounds that contradict each other are no window, and both are named', () => {
    const limits = [bound('dose_decision', { minDaysBetween: 14 })];
    expect(next(T.six_in_three_weeks, sessions, { limits })).toEqual({
      kind: 'no_window',
      number: 2,
      opens: { day: '2026-11-16', by: 'dose_decision' },
      closes: { day: '2026-11-09', by: 'spacing' },
    });
    const [oneDay] = [[bound('eligibility', { notAfter: '2026-11-04' })]];
    expect(next(T.six_in_three_weeks, sessions, { limits: oneDay }).kind).toBe('window');
  });

  it('none left is said, with who set the number', () => {
    const limits = [bound('dose_decision', { sessionsLeft: 3 }), bound('session_cap', { sessionsLeft: 0 })];
    expect(next(T.six_in_three_weeks, sessions, { limits })).toEqual({
      kind: 'none_left',
      number: 2,
      by: 'session_cap',
    });
  });
});

describe('over zones and switch nights', () => {
  const switchDays = SWITCH_DAYS.filter(([zone]) => zone !== 'Pacific/Apia');
  it.each(switchDays)(
    '%s around %s: the window opens with its first day and closes with its last',
    (zone, day) => {
      for (let back = 0; back <= 6; back += 1) {
        const held = new Date(Date.parse(`${day}T12:00:00Z`) - back * 24 * HOUR).toISOString();
        const found = next(T.six_in_three_weeks, [held], { zone });
        if (found.kind !== 'window' || found.opensAt === null || found.closesAt === null)
          throw new Error(found.kind);
        expect(clockIn(zone, found.opensAt).day).toBe(found.opens?.day);
        expect(clockIn(zone, Date.parse(found.opensAt) - 1).day < (found.opens?.day ?? '')).toBe(true);
        expect(clockIn(zone, Date.parse(found.closesAt) - 1).day).toBe(found.closes?.day);
        expect(clockIn(zone, found.closesAt).day > (found.closes?.day ?? '')).toBe(true);
      }
    },
  );

  it('a day that a zone left out has no length: what opens on it opens with the next', () => {
    const found = next(T.six_in_three_weeks, ['2011-12-28T22:00:00Z'], { zone: 'Pacific/Apia' });
    expect(found).toMatchObject({ opens: { day: '2011-12-30' }, opensAt: '2011-12-30T10:00:00Z' });
    expect(clockIn('Pacific/Apia', '2011-12-30T10:00:00Z')).toMatchObject({
      day: '2011-12-31',
      time: '00:00:00',
    });
  });

  it('counts from the day in the zone of the case, not of Greenwich', () => {
    const evening = ['2026-11-03T02:00:00Z'];
    expect(daysOf(next(T.maintenance_weekly, evening))[1]).toBe('2026-11-09');
    expect(daysOf(next(T.maintenance_weekly, evening, { zone: 'Asia/Kolkata' }))[1]).toBe('2026-11-10');
  });

  const instants = fc
    .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })
    .map((ms) => new Date(ms).toISOString());
  const templates = fc.constantFrom(...Object.values(T));

  it('does not depend on the order of what it is given, opens before it closes, and never opens on the last day', () => {
    fc.assert(
      fc.property(
        templates,
        fc.constantFrom(...ZONES),
        fc.array(instants, { maxLength: 9 }),
        fc.array(instants, { maxLength: 3 }),
        (template, zone, sessions, reviews) => {
          const found = next(template, sessions, { zone, reviews });
          expect(next(template, sessions.toReversed(), { zone, reviews: reviews.toReversed() })).toEqual(
            found,
          );
          if (found.kind !== 'window' || found.opensAt === null || found.closesAt === null) return;
          expect(Date.parse(found.opensAt)).toBeLessThan(Date.parse(found.closesAt));
          const latest = sessions.toSorted().at(-1) ?? '';
          expect((found.opens?.day ?? '') > clockIn(zone, latest).day).toBe(true);
        },
      ),
    );
  });

  it('a further limit never widens a window', () => {
    const limit = fc.record({ minDaysBetween: fc.nat(10), add: fc.nat(30) }).map(({ minDaysBetween, add }) =>
      bound('dose_decision', {
        minDaysBetween,
        notAfter: new Date(Date.UTC(2026, 10, 2 + add)).toISOString().slice(0, 10),
      }),
    );
    fc.assert(
      fc.property(templates, limit, (template, more) => {
        const wide = next(template, noon('2026-11-02'));
        const narrow = next(template, noon('2026-11-02'), { limits: [more] });
        if (wide.kind !== 'window' || narrow.kind !== 'window') return;
        expect((narrow.opensAt ?? '') >= (wide.opensAt ?? '')).toBe(true);
        expect((narrow.closesAt ?? '') <= (wide.closesAt ?? '')).toBe(true);
      }),
    );
  });
});

describe('templates as data', () => {
  const six = T.six_in_three_weeks;
  const [course] = six.blocks;
  const withBlock = (changes: object) => ({ ...six, blocks: [{ ...course, ...changes }] });

  it.each(Object.entries(T))('%s is valid, approved by nobody, and named after itself', (name, template) => {
    expect(protocolTemplateSchema.parse(JSON.parse(JSON.stringify(template)))).toEqual(template);
    expect([template.template_id, template.approval]).toEqual([name, 'none']);
  });

  it.each<[string, object]>([
    ['more than fit into the span', withBlock({ span_days: { min: null, max: 10 } })],
    ['sessions on one day', withBlock({ spacing: { ...course?.spacing, earlier_days: 3 } })],
    ['fewer at most than at least', withBlock({ sessions: { min: 6, max: 5 } })],
    ['a least span beyond the longest', withBlock({ span_days: { min: 22, max: 21 } })],
    ['an end that is not last', { ...six, blocks: [course, course] }],
    ['no end', withBlock({ then: 'review' })],
    [
      'an open number left without a review',
      { ...six, blocks: [{ ...course, sessions: { min: 2, max: 6 }, then: 'next_block' }, course] },
    ],
    [
      'an endless block before another',
      { ...six, blocks: [{ ...course, sessions: { min: 2, max: null }, then: 'review' }, course] },
    ],
    ['a limit before the target', { ...six, integration: { ...six.integration, limit_h: 47 } }],
    ['a target that ends before it begins', { ...six, integration: { ...six.integration, target_to_h: 23 } }],
    [
      'second days the wrong way round',
      { ...six, integration: { ...six.integration, second: { kind: 'days_after', from_day: 8, to_day: 7 } } },
    ],
    ['an unknown key', { ...six, more: 1 }],
  ])('refuses %s', (_, content) => {
    expect(protocolTemplateSchema.safeParse(content).success).toBe(false);
  });

  it('accepts exactly what fits the span: six sessions two days apart in eleven days', () => {
    expect(protocolTemplateSchema.safeParse(withBlock({ span_days: { min: 11, max: 11 } })).success).toBe(
      true,
    );
  });
});
