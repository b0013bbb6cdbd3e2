import { comingMs, distanceText, instantMs, spanMs } from '../../../libs/cli/instant.js';
import { UsageError } from '../../../libs/cli/failure.js';

const NOW = Date.parse('2026-11-23T10:00:00Z');

describe('a time on the command line', () => {
  it('is a length of time from now', () => {
    expect(instantMs('8h', NOW) - NOW).toBe(8 * 3_600_000);
    expect(spanMs('90s')).toBe(90_000);
    expect(spanMs('1.5d')).toBe(129_600_000);
  });

  it('or an instant with its zone, or in local time without one', () => {
    expect(instantMs('2026-12-01T16:00Z', NOW)).toBe(Date.parse('2026-12-01T16:00:00Z'));
    expect(instantMs('2026-12-01T16:00+02:00', NOW)).toBe(Date.parse('2026-12-01T14:00:00Z'));
    expect(instantMs('2026-12-01T16:00', NOW)).toBe(new Date(2026, 11, 1, 16, 0).getTime());
  });

  it.each([
    '',
    '8',
    '8 hours',
    'tomorrow',
    '2026-12-01',
    '2026-13-01T10:00',
    '2026-02-30T10:00',
    '-8h',
    '1e3h',
  ])('is refused when it is %p, because a wrong due time hurts', (text) => {
    expect(() => instantMs(text, NOW)).toThrow(UsageError);
  });

  it.each(['0m', '2026-11-23T09:59:59Z'])('lies ahead where something will be due: not %p', (text) => {
    expect(() => comingMs(text, NOW)).toThrow(/time to come/u);
  });

  it('is shown with its distance, before and after', () => {
    expect(distanceText(NOW + 3 * 3_600_000, NOW)).toBe('in 3h');
    expect(distanceText(NOW - 90_000, NOW)).toBe('90s ago');
    expect(distanceText(NOW + 30 * 3_600_000, NOW)).toBe('in 30h');
    expect(distanceText(NOW + 72 * 3_600_000, NOW)).toBe('in 3d');
  });
});
