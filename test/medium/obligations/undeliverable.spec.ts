import { OP, ROLE, URGENCY, ladder } from '#protocol';
import { noticePayload } from '../../../src/obligations/notice.js';
import { EscalationScene } from '../../support/obligations/escalation.scene.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('when somebody cannot be told', () => {
  let scene: EscalationScene;

  beforeAll(async () => {
    scene = await EscalationScene.begin();
  });
  beforeEach(async () => {
    await scene.beginAnew();
  });
  afterAll(async () => {
    await scene.close();
  });

  const toResponder = (id: number) =>
    noticePayload.parse({
      reason: 'opened',
      recipient: 'person',
      recipientId: scene.thread.prescriber.userId,
      threadId: scene.thread.threadId,
      obligation: id,
      openedSeq: id / 256,
      urgency: URGENCY.urgent,
    });

  it('a failed notification counts as not delivered: opener and administrators hear it, the next step comes now', async () => {
    await scene.onDuty();
    const id = await scene.open(URGENCY.urgent);
    await scene.room.undeliverable.report(toResponder(id), 'cause-1');
    await scene.room.undeliverable.report(toResponder(id), 'cause-1');
    await scene.room.newEngine().run();
    expect(await scene.told()).toEqual([
      'therapist: undelivered',
      'administrators: undelivered',
      'primary: escalated',
      'secondary: escalated',
    ]);
    expect((await scene.historyOf(id)).map(({ kind }) => kind)).toEqual([
      'op',
      'undelivered',
      'step',
      'step',
    ]);
  });

  it('whoever is called early for it is called again so long after that call, until somebody acts', async () => {
    await scene.attested('director', ROLE.director);
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
    await scene.writeLadder(URGENCY.urgent, calling, true);
    const id = await scene.open(URGENCY.urgent);
    await scene.opened.clock.advance(MINUTE_MS);
    await scene.room.undeliverable.report(toResponder(id), 'cause-6');
    expect(await scene.after(0)).toEqual(['director: escalated']);
    expect(await scene.after(4 * MINUTE_MS)).toEqual([]);
    expect(await scene.after(MINUTE_MS)).toEqual(['director: escalated']);
    await scene.ack(id);
    expect(await scene.after(60 * MINUTE_MS)).toEqual([]);
    expect(await scene.after(5 * MINUTE_MS)).toEqual(['director: escalated']);
    expect((await scene.room.row(scene.thread.threadIdBytes, id)).taken).toEqual([3, 0]);
    const dueMs = Date.now() + (await scene.opened.clock.aheadMs()) + DAY_MS;
    await scene.room.mirrored(scene.thread.say(scene.thread.prescriber, [{ op: OP.answer, obligation: id }]));
    await scene.room.mirrored(
      scene.thread.say(scene.thread.therapist, [{ op: OP.reopen, obligation: id, dueMs }]),
    );
    expect(await scene.after(30 * MINUTE_MS)).toEqual(['director: escalated']);
    expect(await scene.after(4 * MINUTE_MS)).toEqual([]);
  });

  it('after the answer nothing follows from it, and an alarm about an alarm is raised by none', async () => {
    const id = await scene.open(URGENCY.urgent);
    const alarm = { ...toResponder(id), reason: 'undelivered' as const };
    await scene.room.undeliverable.report(alarm, 'cause-2');
    await scene.room.mirrored(scene.thread.say(scene.thread.prescriber, [{ op: OP.answer, obligation: id }]));
    await scene.room.forgetNotices();
    await scene.room.undeliverable.report(toResponder(id), 'cause-3');
    await scene.room.newEngine().run();
    expect(await scene.room.notices()).toEqual([]);
    expect([...(await scene.room.undelivered.findKnown(['cause-2', 'cause-3']))].sort()).toEqual([
      'cause-2',
      'cause-3',
    ]);
  });

  it('a hand-over nobody could be told of is heard like an opening', async () => {
    const id = await scene.open(URGENCY.urgent);
    const { prescriber, therapist } = scene.thread;
    await scene.room.mirrored(
      scene.thread.say(prescriber, [{ op: OP.hand_over, obligation: id, responder: therapist }]),
    );
    const [handedOver] = (await scene.room.notices()).filter(({ reason }) => reason === 'opened');
    if (handedOver === undefined) throw new Error('nobody was told of the hand-over');
    await scene.room.forgetNotices();
    await scene.room.undeliverable.report(handedOver, 'cause-4');
    expect(await scene.told()).toEqual(['administrators: undelivered']);
  });

  it('however many dead letters were reported before, the next one is too', async () => {
    const id = await scene.open(URGENCY.urgent);
    await scene.opened.source.query(
      `INSERT INTO outbox (dedupe_key, topic, payload, tries, created_at)
         SELECT 'dead-' || n, 'notice', $1, 20, now() - interval '1 hour' FROM generate_series(1, 250) AS n`,
      [JSON.stringify({ ...toResponder(id), place: undefined })],
    );
    await scene.room.undeliverable.reportDeadLetters();
    expect((await scene.room.undelivered.findKnown(['dead-1', 'dead-250'])).size).toBe(2);
  });

  it('a dead letter raises its own escalation', async () => {
    const { applied, id } = scene.thread.open(scene.thread.therapist, {
      responder: scene.thread.prescriber,
      dueInMs: DAY_MS + (await scene.opened.clock.aheadMs()),
      urgency: URGENCY.urgent,
    });
    await scene.room.mirrored(applied);
    await scene.opened.source.query('UPDATE outbox SET tries = 20');
    await scene.opened.clock.advance(11 * MINUTE_MS);
    for (let looks = 0; looks < 2; looks += 1) await scene.room.newEngine().run();
    const reasons = (await scene.room.notices()).map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === 'undelivered')).toHaveLength(2);
    expect((await scene.historyOf(id)).map(({ kind }) => kind)).toContain('undelivered');
  });
});
