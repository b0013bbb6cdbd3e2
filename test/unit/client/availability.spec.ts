import { availabilityLine, type RoleAvailability } from '#client';

const FRIDAY = new Date('2026-11-27T23:00:00Z');
const MONDAY = new Date('2026-11-30T16:00:00Z');

const line = (
  given: Partial<RoleAvailability>,
  more: Partial<Parameters<typeof availabilityLine>[1]> = {},
): string =>
  availabilityLine(
    { role: 'prescriber', state: 'on_duty', from: null, zone: 'America/Denver', ...given },
    { language: 'en', at: FRIDAY, timeZone: 'America/Denver', ...more },
  );

describe('the line about who will read', () => {
  it('says that somebody reads now', () => {
    expect(line({})).toBe('Someone of the medical team is on duty now.');
    expect(line({}, { language: 'es' })).toBe('Alguien del equipo médico está de guardia ahora.');
  });

  it('says over a weekend from when on, on the clock of whoever reads it', () => {
    const later = { state: 'later', from: MONDAY } as const;
    expect(line(later)).toBe('Nobody of the medical team is on duty until Monday 9:00.');
    expect(line(later, { language: 'es' })).toBe(
      'Nadie del equipo médico está de guardia hasta el lunes 9:00.',
    );
    expect(line(later, { timeZone: 'Europe/Berlin' })).toContain('Monday 17:00');
  });

  it('names the date of a day further away than the names of the week reach', () => {
    const from = new Date('2026-12-07T16:00:00Z');
    expect(line({ state: 'opens', role: 'therapist', from })).toBe(
      'The therapy team is closed until Monday, December 7 9:00.',
    );
  });

  it('is never empty, and the same thing in every language', () => {
    const states: RoleAvailability['state'][] = ['on_duty', 'later', 'nobody', 'open', 'opens', 'unknown'];
    for (const language of ['en', 'es'] as const) {
      const lines = states.map((state) => line({ state, from: MONDAY }, { language }));
      expect(new Set(lines).size).toBe(states.length);
      expect(lines.every((text) => /^\p{Lu}.+\.$/u.test(text))).toBe(true);
      expect(lines.filter((text) => text.includes('9:00'))).toHaveLength(2);
    }
  });
});
