import { OP, ROLE, URGENCY, ladder, toHex, type Ladder, type Urgency } from '#protocol';
import { noticePayload } from '../../../src/obligations/notice.js';
import { ClinicPool, rotaOf, weekly } from '../../support/obligations/clinic.pool.js';
import { openMovableDatabase, type OpenedMovableDatabase } from '../../support/obligations/database.js';
import { FoldedThread, member } from '../../support/obligations/folded.thread.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('an answer that does not come', () => {
  let opened: OpenedMovableDatabase;
  let room: ObligationRoom;
  let thread: FoldedThread;
  let pool: ClinicPool;
  const names = new Map<string, string>();

  beforeAll(async () => {
    opened = await openMovableDatabase();
    room = obligationRoom(opened.source);
  });

  beforeEach(async () => {
    await opened.source.query(
      'TRUNCATE obligation, obligation_history, undelivered_notice, ladder, ladder_approval, update_window, outbox, rota CASCADE',
    );
    thread = await new FoldedThread(opened.source).project();
    pool = new ClinicPool(opened.source, ROLE.prescriber, thread.organisationId);
    names.clear();
    for (const who of ['therapist', 'prescriber', 'client'] as const) names.set(thread[who].userId, who);
    names.set(toHex(thread.organisationId), 'administrators');
  });

  afterAll(async () => {
    await opened.close();
  });

  async function open(urgency: Urgency, dueInMs = 4 * HOUR_MS): Promise<number> {
    const nowMs = Date.now() + (await opened.clock.aheadMs());
    const given = { responder: thread.prescriber, dueInMs: nowMs + dueInMs - Date.now(), urgency };
    const { applied, id } = thread.open(thread.therapist, given);
    await room.mirrored(applied);
    await room.forgetNotices();
    return id;
  }

  async function attested(name: string, role: typeof ROLE.prescriber | 4 | 5): Promise<Uint8Array> {
    const id = await pool.attest(role);
    names.set(toHex(id), name);
    return id;
  }

  async function onDuty(): Promise<void> {
    const primary = await attested('primary', ROLE.prescriber);
    const secondary = await attested('secondary', ROLE.prescriber);
    await pool.writeRota(rotaOf([weekly([primary])], [weekly([secondary])]));
  }

  /** Lets time pass and the engine look; answers whom that told what. */
  async function after(ms: number): Promise<string[]> {
    const before = (await room.notices()).length;
    await opened.clock.advance(ms);
    await room.newEngine().run();
    return (await room.notices())
      .slice(before)
      .filter(({ reason }) => reason !== 'update')
      .map(({ reason, recipientId }) => `${names.get(recipientId)}: ${reason}`);
  }

  async function writeLadder(urgency: Urgency, content: Ladder, approve: boolean): Promise<void> {
    const { organisationId } = thread;
    const about = { organisationId, urgency };
    await room.transactions.run(async (tx) => {
      const version = await room.ladders.add(tx, { ...about, content, writtenBy: organisationId });
      if (approve) await room.ladders.approve(tx, { ...about, version, approvedBy: organisationId });
    });
  }

  const ack = (id: number) =>
    room.mirrored(
      thread.say(thread.prescriber, [{ op: OP.ack, obligation: id, responder: thread.prescriber }]),
    );
  const historyOf = (id: number) => room.history(thread.threadIdBytes, id);

  it('routine: reminder, then duty, opener and administrators, then coordinators, then directors', async () => {
    await onDuty();
    await attested('coordinator', ROLE.coordinator);
    await attested('director', ROLE.director);
    const id = await open(URGENCY.routine);
    expect(await after(3 * HOUR_MS)).toEqual(['prescriber: reminder']);
    expect(await after(HOUR_MS)).toEqual(['primary: due', 'therapist: due', 'administrators: due']);
    expect(await after(4 * HOUR_MS)).toEqual(['coordinator: escalated']);
    expect(await after(4 * HOUR_MS)).toEqual(['director: escalated']);
    expect(await after(DAY_MS)).toEqual([]);
    expect(await room.row(thread.threadIdBytes, id)).toMatchObject({ state: 'open', lookMs: null });
    expect((await historyOf(id)).map(({ kind, level }) => [kind, level])).toEqual([
      ['op', null],
      ['step', 1],
      ['step', 2],
      ['step', 3],
      ['step', 4],
    ]);
  });

  it('urgent: the first on call at once, the second after a quarter of an hour, directors after half an hour', async () => {
    await onDuty();
    await attested('director', ROLE.director);
    await open(URGENCY.urgent);
    expect(await after(0)).toEqual(['primary: escalated']);
    expect(await after(15 * MINUTE_MS)).toEqual(['secondary: escalated']);
    expect(await after(15 * MINUTE_MS)).toEqual(['director: escalated']);
    expect(await after(3.5 * HOUR_MS)).toEqual(['therapist: due', 'administrators: due', 'director: due']);
  });

  describe.each([
    ['urgent', URGENCY.urgent],
    ['emergent', URGENCY.emergent],
  ] as const)('%s, at the opening', (_, urgency) => {
    it('nobody is told twice who is asked and on duty', async () => {
      await pool.attest(ROLE.prescriber, thread.prescriber.id);
      await pool.writeRota(rotaOf([weekly([thread.prescriber.id])]));
      const id = await open(urgency);
      expect(await after(0)).toEqual([]);
      expect((await historyOf(id)).map(({ kind, told }) => [kind, told?.length])).toEqual([
        ['op', undefined],
        ['step', 0],
      ]);
    });

    it('nobody is told of his own question though he is on duty himself', async () => {
      const colleague = member(ROLE.prescriber);
      thread.enlist(colleague);
      names.set(colleague.userId, 'colleague');
      await pool.attest(ROLE.prescriber, colleague.id);
      await pool.writeRota(rotaOf([weekly([colleague.id])]));
      const dueInMs = 4 * HOUR_MS + (await opened.clock.aheadMs());
      const { applied } = thread.open(colleague, { responder: thread.prescriber, dueInMs, urgency });
      await room.mirrored(applied);
      expect(await after(0)).toEqual([]);
    });

    it('whoever is asked is called once more where the engine was away at that moment', async () => {
      await onDuty();
      await open(urgency);
      expect(await after(10 * MINUTE_MS)).toEqual(
        expect.arrayContaining(['prescriber: reminder', 'primary: escalated']),
      );
    });
  });

  it('urgent: an acknowledgement in time spares the first on call, until it holds no longer', async () => {
    await onDuty();
    const id = await open(URGENCY.urgent, DAY_MS);
    await ack(id);
    expect(await after(0)).toEqual([]);
    expect(await after(60 * MINUTE_MS)).toEqual(['prescriber: reminder', 'primary: escalated']);
  });

  it('emergent: on every channel, again every two minutes until somebody acknowledges', async () => {
    await onDuty();
    await attested('director', ROLE.director);
    const id = await open(URGENCY.emergent);
    expect(await after(0)).toEqual(['primary: escalated']);
    expect((await room.notices()).every(({ allChannels }) => allChannels === 1)).toBe(true);
    expect(await after(2 * MINUTE_MS)).toEqual(['prescriber: reminder', 'primary: escalated']);
    expect(await after(3 * MINUTE_MS)).toEqual([
      'prescriber: reminder',
      'primary: escalated',
      'secondary: escalated',
    ]);
    await ack(id);
    expect(await after(9 * MINUTE_MS)).toEqual([]);
  });

  it('goes on after nobody has looked for months, with every question in the same look', async () => {
    await onDuty();
    await open(URGENCY.emergent);
    await open(URGENCY.routine);
    expect(await after(90 * DAY_MS)).toEqual(
      expect.arrayContaining(['prescriber: reminder', 'therapist: due', 'administrators: due']),
    );
    expect(await after(MINUTE_MS)).toEqual([]);
  });

  it('one question that cannot be moved keeps no other waiting, and is tried again a minute later', async () => {
    await onDuty();
    const stuck = await open(URGENCY.routine);
    const sound = await open(URGENCY.routine);
    await opened.source.query(
      `ALTER TABLE obligation ADD CONSTRAINT stuck CHECK (id <> ${stuck} OR taken[1] = 0)`,
    );
    expect(await after(4 * HOUR_MS)).toContain('therapist: due');
    await opened.source.query('ALTER TABLE obligation DROP CONSTRAINT stuck');
    expect(await room.row(thread.threadIdBytes, sound)).toMatchObject({ taken: [1, 1, 0, 0] });
    expect(await room.row(thread.threadIdBytes, stuck)).toMatchObject({ taken: [0, 0, 0, 0] });
    expect(await after(MINUTE_MS)).toContain('therapist: due');
  });

  it('a rota that cannot be read is like none: nobody is on duty, and that is told', async () => {
    await pool.writeRota({ ...rotaOf([weekly([])]), zone: 'Nowhere/Known' });
    await open(URGENCY.routine);
    expect(await after(4 * HOUR_MS)).toEqual(
      expect.arrayContaining(['therapist: due', 'administrators: due']),
    );
  });

  it('an acknowledgement holds for a while, then what it held up goes on', async () => {
    await onDuty();
    await attested('director', ROLE.director);
    const id = await open(URGENCY.urgent, DAY_MS);
    expect(await after(5 * MINUTE_MS)).toContain('primary: escalated');
    await ack(id);
    expect(await after(60 * MINUTE_MS)).toEqual([]);
    expect(await after(10 * MINUTE_MS)).toEqual(['secondary: escalated']);
    expect(await after(15 * MINUTE_MS)).toEqual(['director: escalated']);
  });

  it('a second acknowledgement while the first still holds adds only what is new', async () => {
    await onDuty();
    const id = await open(URGENCY.urgent, DAY_MS);
    expect(await after(0)).toEqual(['primary: escalated']);
    await ack(id);
    await opened.clock.advance(20 * MINUTE_MS);
    await ack(id);
    expect(await after(74 * MINUTE_MS)).toEqual([]);
    expect(await after(MINUTE_MS)).toEqual(['secondary: escalated']);
  });

  it('an acknowledgement never stops the answer clock', async () => {
    const id = await open(URGENCY.emergent, HOUR_MS);
    await ack(id);
    const told = await after(HOUR_MS);
    expect(told).toContain('therapist: due');
    expect(told).toContain('administrators: due');
  });

  it('an empty step is skipped at once, the next one follows in the same moment, and the administrators are alarmed', async () => {
    await attested('director', ROLE.director);
    const id = await open(URGENCY.urgent);
    expect(await after(0)).toEqual(['therapist: nobody_on_duty']);
    expect(await after(15 * MINUTE_MS)).toEqual(['director: escalated', 'administrators: step_empty']);
    expect((await historyOf(id)).map(({ kind, step }) => [kind, step])).toEqual([
      ['op', null],
      ['step', 0],
      ['nobody_on_duty', null],
      ['step_empty', 1],
      ['step', 2],
    ]);
  });

  it('nobody on duty is never silent: the opener is told once, and when somebody will be can be read', async () => {
    const person = await attested('primary', ROLE.prescriber);
    await pool.writeRota(rotaOf([weekly([person])]));
    const nowMs = Date.now() + (await opened.clock.aheadMs());
    const [from, to] = [nowMs - HOUR_MS, nowMs + 40 * HOUR_MS].map((ms) => new Date(ms).toISOString());
    await pool.override({ from: from ?? '', to: to ?? '', person: null });
    const id = await open(URGENCY.urgent, DAY_MS);
    expect(await after(0)).toEqual(['therapist: nobody_on_duty']);
    expect((await after(DAY_MS)).filter((told) => told.includes('nobody_on_duty'))).toEqual([]);
    const alarm = (await historyOf(id)).find(({ kind }) => kind === 'nobody_on_duty');
    expect(alarm?.nextOnDutyAt?.toISOString()).toBe(to);
  });

  it('waiting on somebody moves nothing; when the wait is over its owner is asked', async () => {
    const id = await open(URGENCY.routine, DAY_MS);
    await ack(id);
    const until = Date.now() + (await opened.clock.aheadMs()) + 2 * HOUR_MS;
    await room.mirrored(thread.say(thread.prescriber, [{ op: OP.wait, obligation: id, dueMs: until }]));
    const before = await room.row(thread.threadIdBytes, id);
    expect(await after(HOUR_MS)).toEqual([]);
    expect(await after(HOUR_MS + 1_000)).toEqual(['prescriber: wait_over']);
    expect(await after(1_000)).toEqual([]);
    expect((await room.row(thread.threadIdBytes, id)).dueMs).toBe(before.dueMs);
  });

  it('a wait that is named without end is over after two weeks at most', async () => {
    const id = await open(URGENCY.routine, 90 * DAY_MS);
    const until = Date.now() + 400 * DAY_MS;
    await room.mirrored(thread.say(thread.prescriber, [{ op: OP.wait, obligation: id, dueMs: until }]));
    expect(await after(14 * DAY_MS)).toEqual(['prescriber: wait_over']);
  });

  it('nothing closes by time', async () => {
    const id = await open(URGENCY.urgent);
    await after(400 * DAY_MS);
    expect((await room.row(thread.threadIdBytes, id)).state).toBe('open');
  });

  describe('under a ladder of its own', () => {
    const hourly: Ladder = ladder.parse({
      ackHoldsMinutes: 30,
      steps: [
        { who: ['directors'], at: { minutesAfterOpening: 60 } },
        { who: ['opener'], at: { minutesAfterDue: 0 } },
      ],
    });

    const write = (content: Ladder, approve: boolean) => writeLadder(URGENCY.routine, content, approve);

    it('an edit touches only what is opened after it, and only once a director has approved it', async () => {
      await attested('director', ROLE.director);
      const old = await open(URGENCY.routine);
      await write(hourly, false);
      const unapproved = await open(URGENCY.routine);
      await write(hourly, true);
      const fresh = await open(URGENCY.routine);
      const lengths = await Promise.all(
        [old, unapproved, fresh].map(async (id) => (await room.row(thread.threadIdBytes, id)).taken.length),
      );
      expect(lengths).toEqual([4, 4, 2]);
      expect(await after(HOUR_MS)).toEqual(['director: escalated']);
    });

    it('a reopened question follows the ladder in force then', async () => {
      const id = await open(URGENCY.routine);
      await room.mirrored(thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]));
      await write(hourly, true);
      const dueMs = Date.now() + (await opened.clock.aheadMs()) + DAY_MS;
      await room.mirrored(thread.say(thread.therapist, [{ op: OP.reopen, obligation: id, dueMs }]));
      expect((await room.row(thread.threadIdBytes, id)).taken).toEqual([0, 0]);
    });
  });

  describe('when somebody cannot be told', () => {
    const toResponder = (id: number) =>
      noticePayload.parse({
        reason: 'opened',
        recipient: 'person',
        recipientId: thread.prescriber.userId,
        threadId: thread.threadId,
        obligation: id,
        openedSeq: id / 256,
        urgency: URGENCY.urgent,
      });

    it('a failed notification counts as not delivered: opener and administrators hear it, the next step comes now', async () => {
      await onDuty();
      const id = await open(URGENCY.urgent);
      await room.undeliverable.report(toResponder(id), 'cause-1');
      await room.undeliverable.report(toResponder(id), 'cause-1');
      await room.newEngine().run();
      const told = (await room.notices()).map(
        ({ reason, recipientId }) => `${names.get(recipientId)}: ${reason}`,
      );
      expect(told).toEqual([
        'therapist: undelivered',
        'administrators: undelivered',
        'primary: escalated',
        'secondary: escalated',
      ]);
      expect((await historyOf(id)).map(({ kind }) => kind)).toEqual(['op', 'undelivered', 'step', 'step']);
    });

    it('whoever is called early for it is called again so long after that call, until somebody acts', async () => {
      await attested('director', ROLE.director);
      const calling = ladder.parse({
        ackHoldsMinutes: 60,
        steps: [
          {
            who: ['directors'],
            at: { minutesAfterOpening: 30 },
            unlessAcknowledged: true,
            repeat: { everyMinutes: 5, times: 9 },
          },
          { who: ['opener'], at: { minutesAfterDue: 0 } },
        ],
      });
      await writeLadder(URGENCY.urgent, calling, true);
      const id = await open(URGENCY.urgent);
      await opened.clock.advance(MINUTE_MS);
      await room.undeliverable.report(toResponder(id), 'cause-6');
      expect(await after(0)).toEqual(['director: escalated']);
      expect(await after(4 * MINUTE_MS)).toEqual([]);
      expect(await after(MINUTE_MS)).toEqual(['director: escalated']);
      await ack(id);
      expect(await after(60 * MINUTE_MS)).toEqual([]);
      expect(await after(5 * MINUTE_MS)).toEqual(['director: escalated']);
      expect((await room.row(thread.threadIdBytes, id)).taken).toEqual([3, 0]);
      const dueMs = Date.now() + (await opened.clock.aheadMs()) + DAY_MS;
      await room.mirrored(thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]));
      await room.mirrored(thread.say(thread.therapist, [{ op: OP.reopen, obligation: id, dueMs }]));
      expect(await after(30 * MINUTE_MS)).toEqual(['director: escalated']);
      expect(await after(4 * MINUTE_MS)).toEqual([]);
    });

    it('after the answer nothing follows from it, and an alarm about an alarm is raised by none', async () => {
      const id = await open(URGENCY.urgent);
      const alarm = { ...toResponder(id), reason: 'undelivered' as const };
      await room.undeliverable.report(alarm, 'cause-2');
      await room.mirrored(thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]));
      await room.forgetNotices();
      await room.undeliverable.report(toResponder(id), 'cause-3');
      await room.newEngine().run();
      expect(await room.notices()).toEqual([]);
      expect([...(await room.undelivered.findKnown(['cause-2', 'cause-3']))].sort()).toEqual([
        'cause-2',
        'cause-3',
      ]);
    });

    it('a hand-over nobody could be told of is heard like an opening', async () => {
      const id = await open(URGENCY.urgent);
      const { prescriber, therapist } = thread;
      await room.mirrored(
        thread.say(prescriber, [{ op: OP.hand_over, obligation: id, responder: therapist }]),
      );
      const [handedOver] = (await room.notices()).filter(({ reason }) => reason === 'opened');
      if (handedOver === undefined) throw new Error('nobody was told of the hand-over');
      await room.forgetNotices();
      await room.undeliverable.report(handedOver, 'cause-4');
      expect(
        (await room.notices()).map(({ reason, recipientId }) => `${names.get(recipientId)}: ${reason}`),
      ).toEqual(['administrators: undelivered']);
    });

    it('however many dead letters were reported before, the next one is too', async () => {
      const id = await open(URGENCY.urgent);
      await opened.source.query(
        `INSERT INTO outbox (dedupe_key, topic, payload, tries, created_at)
         SELECT 'dead-' || n, 'notice', $1, 20, now() - interval '1 hour' FROM generate_series(1, 250) AS n`,
        [JSON.stringify({ ...toResponder(id), place: undefined })],
      );
      await room.undeliverable.reportDeadLetters();
      expect((await room.undelivered.findKnown(['dead-1', 'dead-250'])).size).toBe(2);
    });

    it('a dead letter raises its own escalation', async () => {
      const { applied, id } = thread.open(thread.therapist, {
        responder: thread.prescriber,
        dueInMs: DAY_MS + (await opened.clock.aheadMs()),
        urgency: URGENCY.urgent,
      });
      await room.mirrored(applied);
      await opened.source.query('UPDATE outbox SET tries = 20');
      await opened.clock.advance(11 * MINUTE_MS);
      for (let looks = 0; looks < 2; looks += 1) await room.newEngine().run();
      const reasons = (await room.notices()).map(({ reason }) => reason);
      expect(reasons.filter((reason) => reason === 'undelivered')).toHaveLength(2);
      expect((await historyOf(id)).map(({ kind }) => kind)).toContain('undelivered');
    });
  });
});
