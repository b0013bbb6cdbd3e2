import fc from 'fast-check';
import { firstStep, stepAfter } from '../../../src/obligations/step.policy.js';

describe('the steps of an owed answer', () => {
  it('begin with a reminder at three quarters of the time there is', () => {
    expect(firstStep(1_000, 5_000)).toEqual({ step: 'remind', stepAtMs: 4_000 });
  });

  it('begin at once when the due time has passed already', () => {
    expect(firstStep(5_000, 1_000)).toEqual({ step: 'remind', stepAtMs: 5_000 });
  });

  it('go on to the due time and end there', () => {
    expect(stepAfter('remind', 5_000)).toEqual({ step: 'due', stepAtMs: 5_000 });
    expect(stepAfter('due', 5_000)).toBeUndefined();
  });

  it('never remind before the opening nor after the due time', () => {
    const instant = fc.integer({ min: 0, max: 2 ** 45 });
    fc.assert(
      fc.property(instant, instant, (openedAtMs, laterByMs) => {
        const { stepAtMs } = firstStep(openedAtMs, openedAtMs + laterByMs);
        expect(stepAtMs).toBeGreaterThanOrEqual(openedAtMs);
        expect(stepAtMs).toBeLessThanOrEqual(openedAtMs + laterByMs);
      }),
    );
  });
});
