import type { INestApplicationContext } from '@nestjs/common';
import { OP, URGENCY } from '#protocol';
import { DeliveryLedger } from '../../../src/notifications/index.js';
import { openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { FoldedThread } from '../../support/obligations/folded.thread.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';
import {
  describeOnBothBackends,
  eventually,
  startBackground,
} from '../../support/notifications/background.js';
import { findLeftPending } from '../../support/notifications/left.pending.js';
import { people } from '../../support/notifications/people.js';
import { openSmtpInbox, type SmtpInbox } from '../../support/notifications/smtp.inbox.js';

const HOUR_MS = 3_600_000;

describeOnBothBackends('an obligation and the people it concerns', (backend) => {
  let opened: OpenedDatabase;
  let room: ObligationRoom;
  let thread: FoldedThread;
  let inbox: SmtpInbox;
  const running: INestApplicationContext[] = [];

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    room = obligationRoom(opened.source);
  });

  beforeEach(async () => {
    await opened.source.query(
      'TRUNCATE obligation, obligation_history, update_window, outbox, delivery, delivery_attempt, contact',
    );
    inbox = await openSmtpInbox();
    thread = await new FoldedThread(opened.source).project();
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((context) => context.close()));
    await inbox.close();
    expect(await findLeftPending(opened.source)).toEqual([]);
  });

  afterAll(async () => {
    await opened.close();
  });

  async function start(): Promise<INestApplicationContext> {
    const settings = {
      ...backend.settings(),
      SMTP_URL: inbox.url,
      MAIL_FROM: 'Notices <no-reply@mail.example.test>',
    };
    const context = await startBackground(opened.database.url, settings);
    running.push(context);
    return context;
  }

  async function openOne(urgency = URGENCY.routine as 1 | 2 | 3 | 4): Promise<number> {
    const given = { responder: thread.prescriber, dueInMs: 4 * HOUR_MS, urgency };
    const { applied, id } = thread.open(thread.therapist, given);
    await room.mirrored(applied);
    return id;
  }

  const age = (id: number, byMs: number) => room.age(thread.threadIdBytes, id, byMs);
  const allDone = async (): Promise<boolean> =>
    (await opened.source.query<unknown[]>('SELECT 1 FROM outbox WHERE done_at IS NULL LIMIT 1')).length === 0;

  it('tells the responder, reminds him, and at due tells the opener and the administrator, each once', async () => {
    const { hasEmail, newAdministrator, principalOf } = people(opened.source);
    await hasEmail(thread.prescriber, 'p@people.test');
    await hasEmail(thread.therapist, 't@people.test');
    const administrator = await newAdministrator(thread, 'a@people.test');
    const context = await start();

    const id = await openOne();
    await eventually(() => inbox.to('p@people.test').length === 1);
    await age(id, 3 * HOUR_MS);
    await eventually(() => inbox.to('p@people.test').length === 2);
    expect(inbox.to('t@people.test')).toHaveLength(0);
    await age(id, HOUR_MS);
    await eventually(() => inbox.to('t@people.test').length === 1 && inbox.to('a@people.test').length === 1);
    await eventually(allDone);
    expect(inbox.mails).toHaveLength(4);

    const ledger = context.get(DeliveryLedger, { strict: false });
    const ofPrescriber = await ledger.listFor(principalOf(thread.prescriber));
    expect(ofPrescriber.deliveries.map(({ reason, state }) => [reason, state])).toEqual([
      ['reminder', 'sent'],
      ['opened', 'sent'],
    ]);
    const ofAdministrator = await ledger.listFor(administrator);
    expect(ofAdministrator.deliveries).toEqual([
      expect.objectContaining({ reason: 'due', channel: 'email', state: 'sent', attempts: 1 }),
    ]);
    expect((await ledger.listFor(principalOf(thread.client))).deliveries).toEqual([]);
  });

  it('says nothing more once it is answered, and tells the opener', async () => {
    const { hasEmail } = people(opened.source);
    await hasEmail(thread.prescriber, 'p@people.test');
    await hasEmail(thread.therapist, 't@people.test');
    await start();
    const id = await openOne();
    await eventually(() => inbox.to('p@people.test').length === 1);
    await age(id, 3 * HOUR_MS);
    await room.mirrored(thread.say(thread.prescriber, [{ op: OP.answer, obligation: id }]));
    await eventually(() => inbox.to('t@people.test').length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(inbox.mails).toHaveLength(2);
  });

  it('sends nothing that became untrue while it waited: answered, or no longer in the thread', async () => {
    const { hasEmail, principalOf } = people(opened.source);
    await hasEmail(thread.prescriber, 'p@people.test');
    await hasEmail(thread.therapist, 't@people.test');
    await hasEmail(thread.client, 'c@people.test');
    const answered = await openOne();
    await openOne();
    await room.mirrored(thread.say(thread.therapist));
    await room.mirrored(thread.say(thread.prescriber, [{ op: OP.answer, obligation: answered }]));
    await thread.removePlace(thread.client);
    const context = await start();
    await eventually(allDone);
    expect(inbox.mails.map(({ to }) => to).sort()).toEqual([
      'p@people.test',
      'p@people.test',
      't@people.test',
    ]);
    const ledger = context.get(DeliveryLedger, { strict: false });
    const states = async (who: typeof thread.client) =>
      (await ledger.listFor(principalOf(who))).deliveries
        .map(({ reason, state }) => `${reason} ${state}`)
        .sort();
    expect(await states(thread.client)).toEqual(['update skipped']);
    expect(await states(thread.prescriber)).toEqual(['opened sent', 'opened skipped', 'update sent']);
  });

  it('writes into the ledger that there was no way to reach somebody', async () => {
    const { newAdministrator, principalOf } = people(opened.source);
    const administrator = await newAdministrator(thread);
    const context = await start();
    const id = await openOne();
    await age(id, 4 * HOUR_MS);
    await eventually(async () => (await room.row(thread.threadIdBytes, id)).taken[1] === 1);
    await eventually(allDone);
    const ledger = context.get(DeliveryLedger, { strict: false });
    const rowsOf = async (principal: typeof administrator) => (await ledger.listFor(principal)).deliveries;
    for (const principal of [administrator, principalOf(thread.therapist)]) {
      const all = await rowsOf(principal);
      expect(all.map(({ reason }) => reason)).toContain('due');
      const none = { channel: 'none', state: 'no_contact', attempts: 0, sentAtMs: null };
      expect(all).toEqual(all.map(() => expect.objectContaining(none) as unknown));
    }
    // The responder had no way either, which his colleagues would have learnt.
    expect((await rowsOf(administrator)).map(({ reason }) => reason)).toContain('undelivered');
    expect(inbox.mails).toEqual([]);
  });

  it('tells each person once although two dispatchers, two engines and two workers run', async () => {
    const { hasEmail } = people(opened.source);
    await hasEmail(thread.prescriber, 'p@people.test');
    await hasEmail(thread.therapist, 't@people.test');
    await Promise.all([start(), start()]);
    for (let count = 0; count < 30; count += 1) await openOne();
    await opened.source.query(
      `UPDATE obligation SET look_at = look_at - interval '3 hours', opened_at = opened_at - interval '3 hours',
         due_at = due_at - interval '3 hours'`,
    );
    await eventually(() => inbox.to('p@people.test').length >= 60, 20_000);
    await eventually(allDone);
    expect(inbox.to('p@people.test')).toHaveLength(60);
    const [row]: { most: number }[] = await opened.source.query('SELECT max(attempts) AS most FROM delivery');
    expect(row?.most).toBe(1);
    expect(inbox.to('t@people.test')).toHaveLength(0);
  });
});
