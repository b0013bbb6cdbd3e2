import { randomBytes } from 'node:crypto';
import { WEEKDAYS, type Rota } from '#calendar';
import { LENGTH, ROLE, toHex } from '#protocol';
import { Duty, OrganisationCalendars, RoleHolders } from '../../../../src/obligations/index.js';
import { PlanRepository } from '../../../../src/obligations/coverage/plan.repository.js';
import { ClinicPool, rotaOf, weekly } from '../../../support/obligations/clinic.pool.js';
import { openMovableDatabase, type OpenedMovableDatabase } from '../../../support/obligations/database.js';

const at = (text: string) => Date.parse(text);
const DAY_MS = 24 * 3_600_000;
const OFFICE: Rota['primary'][number]['within'] = {
  ...(Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: '09:00', to: '17:00' }]])) as NonNullable<
    Rota['primary'][number]['within']
  >),
  saturday: [],
  sunday: [],
};

describe('duty', () => {
  const duty = new Duty(new PlanRepository());
  let opened: OpenedMovableDatabase;
  let pool: ClinicPool;
  let ada: Uint8Array;
  let ben: Uint8Array;
  let cleo: Uint8Array;

  beforeAll(async () => {
    opened = await openMovableDatabase();
  });
  beforeEach(async () => {
    pool = await new ClinicPool(opened.source).found();
    [ada, ben, cleo] = [await pool.attest(), await pool.attest(), await pool.attest()];
  });
  afterAll(async () => {
    await opened.close();
  });

  const ask = async (...instants: string[]) =>
    (
      await duty.resolve(
        opened.source,
        instants.map((text) => ({ ...pool.key, atMs: at(text) })),
      )
    ).map(({ primary, secondary }) => [nameOf(primary), nameOf(secondary)]);
  const nameOf = (id: Uint8Array | null) =>
    [['ada', ada] as const, ['ben', ben] as const, ['cleo', cleo] as const, ['nobody', null] as const].find(
      ([, person]) => (person === null ? id === null : id !== null && toHex(person) === toHex(id)),
    )?.[0];

  it('goes from one to the next at the hand-over, on the clock of the zone', async () => {
    await pool.writeRota(rotaOf([weekly([ada, ben])], [weekly([ben, ada])]));
    // Denver is seven hours behind in winter, six in summer.
    expect(
      await ask(
        '2026-01-05T15:59:59Z',
        '2026-01-05T16:00:00Z',
        '2026-01-12T16:00:00Z',
        '2026-06-15T14:59:59Z',
        '2026-06-15T15:00:00Z',
      ),
    ).toEqual([
      ['nobody', 'nobody'],
      ['ada', 'ben'],
      ['ben', 'ada'],
      ['ada', 'ben'],
      ['ben', 'ada'],
    ]);
  });

  it('an override counts for its time, leave brings the cover, and who is no longer attested counts as nobody', async () => {
    await pool.writeRota(rotaOf([weekly([ada])], [weekly([ben])]));
    await pool.override({ from: '2026-02-01T00:00:00Z', to: '2026-02-02T00:00:00Z', person: cleo });
    await pool.override({ from: '2026-02-03T00:00:00Z', to: '2026-02-04T00:00:00Z', person: null });
    await pool.away({
      person: ada,
      from: '2026-02-05T00:00:00Z',
      to: '2026-02-06T00:00:00Z',
      cover: cleo,
    });
    const days = ['2026-02-01T12:00:00Z', '2026-02-03T12:00:00Z', '2026-02-05T12:00:00Z'];
    expect(await ask(...days)).toEqual([
      ['cleo', 'ben'],
      ['nobody', 'ben'],
      ['cleo', 'ben'],
    ]);
    await pool.revoke(cleo);
    expect(await ask(...days)).toEqual([
      ['nobody', 'ben'],
      ['nobody', 'ben'],
      ['nobody', 'ben'],
    ]);
  });

  it('an attestation that runs out takes its person off duty, by the clock of the database', async () => {
    await pool.writeRota(rotaOf([weekly([ada])]));
    const later = '2026-02-01T12:00:00Z';
    expect(await ask(later)).toEqual([['ada', 'nobody']]);
    await opened.clock.advance(367 * DAY_MS);
    expect(await ask(later)).toEqual([['nobody', 'nobody']]);
    expect(await opened.clock.aheadMs()).toBe(367 * DAY_MS);
  });

  it('says when somebody will be there, at most two weeks ahead, and tells no rota from nobody', async () => {
    const queries = (text: string) => [
      { ...pool.key, atMs: at(text) },
      { ...pool.key, role: ROLE.director, atMs: at(text) },
    ];
    await pool.writeRota(rotaOf([weekly([ada], { within: OFFICE })]));
    const [friday, none] = await duty.resolve(opened.source, queries('2026-02-07T00:05:00Z'));
    expect(friday).toEqual({
      primary: null,
      secondary: null,
      nextOnDutyAtMs: at('2026-02-09T16:00:00Z'),
      hasRota: true,
    });
    expect(none).toEqual({ primary: null, secondary: null, nextOnDutyAtMs: null, hasRota: false });
    const early = at('2026-01-05T16:00:00Z') - 14 * DAY_MS;
    const [tooEarly, justIn] = await duty.resolve(opened.source, [
      { ...pool.key, atMs: early },
      { ...pool.key, atMs: early + 1 },
    ]);
    expect([tooEarly?.nextOnDutyAtMs, justIn?.nextOnDutyAtMs]).toEqual([null, at('2026-01-05T16:00:00Z')]);
  });

  it('the newest rota is the one in force, and pools do not see each other', async () => {
    const other = await new ClinicPool(opened.source).found();
    await other.attest(ROLE.prescriber, ben);
    await other.writeRota(rotaOf([weekly([ben])]));
    await pool.writeRota(rotaOf([weekly([ada])]), 1);
    await pool.writeRota(rotaOf([weekly([cleo])]), 2);
    expect(await ask('2026-02-01T12:00:00Z')).toEqual([['cleo', 'nobody']]);
    const [theirs] = await duty.resolve(opened.source, [{ ...other.key, atMs: at('2026-02-01T12:00:00Z') }]);
    expect(nameOf(theirs?.primary ?? null)).toBe('ben');
  });

  it('finds the people of a role, and calendars where there are some', async () => {
    const director = await pool.attest(ROLE.director);
    await pool.revoke(cleo);
    const [directors, prescribers, coordinators] = await new RoleHolders().find(
      opened.source,
      [ROLE.director, ROLE.prescriber, ROLE.coordinator].map((role) => ({ ...pool.key, role })),
    );
    expect(directors?.map(toHex)).toEqual([toHex(director)]);
    expect(prescribers?.map(toHex).sort()).toEqual([toHex(ada), toHex(ben)].sort());
    expect(coordinators).toEqual([]);
    const calendars = await new OrganisationCalendars().find(opened.source, [
      pool.organisationId,
      randomBytes(LENGTH.id),
    ]);
    expect([...calendars]).toEqual([]);
  });
});
