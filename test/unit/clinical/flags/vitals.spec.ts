import { findDoubts, isBeyondLimit, latestReading, limitOf, limitsInForce, orderReadings } from '#clinical';
import { reading } from './samples.js';

const limits = {
  systolic_max_mmhg: 150,
  diastolic_max_mmhg: 95,
  heart_rate_max_bpm: null,
  spo2_min_percent: 90,
};

describe('a series of vitals', () => {
  const first = reading(0, { phase: 'pre' });
  const second = reading(10, { spo2_percent: null });
  const third = reading(20, { phase: 'post' });

  it('is ordered by time, equals in the order they came, the list given untouched', () => {
    const given = [third, second, { ...first, device: 'b' }, { ...first, device: 'a' }];
    expect(orderReadings(given).map(({ device, taken_at: at }) => device ?? at)).toEqual([
      'b',
      'a',
      second.taken_at,
      third.taken_at,
    ]);
    expect(given[0]).toBe(third);
  });

  it('orders by the instant, not by the letters of it', () => {
    const later = reading(0, { taken_at: '2026-11-23T13:00:00.5Z' });
    expect(orderReadings([later, first])[0]).toBe(first);
  });

  it('knows the latest that carries a measure, of all phases or of one', () => {
    expect(latestReading([third, first, second], 'systolic_mmhg')).toBe(third);
    expect(latestReading([third, first, second], 'systolic_mmhg', 'pre')).toBe(first);
    expect(latestReading([second], 'spo2_percent')).toBeNull();
    expect(latestReading([second, first], 'spo2_percent')).toBe(first);
    expect(latestReading([], 'heart_rate_bpm')).toBeNull();
  });

  const moments = { firstDoseAt: '2026-11-23T13:05:00Z', now: '2026-11-23T14:00:00Z' };
  const doubts = (...readings: Parameters<typeof findDoubts>[0]) =>
    findDoubts(readings, moments).map(({ index, doubt }) => `${index} ${doubt}`);

  it('has no doubt about a series in order', () => {
    expect(doubts(first, second, third)).toEqual([]);
    expect(findDoubts([reading(0), reading(1)], { ...moments, firstDoseAt: null })).toEqual([]);
  });

  it('doubts times and phases that contradict each other', () => {
    expect(doubts(reading(10, { taken_at: '2026-11-23T14:00:01Z' }))).toEqual(['0 in_the_future']);
    expect(doubts(second, second)).toEqual(['0 same_instant_twice', '1 same_instant_twice']);
    expect(doubts(third, reading(30))).toEqual(['1 phase_went_back']);
    expect(doubts(reading(5, { phase: 'pre' }))).toEqual(['0 pre_after_first_dose']);
    expect(doubts(reading(4))).toEqual(['0 not_pre_before_first_dose']);
  });
});

describe('limits of one client', () => {
  it('those of the dose decision replace those of the eligibility decision as a whole', () => {
    const other = { ...limits, systolic_max_mmhg: null, spo2_min_percent: 88 };
    expect(limitsInForce(limits, other)).toEqual({ limits: other, from: 'dose_decision' });
    expect(limitsInForce(limits, null)).toEqual({ limits, from: 'eligibility_decision' });
    expect(limitsInForce(null, null)).toBeNull();
  });

  it('are passed only beyond the limit itself: above a highest, below a lowest', () => {
    expect(isBeyondLimit('systolic_mmhg', 150, 150)).toBe(false);
    expect(isBeyondLimit('systolic_mmhg', 151, 150)).toBe(true);
    expect(isBeyondLimit('spo2_percent', 90, 90)).toBe(false);
    expect(isBeyondLimit('spo2_percent', 89, 90)).toBe(true);
    expect([
      limitOf(limits, 'diastolic_mmhg'),
      limitOf(limits, 'heart_rate_bpm'),
      limitOf(null, 'spo2_percent'),
    ]).toEqual([95, null, null]);
  });
});
