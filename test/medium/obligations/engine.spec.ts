import { OP, URGENCY } from '#protocol';
import { ENGINE } from '../../../src/obligations/obligation-engine.service.js';
import { connect, openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { FoldedThread } from '../../support/obligations/folded.thread.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';

const HOUR_MS = 3_600_000;

describe('the obligation engine', () => {
  let opened: OpenedDatabase;
  let room: ObligationRoom;
  let thread: FoldedThread;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    room = obligationRoom(opened.source);
  });

  beforeEach(async () => {
    await opened.source.query(
      'TRUNCATE obligation, obligation_history, update_window, outbox, engine_heartbeat',
    );
    thread = await new FoldedThread(opened.source).project();
  });

  afterAll(async () => {
    await opened.close();
  });

  async function openOne(dueInMs = 4 * HOUR_MS) {
    const given = { responder: thread.prescriber, dueInMs, urgency: URGENCY.soon };
    const { applied, id } = thread.open(thread.therapist, given);
    await room.mirrored(applied);
    await room.forgetNotices();
    return id;
  }

  const rowOf = (id: number) => room.row(thread.threadIdBytes, id);
  const stepDue = (id: number) => room.makeStepDue(thread.threadIdBytes, id);
  const told = async () => (await room.notices()).map(({ reason, recipient }) => ({ reason, recipient }));
  const answer = (id: number) => thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]);

  it('does nothing before a step is due', async () => {
    await openOne();
    await room.newEngine().run();
    expect(await told()).toEqual([]);
  });

  it('reminds the responder at 75 % and then waits for the due time', async () => {
    const id = await openOne();
    await stepDue(id);
    await room.newEngine().run();
    expect(await room.notices()).toEqual([
      expect.objectContaining({
        reason: 'reminder',
        recipient: 'person',
        recipientId: thread.prescriber.userId,
        obligation: id,
        urgency: URGENCY.soon,
      }),
    ]);
    const row = await rowOf(id);
    expect(row.taken).toEqual([1, 0, 0, 0]);
    expect(row.lookMs).toBe(row.dueMs);
  });

  it('at due tells the opener and the administrators of the organisation that attested the responder', async () => {
    const id = await openOne();
    await stepDue(id);
    await room.newEngine().run();
    await room.forgetNotices();
    await room.age(thread.threadIdBytes, id, 4 * HOUR_MS);
    await room.newEngine().run();
    const notices = await room.notices();
    expect(notices.map(({ reason, recipientId }) => [reason, recipientId])).toEqual([
      ['due', thread.therapist.userId],
      ['due', Buffer.from(thread.organisationId).toString('hex')],
    ]);
    expect(await rowOf(id)).toMatchObject({ state: 'open', taken: [1, 1, 0, 0] });
  });

  it('catches up on every step at once after it was away, each of them once', async () => {
    const id = await openOne();
    await room.age(thread.threadIdBytes, id, 5 * HOUR_MS);
    await room.newEngine().run();
    await room.newEngine().run();
    expect(await told()).toEqual([
      { reason: 'reminder', recipient: 'person' },
      { reason: 'due', recipient: 'person' },
      { reason: 'due', recipient: 'administrators' },
    ]);
    expect((await rowOf(id)).taken).toEqual([1, 1, 0, 0]);
  });

  it('reminds the owner as well when a colleague has acknowledged', async () => {
    const id = await openOne();
    await opened.source.query('UPDATE obligation SET owner_id = $1', [thread.client.id]);
    await stepDue(id);
    await room.newEngine().run();
    expect((await room.notices()).map(({ recipientId }) => recipientId).sort()).toEqual(
      [thread.prescriber.userId, thread.client.userId].sort(),
    );
  });

  it.each([3, 4, 24])('is stopped by an answer committed before the steps after %i hours', async (hours) => {
    const id = await openOne();
    await room.age(thread.threadIdBytes, id, hours * HOUR_MS);
    await room.mirrored(answer(id));
    await room.newEngine().run();
    expect(await told()).toEqual([{ reason: 'answered', recipient: 'person' }]);
  });

  it('goes on after an acknowledgement: acknowledged is not answered', async () => {
    const id = await openOne();
    const ack = { op: OP.ack, obligation: id, responder: thread.prescriber };
    await room.mirrored(thread.say(thread.prescriber, [ack]));
    await room.forgetNotices();
    await stepDue(id);
    await room.newEngine().run();
    expect(await told()).toEqual([{ reason: 'reminder', recipient: 'person' }]);
  });

  it('skips an obligation whose answer is being committed, and finds it answered afterwards', async () => {
    const id = await openOne();
    await stepDue(id);
    await room.transactions.run(async (tx) => {
      await room.mirror.mirror(tx, [answer(id)]);
      await room.newEngine().run();
      expect(await told()).toEqual([]);
    });
    await room.newEngine().run();
    expect(await told()).toEqual([{ reason: 'answered', recipient: 'person' }]);
  });

  it('lets an answer wait for a step that is being taken; then both have happened, in that order', async () => {
    const id = await openOne();
    await stepDue(id);
    let answered: Promise<void> | undefined;
    await room.transactions.run(async (tx) => {
      const due = await room.obligations.takeDue(tx, 10);
      expect(due).toHaveLength(1);
      answered = room.mirrored(answer(id));
      await new Promise((resolve) => setTimeout(resolve, 150));
      await room.obligations.advance(
        tx,
        due.map((of) => ({ of, taken: [1, 0, 0, 0], earlyMs: [], lookAtMs: of.dueAtMs })),
      );
    });
    await answered;
    expect(await rowOf(id)).toMatchObject({ state: 'answered', lookMs: null });
  });

  it('has exactly one winner per obligation when answers race the engine', async () => {
    const ids: number[] = [];
    for (let count = 0; count < 24; count += 1) ids.push(await openOne());
    await opened.source.query('UPDATE obligation SET look_at = now(), hastened = true');
    await Promise.all([...ids.map((id) => room.mirrored(answer(id))), room.newEngine().run()]);
    for (const id of ids) expect(await rowOf(id)).toMatchObject({ state: 'answered', lookMs: null });
    const before = await told();
    await room.newEngine().run();
    expect(await told()).toEqual(before);
    expect(before.filter(({ reason }) => reason === 'answered')).toHaveLength(ids.length);
  });

  it('loses and repeats nothing when it dies between taking a step and committing it', async () => {
    const id = await openOne();
    await stepDue(id);
    await expect(
      room.transactions.run(async (tx) => {
        const due = await room.obligations.takeDue(tx, 10);
        await room.obligations.advance(
          tx,
          due.map((of) => ({ of, taken: [1, 1, 1, 1], earlyMs: [], lookAtMs: undefined })),
        );
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    expect((await rowOf(id)).taken).toEqual([0, 0, 0, 0]);
    await room.newEngine().run();
    await room.newEngine().run();
    expect(await told()).toEqual([{ reason: 'reminder', recipient: 'person' }]);
  });

  it('takes every step once when several engines look at the same time, more than one batch of them', async () => {
    const other = await connect(opened.database.url);
    try {
      await manyDue(thread, opened, ENGINE.batch * 2 + 7);
      const engines = [room, obligationRoom(other), room].map((each) => each.newEngine());
      await Promise.all(engines.map((engine) => engine.run()));
      await room.newEngine().run();
      expect(await told()).toHaveLength(ENGINE.batch * 2 + 7);
      const left: unknown[] = await opened.source.query('SELECT 1 FROM obligation WHERE taken[1] = 0');
      expect(left).toEqual([]);
    } finally {
      await other.destroy();
    }
  });

  it.each([
    [
      'whose row has expired',
      `UPDATE roster_row SET expires_at = now() - interval '1 second' WHERE user_id = $1`,
    ],
    ['whose attestation was revoked', `UPDATE attestation SET state = 'revoked' WHERE user_id = $1`],
    ['whose attestation was suspended', `UPDATE attestation SET state = 'suspended' WHERE user_id = $1`],
  ])('alarms once, without waiting for a step, about a responder %s', async (_, sql) => {
    await openOne();
    await opened.source.query(sql, [thread.prescriber.id]);
    await room.newEngine().run();
    await room.newEngine().run();
    expect(await told()).toEqual([
      { reason: 'unattended', recipient: 'person' },
      { reason: 'unattended', recipient: 'administrators' },
    ]);
  });

  it('alarms again when somebody who came back is lost a second time', async () => {
    await openOne();
    const suspend = (state: string) =>
      opened.source.query('UPDATE attestation SET state = $2 WHERE user_id = $1', [
        thread.prescriber.id,
        state,
      ]);
    for (const state of ['suspended', 'live', 'suspended']) {
      await suspend(state);
      await room.newEngine().run();
    }
    expect((await told()).map(({ reason }) => reason)).toEqual(Array(4).fill('unattended'));
  });

  it('sees somebody accountable as long as the owner is there, though the responder is not', async () => {
    await openOne();
    await opened.source.query('UPDATE obligation SET owner_id = $1', [thread.client.id]);
    await thread.removePlace(thread.prescriber);
    await room.newEngine().run();
    expect(await told()).toEqual([]);
  });

  it('gives a sign of life, and says how late the oldest step is', async () => {
    expect(await room.health.report()).toMatchObject({ healthy: false, heartbeatAgeMs: null });
    await room.newEngine().run();
    expect(await room.health.report()).toMatchObject({ healthy: true, oldestDueMs: null });
    const id = await openOne();
    await room.age(thread.threadIdBytes, id, 3 * HOUR_MS + 1_000);
    expect((await room.health.report()).oldestDueMs).toBeGreaterThanOrEqual(1_000);
    await opened.source.query(`UPDATE engine_heartbeat SET beat_at = now() - interval '1 minute'`);
    expect(await room.health.report()).toMatchObject({ healthy: false });
  });

  it('runs by itself every second and stops when told to', async () => {
    const engine = room.newEngine();
    engine.onApplicationBootstrap();
    const id = await openOne();
    await stepDue(id);
    for (let tries = 0; tries < 40 && (await told()).length === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await engine.onModuleDestroy();
    expect(await told()).toEqual([{ reason: 'reminder', recipient: 'person' }]);
  });
});

/** Obligations of one thread that are all due, without the cost of opening each. */
async function manyDue(thread: FoldedThread, opened: OpenedDatabase, count: number): Promise<void> {
  await opened.source.query(
    `INSERT INTO obligation (thread_id, id, opener_id, responder_id, responder_role, organisation_id, urgency, state,
       opened_seq, opened_at, due_at, taken, look_at)
     SELECT $1, n * 256, $2, $3, 2, $4, 1, 'open', n, now() - interval '4 hours', now() + interval '1 hour',
       '{0,0,0,0}', now() - interval '1 second' FROM generate_series(3, $5::int + 2) AS n`,
    [thread.threadIdBytes, thread.therapist.id, thread.prescriber.id, thread.organisationId, count],
  );
}
