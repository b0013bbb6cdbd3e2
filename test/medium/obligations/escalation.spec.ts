import { OP, ROLE, URGENCY, ladder, type Ladder } from '#protocol';
import { rotaOf, weekly } from '../../support/obligations/clinic.pool.js';
import { EscalationScene } from '../../support/obligations/escalation.scene.js';
import { member } from '../../support/obligations/folded.thread.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('an answer that does not come', () => {
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

  it('routine: reminder, then duty, opener and administrators, then coordinators, then directors', async () => {
    await scene.onDuty();
    await scene.attested('coordinator', ROLE.coordinator);
    await scene.attested('director', ROLE.director);
    const id = await scene.open(URGENCY.routine);
    expect(await scene.after(3 * HOUR_MS)).toEqual(['prescriber: reminder']);
    expect(await scene.after(HOUR_MS)).toEqual(['primary: due', 'therapist: due', 'administrators: due']);
    expect(await scene.after(4 * HOUR_MS)).toEqual(['coordinator: escalated']);
    expect(await scene.after(4 * HOUR_MS)).toEqual(['director: escalated']);
    expect(await scene.after(DAY_MS)).toEqual([]);
    expect(await scene.room.row(scene.thread.threadIdBytes, id)).toMatchObject({
      state: 'open',
      lookMs: null,
    });
    expect((await scene.historyOf(id)).map(({ kind, level }) => [kind, level])).toEqual([
      ['op', null],
      ['step', 1],
      ['step', 2],
      ['step', 3],
      ['step', 4],
    ]);
  });

  it('urgent: the first on call at once, the second after a quarter of an hour, directors after half an hour', async () => {
    await scene.onDuty();
    await scene.attested('director', ROLE.director);
    await scene.open(URGENCY.urgent);
    expect(await scene.after(0)).toEqual(['primary: escalated']);
    expect(await scene.after(15 * MINUTE_MS)).toEqual(['secondary: escalated']);
    expect(await scene.after(15 * MINUTE_MS)).toEqual(['director: escalated']);
    expect(await scene.after(3.5 * HOUR_MS)).toEqual([
      'therapist: due',
      'administrators: due',
      'director: due',
    ]);
  });

  describe.each([
    ['urgent', URGENCY.urgent],
    ['emergent', URGENCY.emergent],
  ] as const)('%s, at the opening', (_, urgency) => {
    it('nobody is told twice who is asked and on duty', async () => {
      await scene.pool.attest(ROLE.prescriber, scene.thread.prescriber.id);
      await scene.pool.writeRota(rotaOf([weekly([scene.thread.prescriber.id])]));
      const id = await scene.open(urgency);
      expect(await scene.after(0)).toEqual([]);
      expect((await scene.historyOf(id)).map(({ kind, told }) => [kind, told?.length])).toEqual([
        ['op', undefined],
        ['step', 0],
      ]);
    });

    it('nobody is told of his own question though he is on duty himself', async () => {
      const colleague = member(ROLE.prescriber);
      scene.thread.enlist(colleague);
      scene.names.set(colleague.userId, 'colleague');
      await scene.pool.attest(ROLE.prescriber, colleague.id);
      await scene.pool.writeRota(rotaOf([weekly([colleague.id])]));
      const dueInMs = 4 * HOUR_MS + (await scene.opened.clock.aheadMs());
      const { applied } = scene.thread.open(colleague, {
        responder: scene.thread.prescriber,
        dueInMs,
        urgency,
      });
      await scene.room.mirrored(applied);
      expect(await scene.after(0)).toEqual([]);
    });

    it('whoever is asked is called once more where the engine was away at that moment', async () => {
      await scene.onDuty();
      await scene.open(urgency);
      expect(await scene.after(10 * MINUTE_MS)).toEqual(
        expect.arrayContaining(['prescriber: reminder', 'primary: escalated']),
      );
    });
  });

  it('urgent: an acknowledgement in time spares the first on call, until it holds no longer', async () => {
    await scene.onDuty();
    const id = await scene.open(URGENCY.urgent, DAY_MS);
    await scene.ack(id);
    expect(await scene.after(0)).toEqual([]);
    expect(await scene.after(60 * MINUTE_MS)).toEqual(['prescriber: reminder', 'primary: escalated']);
  });

  it('emergent: on every channel, again every two minutes until somebody acknowledges', async () => {
    await scene.onDuty();
    await scene.attested('director', ROLE.director);
    const id = await scene.open(URGENCY.emergent);
    expect(await scene.after(0)).toEqual(['primary: escalated']);
    expect((await scene.room.notices()).every(({ allChannels }) => allChannels === 1)).toBe(true);
    expect(await scene.after(2 * MINUTE_MS)).toEqual(['prescriber: reminder', 'primary: escalated']);
    expect(await scene.after(3 * MINUTE_MS)).toEqual([
      'prescriber: reminder',
      'primary: escalated',
      'secondary: escalated',
    ]);
    await scene.ack(id);
    expect(await scene.after(9 * MINUTE_MS)).toEqual([]);
  });

  it('goes on after nobody has looked for months, with every question in the same look', async () => {
    await scene.onDuty();
    await scene.open(URGENCY.emergent);
    await scene.open(URGENCY.routine);
    expect(await scene.after(90 * DAY_MS)).toEqual(
      expect.arrayContaining(['prescriber: reminder', 'therapist: due', 'administrators: due']),
    );
    expect(await scene.after(MINUTE_MS)).toEqual([]);
  });

  it('one question that cannot be moved keeps no other waiting, and is tried again a minute later', async () => {
    await scene.onDuty();
    const stuck = await scene.open(URGENCY.routine);
    const sound = await scene.open(URGENCY.routine);
    await scene.opened.source.query(
      `ALTER TABLE obligation ADD CONSTRAINT stuck CHECK (id <> ${stuck} OR taken[1] = 0)`,
    );
    expect(await scene.after(4 * HOUR_MS)).toContain('therapist: due');
    await scene.opened.source.query('ALTER TABLE obligation DROP CONSTRAINT stuck');
    expect(await scene.room.row(scene.thread.threadIdBytes, sound)).toMatchObject({ taken: [1, 1, 0, 0] });
    expect(await scene.room.row(scene.thread.threadIdBytes, stuck)).toMatchObject({ taken: [0, 0, 0, 0] });
    expect(await scene.after(MINUTE_MS)).toContain('therapist: due');
  });

  it('a rota that cannot be read is like none: nobody is on duty, and that is told', async () => {
    await scene.pool.writeRota({ ...rotaOf([weekly([])]), zone: 'Nowhere/Known' });
    await scene.open(URGENCY.routine);
    expect(await scene.after(4 * HOUR_MS)).toEqual(
      expect.arrayContaining(['therapist: due', 'administrators: due']),
    );
  });

  it('an acknowledgement holds for a while, then what it held up goes on', async () => {
    await scene.onDuty();
    await scene.attested('director', ROLE.director);
    const id = await scene.open(URGENCY.urgent, DAY_MS);
    expect(await scene.after(5 * MINUTE_MS)).toContain('primary: escalated');
    await scene.ack(id);
    expect(await scene.after(60 * MINUTE_MS)).toEqual([]);
    expect(await scene.after(10 * MINUTE_MS)).toEqual(['secondary: escalated']);
    expect(await scene.after(15 * MINUTE_MS)).toEqual(['director: escalated']);
  });

  it('a second acknowledgement while the first still holds adds only what is new', async () => {
    await scene.onDuty();
    const id = await scene.open(URGENCY.urgent, DAY_MS);
    expect(await scene.after(0)).toEqual(['primary: escalated']);
    await scene.ack(id);
    await scene.opened.clock.advance(20 * MINUTE_MS);
    await scene.ack(id);
    expect(await scene.after(74 * MINUTE_MS)).toEqual([]);
    expect(await scene.after(MINUTE_MS)).toEqual(['secondary: escalated']);
  });

  it('an acknowledgement never stops the answer clock', async () => {
    const id = await scene.open(URGENCY.emergent, HOUR_MS);
    await scene.ack(id);
    const told = await scene.after(HOUR_MS);
    expect(told).toContain('therapist: due');
    expect(told).toContain('administrators: due');
  });

  it('an empty step is skipped at once, the next one follows in the same moment, and the administrators are alarmed', async () => {
    await scene.attested('director', ROLE.director);
    const id = await scene.open(URGENCY.urgent);
    expect(await scene.after(0)).toEqual(['therapist: nobody_on_duty']);
    expect(await scene.after(15 * MINUTE_MS)).toEqual(['director: escalated', 'administrators: step_empty']);
    expect((await scene.historyOf(id)).map(({ kind, step }) => [kind, step])).toEqual([
      ['op', null],
      ['step', 0],
      ['nobody_on_duty', null],
      ['step_empty', 1],
      ['step', 2],
    ]);
  });

  it('nobody on duty is never silent: the opener is told once, and when somebody will be can be read', async () => {
    const person = await scene.attested('primary', ROLE.prescriber);
    await scene.pool.writeRota(rotaOf([weekly([person])]));
    const nowMs = Date.now() + (await scene.opened.clock.aheadMs());
    const [from, to] = [nowMs - HOUR_MS, nowMs + 40 * HOUR_MS].map((ms) => new Date(ms).toISOString());
    await scene.pool.override({ from: from ?? '', to: to ?? '', person: null });
    const id = await scene.open(URGENCY.urgent, DAY_MS);
    expect(await scene.after(0)).toEqual(['therapist: nobody_on_duty']);
    expect((await scene.after(DAY_MS)).filter((told) => told.includes('nobody_on_duty'))).toEqual([]);
    const alarm = (await scene.historyOf(id)).find(({ kind }) => kind === 'nobody_on_duty');
    expect(alarm?.nextOnDutyAt?.toISOString()).toBe(to);
  });

  it('waiting on somebody moves nothing; when the wait is over its owner is asked', async () => {
    const id = await scene.open(URGENCY.routine, DAY_MS);
    await scene.ack(id);
    const until = Date.now() + (await scene.opened.clock.aheadMs()) + 2 * HOUR_MS;
    await scene.room.mirrored(
      scene.thread.say(scene.thread.prescriber, [{ op: OP.wait, obligation: id, dueMs: until }]),
    );
    const before = await scene.room.row(scene.thread.threadIdBytes, id);
    expect(await scene.after(HOUR_MS)).toEqual([]);
    expect(await scene.after(HOUR_MS + 1_000)).toEqual(['prescriber: wait_over']);
    expect(await scene.after(1_000)).toEqual([]);
    expect((await scene.room.row(scene.thread.threadIdBytes, id)).dueMs).toBe(before.dueMs);
  });

  it('a wait that is named without end is over after two weeks at most', async () => {
    const id = await scene.open(URGENCY.routine, 90 * DAY_MS);
    const until = Date.now() + 400 * DAY_MS;
    await scene.room.mirrored(
      scene.thread.say(scene.thread.prescriber, [{ op: OP.wait, obligation: id, dueMs: until }]),
    );
    expect(await scene.after(14 * DAY_MS)).toEqual(['prescriber: wait_over']);
  });

  it('nothing closes by time', async () => {
    const id = await scene.open(URGENCY.urgent);
    await scene.after(400 * DAY_MS);
    expect((await scene.room.row(scene.thread.threadIdBytes, id)).state).toBe('open');
  });

  describe('under a ladder of its own', () => {
    const hourly: Ladder = ladder.parse({
      ackHoldsMinutes: 30,
      steps: [
        { who: ['directors'], at: { minutesAfterOpening: 60 } },
        { who: ['opener'], at: { minutesAfterDue: 0 } },
      ],
    });

    const write = (content: Ladder, approve: boolean) => scene.writeLadder(URGENCY.routine, content, approve);

    it('an edit touches only what is opened after it, and only once a director has approved it', async () => {
      await scene.attested('director', ROLE.director);
      const old = await scene.open(URGENCY.routine);
      await write(hourly, false);
      const unapproved = await scene.open(URGENCY.routine);
      await write(hourly, true);
      const fresh = await scene.open(URGENCY.routine);
      const lengths = await Promise.all(
        [old, unapproved, fresh].map(
          async (id) => (await scene.room.row(scene.thread.threadIdBytes, id)).taken.length,
        ),
      );
      expect(lengths).toEqual([4, 4, 2]);
      expect(await scene.after(HOUR_MS)).toEqual(['director: escalated']);
    });

    it('a reopened question follows the ladder in force then', async () => {
      const id = await scene.open(URGENCY.routine);
      await scene.room.mirrored(
        scene.thread.say(scene.thread.prescriber, [{ op: OP.answer, obligation: id }]),
      );
      await write(hourly, true);
      const dueMs = Date.now() + (await scene.opened.clock.aheadMs()) + DAY_MS;
      await scene.room.mirrored(
        scene.thread.say(scene.thread.therapist, [{ op: OP.reopen, obligation: id, dueMs }]),
      );
      expect((await scene.room.row(scene.thread.threadIdBytes, id)).taken).toEqual([0, 0]);
    });
  });
});
