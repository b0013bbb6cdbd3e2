/** Zones and the days on which their clocks turn: by an hour, by half an hour, at midnight, and over a whole day. */
export const SWITCH_DAYS: readonly (readonly [zone: string, day: string])[] = [
  ['America/Denver', '2026-03-08'],
  ['America/Denver', '2026-11-01'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Santiago', '2026-04-04'],
  ['America/Santiago', '2026-09-06'],
  ['Africa/Cairo', '2026-04-24'],
  ['Pacific/Apia', '2011-12-29'],
  ['Asia/Kolkata', '2026-06-01'],
];
export const ZONES = [...new Set(SWITCH_DAYS.map(([zone]) => zone))];

const formats = new Map<string, Intl.DateTimeFormat>();

/** Date and clock of an instant in a zone as the engine's Intl says, which the code under test does not ask. */
export function clockIn(zone: string, at: string | number): { day: string; time: string; weekday: string } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      weekday: 'long',
      hourCycle: 'h23',
    });
  formats.set(zone, format);
  const parts = Object.fromEntries(
    format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts['year'] ?? ''}-${parts['month'] ?? ''}-${parts['day'] ?? ''}`,
    time: `${parts['hour'] ?? ''}:${parts['minute'] ?? ''}:${parts['second'] ?? ''}`,
    weekday: (parts['weekday'] ?? '').toLowerCase(),
  };
}

export const HOUR = 3_600_000;

/** ISO text of an instant so many hours after another. */
export function plusHours(at: string, hours: number): string {
  return new Date(Date.parse(at) + hours * HOUR).toISOString();
}
