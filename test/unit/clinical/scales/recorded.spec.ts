import { checkScaleResult, readReportedScore } from '#clinical';

const zeros = (count: number) => Array.from({ length: count }, () => 0);

describe('a recorded form', () => {
  it('agrees with itself when its total is the plain sum, or when it states none', () => {
    const items = [...zeros(8), 2];
    expect(checkScaleResult({ instrument: 'phq9', items, total: 2 })).toMatchObject({
      totalAgrees: true,
      flagUrgency: 'urgent',
      scored: { kind: 'total', total: 2 },
    });
    expect(checkScaleResult({ instrument: 'phq9', items, total: null }).totalAgrees).toBe(true);
    expect(checkScaleResult({ instrument: 'phq9', items, total: 3 }).totalAgrees).toBe(false);
  });

  it('may not state a total that was prorated, or one the form does not have', () => {
    const items = [null, ...zeros(6), 0, 3];
    expect(checkScaleResult({ instrument: 'phq9', items, total: 3 })).toMatchObject({
      totalAgrees: false,
      scored: { kind: 'prorated', total: 3 },
    });
    const screener = { instrument: 'cssrs_screener', items: [1, 0, null, null, null, 0, null] } as const;
    expect(checkScaleResult({ ...screener, total: 1 })).toMatchObject({
      totalAgrees: false,
      flagUrgency: 'urgent',
    });
    expect(checkScaleResult({ ...screener, total: null }).totalAgrees).toBe(true);
  });
});

describe('a total reported without its answers', () => {
  it('has its band, and item 9 above 0 asks for an urgent flag even with a low total', () => {
    const read = (total: number, item9: number | null) =>
      readReportedScore({ instrument: 'phq9', total, item9 });
    expect(read(1, 1)).toMatchObject({ band: { code: 'minimal' }, flagUrgency: 'urgent' });
    expect(read(20, 0)).toMatchObject({ band: { code: 'severe' }, flagUrgency: null });
    expect(read(20, null).flagUrgency).toBeNull();
    expect(readReportedScore({ instrument: 'pcl5', total: 33, item9: null }).band.code).toBe('in_cut_range');
    expect(() => read(28, null)).toThrow(RangeError);
  });
});
