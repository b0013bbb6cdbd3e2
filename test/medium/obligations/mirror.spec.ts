import { OP, URGENCY, toHex } from '#protocol';
import { QUIET_MS } from '../../../src/obligations/update-window.repository.js';
import { openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { FoldedThread } from '../../support/obligations/folded.thread.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';

const HOUR_MS = 3_600_000;

describe('the obligation mirror', () => {
  let opened: OpenedDatabase;
  let room: ObligationRoom;
  let thread: FoldedThread;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    room = obligationRoom(opened.source);
  });

  beforeEach(async () => {
    await opened.source.query('TRUNCATE obligation, obligation_history, update_window, outbox');
    thread = await new FoldedThread(opened.source).project();
  });

  afterAll(async () => {
    await opened.close();
  });

  async function openOne(dueInMs = 4 * HOUR_MS) {
    const { applied, id } = thread.open(thread.therapist, { responder: thread.prescriber, dueInMs });
    await room.mirrored(applied);
    return id;
  }

  const rowOf = (id: number) => room.row(thread.threadIdBytes, id);
  const told = async () =>
    (await room.notices()).map(({ reason, recipientId }) => ({ reason, who: nameOf(recipientId) }));
  const nameOf = (id: string) =>
    (['therapist', 'prescriber', 'client'] as const).find((name) => thread[name].userId === id) ??
    'organisation';

  it('places the reminder at 75 % of the time between opening, on the database clock, and due', async () => {
    const row = await rowOf(await openOne());
    expect(row).toMatchObject({ state: 'open', taken: [0, 0, 0, 0], attended: true });
    expect(row.lookMs ?? 0).toBeCloseTo(row.openedMs + 0.75 * (row.dueMs - row.openedMs), -1);
    expect(Math.abs(row.openedMs - Date.now())).toBeLessThan(5_000);
  });

  it('tells the responder at once that something is owed, and nobody else', async () => {
    await openOne();
    expect(await told()).toEqual([{ reason: 'opened', who: 'prescriber' }]);
  });

  it('keeps the steps running through an acknowledgement and a wait', async () => {
    const id = await openOne();
    const before = await rowOf(id);
    await room.mirrored(
      thread.say(thread.prescriber, [{ op: OP.ack, obligation: id, responder: thread.prescriber }]),
    );
    expect(await rowOf(id)).toMatchObject({ state: 'acknowledged', lookMs: before.lookMs });
    await room.mirrored(
      thread.say(thread.prescriber, [{ op: OP.wait, obligation: id, dueMs: Date.now() + 9 * HOUR_MS }]),
    );
    expect(await rowOf(id)).toMatchObject({ state: 'waiting', lookMs: before.lookMs, dueMs: before.dueMs });
  });

  it('stops the steps when it is answered and tells the opener', async () => {
    const id = await openOne();
    await room.forgetNotices();
    await room.mirrored(thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]));
    expect(await rowOf(id)).toMatchObject({ state: 'answered', lookMs: null });
    expect(await told()).toEqual([{ reason: 'answered', who: 'therapist' }]);
  });

  it('stops the steps when it is withdrawn', async () => {
    const id = await openOne();
    await room.mirrored(thread.say(thread.therapist, [{ op: OP.withdraw, obligation: id }]));
    expect(await rowOf(id)).toMatchObject({ state: 'withdrawn', lookMs: null });
  });

  it('starts the steps anew when it is reopened, and tells the responder again', async () => {
    const id = await openOne();
    await room.mirrored(thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]));
    await room.forgetNotices();
    const dueMs = Date.now() + 8 * HOUR_MS;
    await room.mirrored(thread.say(thread.therapist, [{ op: OP.reopen, obligation: id, dueMs }]));
    const row = await rowOf(id);
    expect(row).toMatchObject({ state: 'open', taken: [0, 0, 0, 0], owner: null });
    expect(row.dueMs).toBeCloseTo(dueMs, -1);
    expect(row.lookMs ?? 0).toBeCloseTo(row.openedMs + 0.75 * (row.dueMs - row.openedMs), -1);
    expect(await told()).toEqual([{ reason: 'opened', who: 'prescriber' }]);
  });

  it('writes an obligation opened and answered in one transaction without any step', async () => {
    const { applied, id } = thread.open(thread.therapist, { responder: thread.prescriber, dueInMs: HOUR_MS });
    await room.mirrored(applied, thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]));
    expect(await rowOf(id)).toMatchObject({ state: 'answered', lookMs: null });
  });

  it('leaves nothing behind when the append that carries it is rolled back', async () => {
    const { applied } = thread.open(thread.therapist, { responder: thread.prescriber, dueInMs: HOUR_MS });
    await expect(
      room.transactions.run(async (tx) => {
        await room.mirror.mirror(tx, [applied]);
        throw new Error('the head had moved');
      }),
    ).rejects.toThrow('the head had moved');
    expect(await room.notices()).toEqual([]);
    expect(await opened.source.query('SELECT 1 FROM obligation')).toEqual([]);
  });

  it('moves the duty only when the new row acknowledges, and tells it of the hand-over', async () => {
    const id = await openOne();
    await room.forgetNotices();
    const { therapist, prescriber } = thread;
    await room.mirrored(thread.say(prescriber, [{ op: OP.ack, obligation: id, responder: prescriber }]));
    await room.mirrored(thread.say(prescriber, [{ op: OP.hand_over, obligation: id, responder: therapist }]));
    expect(toHex((await rowOf(id)).responder)).toBe(prescriber.userId);
    await room.mirrored(thread.say(therapist, [{ op: OP.ack, obligation: id, responder: therapist }]));
    expect(toHex((await rowOf(id)).responder)).toBe(therapist.userId);
    expect(await told()).toContainEqual({ reason: 'opened', who: 'therapist' });
  });

  it('alarms the opener and the administrators when the responder leaves', async () => {
    const id = await openOne();
    await room.forgetNotices();
    await room.mirrored(await thread.leave(thread.prescriber));
    expect(await rowOf(id)).toMatchObject({ state: 'open', attended: false, taken: [0, 0, 0, 0] });
    expect(await told()).toEqual([
      { reason: 'unattended', who: 'therapist' },
      { reason: 'unattended', who: 'organisation' },
    ]);
  });

  it('sees no alarm in the departure of somebody who owes nothing', async () => {
    const id = await openOne();
    await room.forgetNotices();
    await room.mirrored(await thread.leave(thread.client));
    expect(await rowOf(id)).toMatchObject({ attended: true });
    expect(await told()).toEqual([]);
  });

  describe('for messages without ops', () => {
    it('tells every other member once, however many messages follow', async () => {
      for (let count = 0; count < 5; count += 1) await room.mirrored(thread.say(thread.therapist));
      expect(await told()).toEqual(
        [
          { reason: 'update', who: 'prescriber' },
          { reason: 'update', who: 'client' },
        ].sort((left, right) => order(left.who) - order(right.who)),
      );
    });

    it('tells of a whole batch at once, nobody twice, and not whoever wrote last', async () => {
      await room.mirrored(
        thread.say(thread.therapist),
        thread.say(thread.prescriber),
        thread.say(thread.therapist),
      );
      const people = (await told()).map(({ who }) => who).sort();
      expect(people).toEqual(['client', 'prescriber']);
    });

    it('lets urgent news through the quiet that routine news began', async () => {
      await room.mirrored(thread.say(thread.therapist));
      await room.forgetNotices();
      await room.mirrored(thread.say(thread.therapist, [], URGENCY.urgent));
      expect((await told()).map(({ who }) => who).sort()).toEqual(['client', 'prescriber']);
    });

    it('tells at the end of the quiet time what came during it, unless the person has written meanwhile', async () => {
      await room.mirrored(thread.say(thread.therapist));
      await room.mirrored(thread.say(thread.therapist));
      await room.mirrored(thread.say(thread.prescriber));
      await room.forgetNotices();
      await opened.source.query(`UPDATE update_window SET quiet_until = now() - interval '1 second'`);
      await room.newEngine().run();
      const told1 = await told();
      expect(told1).toEqual([{ reason: 'update', who: 'client' }]);
      await room.newEngine().run();
      expect(await told()).toEqual(told1);
    });

    it('is quiet for a quarter of an hour', async () => {
      await room.mirrored(thread.say(thread.therapist));
      const [row]: { ms: number }[] = await opened.source.query(
        `SELECT extract(epoch FROM quiet_until - now())::float8 * 1000 AS ms FROM update_window LIMIT 1`,
      );
      expect(row?.ms).toBeGreaterThan(QUIET_MS - 30_000);
      expect(row?.ms).toBeLessThanOrEqual(QUIET_MS);
    });
  });

  /** Rows are written in the order of the ids, which are random. */
  function order(who: string): number {
    const ids = [thread.prescriber, thread.client].map(({ userId }) => userId).sort();
    return ids.indexOf(who === 'prescriber' ? thread.prescriber.userId : thread.client.userId);
  }
});
