import * as fc from 'fast-check';
import { exampleOf, matchReadBack, totalToReadBackUg, type DoseReadBack } from '#clinical';
import { OTHER_REF, REF, heldAdjustment } from './samples.js';

const order = { ref: REF, event: exampleOf('dose_order') };
const readBack = (changes: Partial<DoseReadBack>): DoseReadBack => ({
  ...exampleOf('dose_read_back'),
  decision: REF,
  ...changes,
});

describe('matchReadBack', () => {
  it('the total is the most that may be taken in one session, booster included', () => {
    expect(totalToReadBackUg(order.event)).toBe(150_000);
    expect(matchReadBack(order, readBack({ total_ug: 150_000 }))).toEqual({ ok: true });
    expect(matchReadBack(order, readBack({ total_ug: 100_000 }))).toMatchObject({
      code: 'read_back.total_differs',
    });
  });

  it('works for an adjustment as for an order', () => {
    const adjustment = { ref: REF, event: exampleOf('dose_adjustment') };
    expect(matchReadBack(adjustment, readBack({ total_ug: 200_000 })).ok).toBe(true);
  });

  it('any other total differs, however close', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 2_000_000 }), (total) => {
        expect(matchReadBack(order, readBack({ total_ug: total })).ok).toBe(total === 150_000);
      }),
    );
    expect(matchReadBack(order, readBack({ total_ug: 150_001 })).ok).toBe(false);
  });

  it('the right total of another decision is no read-back of this one', () => {
    expect(matchReadBack(order, readBack({ decision: OTHER_REF }))).toMatchObject({
      ok: false,
      code: 'read_back.other_decision',
    });
  });

  it('a held or stopped treatment has no total to read back', () => {
    expect(totalToReadBackUg(heldAdjustment)).toBeNull();
    expect(matchReadBack({ ref: REF, event: heldAdjustment }, readBack({}))).toMatchObject({
      code: 'read_back.no_dose',
    });
  });

  it('a refusal does not give the right total away', () => {
    const refusal = JSON.stringify(matchReadBack(order, readBack({ total_ug: 111_000 })));
    expect(refusal).not.toMatch(/\d/u);
  });
});
