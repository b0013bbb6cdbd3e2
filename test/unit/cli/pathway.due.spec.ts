import { pathwayDueMs } from '../../../libs/cli/pathway.due.js';

const HOUR_MS = 3_600_000;

describe('the time an answer is due when nobody names one', () => {
  it('is the one of the pathway where that counts real hours', () => {
    expect(pathwayDueMs('vitals_alert', 'prescriber', 0)).toBe(HOUR_MS / 6);
    expect(pathwayDueMs('eligibility_decision', 'client', 5)).toBe(72 * HOUR_MS + 5);
  });

  it('is nobody’s to guess where it counts business hours, waits for a session, or is not said at all', () => {
    expect(pathwayDueMs('referral', 'prescriber', 0)).toBeUndefined();
    expect(pathwayDueMs('dose_order', 'client', 0)).toBeUndefined();
    expect(pathwayDueMs('note', 'prescriber', 0)).toBeUndefined();
  });
});
