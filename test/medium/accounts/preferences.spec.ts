import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { NO_PREFERENCES, type NoticePreferences } from '#protocol';
import { PreferenceRepository } from '../../../src/accounts/preference.repository.js';
import { connect, openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { installMovableClock, type MovableClock } from '../../support/servers/moved.clock.js';

const MINUTE_MS = 60_000;
const MADRID = { zone: 'Europe/Madrid' } as const;

describe('what preferences mean now', () => {
  let opened: OpenedDatabase;
  let clock: MovableClock;
  let source: DataSource;
  let repository: PreferenceRepository;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    clock = await installMovableClock(opened.database.url);
    source = await connect(opened.database.url);
    repository = new PreferenceRepository(source);
  });

  afterAll(async () => {
    await source.destroy();
    await opened.close();
  });

  /** What is true for somebody with these preferences at an instant, which comes after those asked before. */
  async function at(instant: string, wanted: Partial<NoticePreferences>) {
    const id = randomBytes(16);
    await repository.put({ kind: 'user', id, organisationId: null }, { ...NO_PREFERENCES, ...wanted });
    const [before] = await repository.listNow('user', [id]);
    await clock.advance(Date.parse(instant) - (before?.nowMs ?? 0));
    const [now] = await repository.listNow('user', [id]);
    expect(Math.abs((now?.nowMs ?? 0) - Date.parse(instant))).toBeLessThan(MINUTE_MS / 2);
    const text = (ms: number | null | undefined) => (ms == null ? null : new Date(ms).toISOString());
    return {
      quietUntil: text(now?.quietUntilMs),
      lastDigest: text(now?.lastDigestMs),
      nextDigest: text(now?.nextDigestMs),
    };
  }

  const night = { ...MADRID, quiet: { from: '22:00', to: '07:00' } };

  it('quiet hours over midnight end in the morning of the person’s own clock', async () => {
    const quiet = async (instant: string) => (await at(instant, night)).quietUntil;
    expect(await quiet('2027-01-11T20:30:00Z')).toBeNull();
    expect(await quiet('2027-01-11T21:30:00Z')).toBe('2027-01-12T06:00:00.000Z');
    expect(await quiet('2027-01-12T05:30:00Z')).toBe('2027-01-12T06:00:00.000Z');
    expect(await quiet('2027-01-12T06:30:00Z')).toBeNull();
  });

  it('quiet hours within a day are that', async () => {
    const lunch = { ...MADRID, quiet: { from: '13:00', to: '15:00' } };
    expect((await at('2027-01-12T12:30:00Z', lunch)).quietUntil).toBe('2027-01-12T14:00:00.000Z');
    expect((await at('2027-01-12T14:30:00Z', lunch)).quietUntil).toBeNull();
  });

  it('a digest has a last and a next time, over midnight too', async () => {
    const twice = { ...MADRID, digestAt: ['08:00', '17:00'] };
    expect(await at('2027-01-13T22:00:00Z', twice)).toEqual({
      quietUntil: null,
      lastDigest: '2027-01-13T16:00:00.000Z',
      nextDigest: '2027-01-14T07:00:00.000Z',
    });
  });

  it('the night of the switch to summer time is an hour shorter', async () => {
    expect((await at('2027-03-27T21:30:00Z', night)).quietUntil).toBe('2027-03-28T05:00:00.000Z');
    expect(
      (await at('2027-03-28T00:15:00Z', { ...MADRID, quiet: { from: '22:00', to: '02:30' } })).quietUntil,
    ).toBe('2027-03-28T01:30:00.000Z');
    expect(await at('2027-03-28T06:00:00Z', { ...MADRID, digestAt: ['08:00'] })).toMatchObject({
      lastDigest: '2027-03-28T06:00:00.000Z',
    });
  });

  it('the night of the switch back is an hour longer', async () => {
    expect((await at('2027-10-30T20:30:00Z', night)).quietUntil).toBe('2027-10-31T06:00:00.000Z');
  });

  it('a day that begins at another date counts as that date', async () => {
    const kiritimati = { zone: 'Pacific/Kiritimati', digestAt: ['00:30'] };
    expect(await at('2027-11-01T11:00:00Z', kiritimati)).toMatchObject({
      lastDigest: '2027-11-01T10:30:00.000Z',
      nextDigest: '2027-11-02T10:30:00.000Z',
    });
  });

  it('whoever set none is not listed, and what cannot be read keeps nobody from being told', async () => {
    const id = randomBytes(16);
    expect(await repository.listNow('user', [id])).toEqual([]);
    await source.query(
      `INSERT INTO notice_preference (principal_kind, principal_id, preferences)
       VALUES ('user', $1, '{"zone": "UTC", "quiet": null, "digestAt": [], "order": 7}')`,
      [id],
    );
    expect(await repository.listNow('user', [id])).toMatchObject([{ preferences: NO_PREFERENCES }]);
  });

  it('a zone is known if the database knows it', async () => {
    expect(await repository.isZoneKnown('Europe/Madrid')).toBe(true);
    expect(await repository.isZoneKnown('Mars/Olympus')).toBe(false);
  });
});
