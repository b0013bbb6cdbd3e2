import { randomBytes } from 'node:crypto';
import { LENGTH, ROLE, URGENCY, toHex } from '#protocol';
import { ClinicPool, rotaOf, steady } from '../../../support/obligations/clinic.pool.js';
import { newCoverageWatch, toldNotices } from '../../../support/obligations/coverage.room.js';
import { openMovableDatabase, type OpenedMovableDatabase } from '../../../support/obligations/database.js';
import { ThreadOfPool } from '../../../support/obligations/thread.of.pool.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('the watch over coverage', () => {
  let opened: OpenedMovableDatabase;
  let pool: ClinicPool;
  let ada: Uint8Array;
  let ben: Uint8Array;

  beforeAll(async () => {
    opened = await openMovableDatabase();
  });
  beforeEach(async () => {
    await opened.source.query(
      `TRUNCATE outbox, rota, duty_override, absence, coverage_pool, coverage_gap, readiness_check, handover_note,
         handover_item, obligation, delivery, session CASCADE`,
    );
    pool = await new ClinicPool(opened.source).found();
    [ada, ben] = [await pool.attest(), await pool.attest()];
  });
  afterAll(async () => {
    await opened.close();
  });

  const nowMs = async () => Date.now() + (await opened.clock.aheadMs());
  const isoIn = async (ms: number) => new Date((await nowMs()) + ms).toISOString();
  /** Two of them each time: nothing may be done twice. */
  const look = async () => {
    await Promise.all([newCoverageWatch(opened.source).run(), newCoverageWatch(opened.source).run()]);
  };
  const lookAfter = async (ms: number) => {
    await opened.clock.advance(ms);
    await look();
  };
  const told = async (reason: string) =>
    (await toldNotices(opened.source)).filter((notice) => notice.reason === reason);
  const checks = () =>
    opened.source.query<{ state: string; hours: number; online: boolean; missing: Uint8Array[] }[]>(
      `SELECT state, hours_before AS hours, device_online AS online, missing FROM readiness_check ORDER BY id`,
    );

  /** Ada has duty until `inMs` from now, then Ben; both for long. */
  async function handOverIn(inMs: number): Promise<void> {
    await pool.writeRota(rotaOf([steady([ada])]));
    await pool.override({ from: await isoIn(inMs), to: await isoIn(60 * DAY_MS), person: ben });
    await pool.watch();
  }

  describe('gaps', () => {
    async function leaveGapIn(days: number): Promise<void> {
      await pool.writeRota(rotaOf([steady([ada])]));
      await pool.override({ from: await isoIn(days * DAY_MS), to: await isoIn(40 * DAY_MS), person: null });
      await pool.watch();
    }

    it('are told once each day to administrators, directors and coordinators, however many watches look', async () => {
      await opened.clock.advanceTo('12:00');
      const director = await pool.attest(ROLE.director);
      const coordinator = await pool.attest(ROLE.coordinator);
      await leaveGapIn(13);
      await Promise.all([look(), look()]);
      await lookAfter(2 * MINUTE_MS);
      const notices = await told('coverage_gap');
      expect(notices.map(({ recipient, recipientId }) => [recipient, recipientId]).sort()).toEqual(
        [
          ['administrators', toHex(pool.organisationId)],
          ['person', toHex(director)],
          ['person', toHex(coordinator)],
        ].sort(),
      );
      expect(notices.every(({ place, threadId }) => place === 'organisation' && threadId === undefined)).toBe(
        true,
      );
    });

    it('are told again on the next day, which begins at midnight UTC', async () => {
      await opened.clock.advanceTo('23:50');
      await leaveGapIn(13);
      await look();
      await lookAfter(5 * MINUTE_MS);
      expect(await told('coverage_gap')).toHaveLength(1);
      await lookAfter(10 * MINUTE_MS);
      expect(await told('coverage_gap')).toHaveLength(2);
      await lookAfter(2 * MINUTE_MS);
      expect(await told('coverage_gap')).toHaveLength(2);
    });

    it('are told once that day though what stood before them is over by now', async () => {
      await opened.clock.advanceTo('09:00');
      await pool.writeRota(rotaOf([steady([ada])]));
      await pool.away({ person: ada, from: await isoIn(-DAY_MS), to: await isoIn(DAY_MS), cover: null });
      await pool.override({ from: await isoIn(-HOUR_MS), to: await isoIn(3 * HOUR_MS), person: ben });
      await pool.watch();
      await look();
      expect(await told('coverage_gap')).toHaveLength(1);
      await lookAfter(4 * HOUR_MS);
      await lookAfter(2 * MINUTE_MS);
      expect(await told('coverage_gap')).toHaveLength(1);
    });

    it('are found when somebody is not attested any more, and not while somebody is there', async () => {
      await pool.writeRota(rotaOf([steady([ada])]));
      await pool.watch();
      await look();
      expect(await told('coverage_gap')).toEqual([]);
      await pool.revoke(ada);
      await lookAfter(2 * MINUTE_MS);
      expect(await told('coverage_gap')).toHaveLength(1);
    });

    it('further ahead than two weeks are left for later', async () => {
      await pool.writeRota(rotaOf([steady([ada])]));
      await pool.override({ from: await isoIn(15 * DAY_MS), to: await isoIn(16 * DAY_MS), person: null });
      await pool.watch();
      await look();
      expect(await told('coverage_gap')).toEqual([]);
      await lookAfter(2 * DAY_MS);
      expect(await told('coverage_gap')).toHaveLength(1);
    });
  });

  it('a pool whose rota cannot be read does not keep the others from being looked at', async () => {
    const broken = await new ClinicPool(opened.source).found();
    await broken.writeRota({ ...rotaOf([steady([ada])]), zone: 'Nowhere/AnyMore' });
    await broken.watch();
    await pool.writeRota(rotaOf([steady([ada])]));
    await pool.override({ from: await isoIn(DAY_MS), to: await isoIn(2 * DAY_MS), person: null });
    await pool.watch();
    await look();
    expect((await told('coverage_gap')).map(({ organisationId }) => organisationId)).toEqual([
      toHex(pool.organisationId),
    ]);
  });

  describe('readiness', () => {
    it('is asked a day and an hour before a shift, once each, on every channel the person has', async () => {
      await handOverIn(30 * HOUR_MS);
      await look();
      expect(await told('readiness_probe')).toEqual([]);
      await lookAfter(6 * HOUR_MS + MINUTE_MS);
      await look();
      expect(await told('readiness_probe')).toEqual([
        expect.objectContaining({ recipientId: toHex(ben), allChannels: 1, place: 'organisation' }),
      ]);
      await lookAfter(23 * HOUR_MS);
      await lookAfter(2 * MINUTE_MS);
      expect(await told('readiness_probe')).toHaveLength(2);
      expect((await checks()).map(({ hours }) => hours)).toEqual([24, 1]);
    });

    it('fails loudly when no device confirms: the person, the other slot and those who plan are told', async () => {
      const coordinator = await pool.attest(ROLE.coordinator);
      const cleo = await pool.attest();
      await handOverIn(20 * HOUR_MS);
      await pool.writeRota(rotaOf([steady([ada])], [steady([cleo])]), 2);
      await look();
      await lookAfter(4 * MINUTE_MS);
      expect(await told('readiness_failed')).toEqual([]);
      await lookAfter(2 * MINUTE_MS);
      const failed = await told('readiness_failed');
      expect(failed.map(({ recipientId }) => recipientId).sort()).toEqual(
        [ben, cleo, coordinator, pool.organisationId].map(toHex).sort(),
      );
      expect(failed.every(({ urgency }) => urgency === URGENCY.urgent)).toBe(true);
      await lookAfter(MINUTE_MS);
      expect(await told('readiness_failed')).toHaveLength(failed.length);
      expect(await checks()).toEqual([{ state: 'not_ready', hours: 24, online: false, missing: [] }]);
    });

    it('tells a silent device that is in use from one that is off', async () => {
      await handOverIn(20 * HOUR_MS);
      await look();
      await opened.source.query(
        `INSERT INTO session (id, key_id, kind, user_id, expires_at)
         VALUES ($1, $1, 'device', $2, now() + interval '1 day')`,
        [randomBytes(LENGTH.id), ben],
      );
      await lookAfter(6 * MINUTE_MS);
      expect(await checks()).toEqual([{ state: 'not_ready', hours: 24, online: true, missing: [] }]);
    });

    it('is there when a device confirmed the probe and he is in every case of the pool', async () => {
      const thread = await new ThreadOfPool(pool).found();
      await thread.place(ada);
      await thread.place(ben);
      await handOverIn(20 * HOUR_MS);
      await look();
      await confirmProbe();
      await lookAfter(6 * MINUTE_MS);
      expect(await checks()).toEqual([{ state: 'ready', hours: 24, online: true, missing: [] }]);
      expect(await told('readiness_failed')).toEqual([]);
    });

    it('fails for each case he could not read, where something is owed or a colleague has a place', async () => {
      const [owed, colleagues] = [await new ThreadOfPool(pool).found(), await new ThreadOfPool(pool).found()];
      await owed.owe(ada);
      await colleagues.place(ada);
      await handOverIn(20 * HOUR_MS);
      await look();
      await confirmProbe();
      await lookAfter(6 * MINUTE_MS);
      const [check] = await checks();
      expect(check?.state).toBe('not_ready');
      expect(check?.missing.map(toHex).sort()).toEqual([owed.id, colleagues.id].map(toHex).sort());
    });

    it('of one pool is looked at though the rota of another cannot be read any more', async () => {
      await handOverIn(DAY_MS / 2);
      const other = await new ClinicPool(opened.source).found();
      await other.writeRota(rotaOf([steady([await other.attest()])]));
      const next = await other.attest();
      await other.override({ from: await isoIn(DAY_MS / 2), to: await isoIn(60 * DAY_MS), person: next });
      await other.watch();
      await look();
      await pool.writeRota({ ...rotaOf([steady([ada])]), zone: 'Nowhere/Known' }, 2);
      await lookAfter(6 * MINUTE_MS);
      expect((await checks()).map(({ state }) => state).sort()).toEqual(['not_ready', 'void']);
    });

    it('is void when the shift has become somebody else’s', async () => {
      await handOverIn(20 * HOUR_MS);
      await look();
      await pool.override({ from: await isoIn(DAY_MS / 2), to: await isoIn(DAY_MS), person: ada });
      await lookAfter(6 * MINUTE_MS);
      expect((await checks())[0]).toEqual({ state: 'void', hours: 24, online: null, missing: null });
      expect(await told('readiness_failed')).toEqual([]);
    });

    async function confirmProbe(): Promise<void> {
      const [probe] = await told('readiness_probe');
      await opened.source.query(
        `INSERT INTO delivery (cause, recipient_kind, recipient_id, channel, reason, urgency, state, confirmed_at)
         VALUES ($1, 'person', $2, 'push', 'readiness_probe', 1, 'sent', now())`,
        [probe?.dedupeKey, ben],
      );
    }
  });

  describe('hand-over', () => {
    it('writes down what is open and tells whoever comes, once per change of hands', async () => {
      const thread = await new ThreadOfPool(pool).found();
      await thread.owe(ada, { urgency: URGENCY.urgent, dueInMs: HOUR_MS });
      await thread.owe(ada, { urgency: URGENCY.routine, dueInMs: 30 * DAY_MS });
      await handOverIn(2 * HOUR_MS);
      await look();
      expect(await told('handover')).toEqual([]);
      await lookAfter(2 * HOUR_MS + MINUTE_MS);
      await lookAfter(2 * MINUTE_MS);
      expect((await told('handover')).map(({ recipientId }) => recipientId)).toEqual([toHex(ben)]);
      const items = await opened.source.query<{ urgency: number; overdue: boolean; taken: number[] }[]>(
        'SELECT urgency, overdue, taken FROM handover_item ORDER BY urgency',
      );
      expect(items).toEqual([
        { urgency: URGENCY.routine, overdue: false, taken: [1, 0] },
        { urgency: URGENCY.urgent, overdue: true, taken: [1, 0] },
      ]);
    });

    it('is made up for after the watch was away, for the shift that runs', async () => {
      await handOverIn(2 * HOUR_MS);
      await look();
      await lookAfter(5 * DAY_MS);
      expect(await told('handover')).toHaveLength(1);
    });

    it('is none when the same person goes on', async () => {
      await pool.writeRota(rotaOf([steady([ada])]));
      await pool.watch();
      await look();
      await lookAfter(8 * DAY_MS);
      expect(await told('handover')).toEqual([]);
    });

    describe('after a time in which nobody had duty', () => {
      /** Ada has duty, then nobody for fifteen hours, then `next`; all the changes lie ahead. */
      async function gapBefore(next: Uint8Array): Promise<void> {
        await pool.writeRota(rotaOf([steady([ada])]));
        const back = await isoIn(16 * HOUR_MS);
        await pool.override({ from: await isoIn(HOUR_MS), to: back, person: null });
        await pool.override({ from: back, to: await isoIn(60 * DAY_MS), person: next });
        await pool.watch();
        await look();
      }
      const items = () =>
        opened.source.query<{ urgency: number; incoming: Uint8Array; outgoing: Uint8Array | null }[]>(
          `SELECT urgency, incoming_id AS incoming, outgoing_id AS outgoing
           FROM handover_item JOIN handover_note AS note ON note.id = note_id ORDER BY urgency`,
        );

      it('is none when the same person comes back to what was there before', async () => {
        await (await new ThreadOfPool(pool).found()).owe(ada);
        await gapBefore(ada);
        await lookAfter(2 * HOUR_MS);
        await lookAfter(15 * HOUR_MS);
        expect(await told('handover')).toEqual([]);
        expect(await opened.source.query('SELECT FROM handover_note')).toEqual([]);
      });

      it('tells the same person what came meanwhile and is open still, and nothing else', async () => {
        const thread = await new ThreadOfPool(pool).found();
        await thread.owe(ada, { urgency: URGENCY.routine });
        await gapBefore(ada);
        await lookAfter(2 * HOUR_MS);
        await thread.owe(ada, { urgency: URGENCY.urgent });
        await thread.owe(ada, { urgency: URGENCY.soon });
        await opened.source.query(`UPDATE obligation SET state = 'answered' WHERE urgency = $1`, [
          URGENCY.soon,
        ]);
        await lookAfter(15 * HOUR_MS);
        await lookAfter(2 * MINUTE_MS);
        expect((await told('handover')).map(({ recipientId }) => recipientId)).toEqual([toHex(ada)]);
        expect(await items()).toEqual([{ urgency: URGENCY.urgent, incoming: ada, outgoing: null }]);
      });

      it('hands everything over to somebody else, from whoever had duty last', async () => {
        await (await new ThreadOfPool(pool).found()).owe(ada);
        await gapBefore(ben);
        await lookAfter(2 * HOUR_MS);
        await lookAfter(15 * HOUR_MS);
        expect((await told('handover')).map(({ recipientId }) => recipientId)).toEqual([toHex(ben)]);
        expect(await items()).toEqual([{ urgency: URGENCY.soon, incoming: ben, outgoing: ada }]);
      });
    });

    it('answered questions are not handed over', async () => {
      const thread = await new ThreadOfPool(pool).found();
      await thread.owe(ada);
      await opened.source.query(`UPDATE obligation SET state = 'answered'`);
      await handOverIn(HOUR_MS);
      await look();
      await lookAfter(2 * HOUR_MS);
      expect(await told('handover')).toHaveLength(1);
      expect(await opened.source.query('SELECT FROM handover_item')).toEqual([]);
    });
  });
});
