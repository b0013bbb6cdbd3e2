import fc from 'fast-check';
import { checkWriting, exampleOf, parseEvent, type DoseOrder } from '#clinical';

const order = exampleOf('dose_order');
const paths = (regimen: Partial<DoseOrder['regimen']>) =>
  checkWriting({ ...order, regimen: { ...order.regimen, ...regimen } }).map(({ path }) => path);

describe('What may be signed beyond its schema', () => {
  it('is a maximum per session that units, strength and booster explain, and no higher one', () => {
    expect(paths({})).toEqual([]);
    expect(paths({ max_per_session_ug: 150_001 })).toEqual(['regimen.max_per_session_ug']);
    expect(paths({ max_per_session_ug: 1_500_000 })).toEqual(['regimen.max_per_session_ug']);
    expect(paths({ booster: null })).toEqual(['regimen.max_per_session_ug']);
    expect(paths({ titration: [{ session_number: 2, units_per_session: 2 }] })).toEqual([]);
  });

  it('leaves a maximum in all plans between what is planned and what is explained, and nothing else', () => {
    const amounts = fc.record({
      strength: fc.integer({ min: 1, max: 400 }).map((n) => n * 1_000),
      quarters: fc.integer({ min: 1, max: 40 }),
      step: fc.option(fc.integer({ min: 1, max: 40 })),
      booster: fc.option(fc.integer({ min: 1_000, max: 400_000 })),
      slip: fc.constantFrom(-1, 0, 0, 1, 1_000, 50_000),
    });
    fc.assert(
      fc.property(amounts, ({ strength, quarters, step, booster, slip }) => {
        const most = (Math.max(quarters, step ?? 0) * strength) / 4 + (booster ?? 0);
        const regimen = {
          ...order.regimen,
          strength_ug: strength,
          units_per_session: quarters / 4,
          titration: step === null ? [] : [{ session_number: 2, units_per_session: step / 4 }],
          booster: booster === null ? null : { ...order.regimen.booster, amount_ug: booster },
          max_per_session_ug: most + slip,
        };
        const parsed = parseEvent({ ...order, regimen });
        if (parsed.kind !== 'event') return;
        expect(checkWriting(parsed.event).length).toBe(slip > 0 ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });

  it('is asked of dose decisions that have a plan, and of nothing else', () => {
    const held = { ...exampleOf('dose_adjustment'), axes_changed: ['hold' as const], regimen: null };
    expect(checkWriting(held)).toEqual([]);
    expect(checkWriting(exampleOf('hold'))).toEqual([]);
  });
});
