import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { URGENCY, toBase64Url, type DeliveryRecord, type Urgency } from '#protocol';
import { publicKeyOf } from '../../../src/accounts/index.js';
import { DeliveryLedger } from '../../../src/notifications/index.js';
import { openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { FoldedThread, type Member } from '../../support/obligations/folded.thread.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';
import {
  describeOnBothBackends,
  eventually,
  startBackground,
} from '../../support/notifications/background.js';
import { findLeftPending } from '../../support/notifications/left.pending.js';
import { people } from '../../support/notifications/people.js';
import { openPushService, type PushServiceDouble } from '../../support/notifications/push.service.js';
import { openSmsProvider, type SmsProvider } from '../../support/notifications/sms.provider.js';
import { openSmtpInbox, type SmtpInbox } from '../../support/notifications/smtp.inbox.js';

const HOUR_MS = 3_600_000;
const NUMBER = '+34600000001';
const PRIVATE_KEY = randomBytes(32).toString('base64url');

describeOnBothBackends('the ways to a person', (backend) => {
  let opened: OpenedDatabase;
  let room: ObligationRoom;
  let thread: FoldedThread;
  let inbox: SmtpInbox;
  let sms: SmsProvider;
  let push: PushServiceDouble;
  let context: INestApplicationContext;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    room = obligationRoom(opened.source);
    inbox = await openSmtpInbox();
    sms = await openSmsProvider();
    push = await openPushService(toBase64Url(publicKeyOf(PRIVATE_KEY)));
    context = await startBackground(opened.database.url, {
      ...backend.settings(),
      SMTP_URL: inbox.url,
      SMS_URL: sms.url,
      VAPID_PRIVATE_KEY: PRIVATE_KEY,
      WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    });
  });

  beforeEach(async () => {
    thread = await new FoldedThread(opened.source).project();
  });

  afterEach(async () => {
    expect(await findLeftPending(opened.source)).toEqual([]);
  });

  afterAll(async () => {
    await context.close();
    await push.close();
    await sms.close();
    await inbox.close();
    await opened.close();
  });

  async function askPrescriber(urgency: Urgency = URGENCY.routine): Promise<void> {
    const given = { responder: thread.prescriber, dueInMs: 48 * HOUR_MS, urgency };
    await room.mirrored(thread.open(thread.therapist, given).applied);
  }

  const ledgerOf = async (who: Member): Promise<readonly DeliveryRecord[]> => {
    const ledger = context.get(DeliveryLedger, { strict: false });
    return (await ledger.listFor(people(opened.source).principalOf(who))).deliveries;
  };
  const states = async (who: Member) =>
    (await ledgerOf(who)).map(({ channel, state }) => `${channel} ${state}`).sort();
  const becomes = (who: Member, expected: readonly string[]) =>
    eventually(async () => (await states(who)).join() === expected.join());
  const undeliveredOf = async (who: Member): Promise<number> => {
    const found: unknown[] = await opened.source.query(
      `SELECT 1 FROM undelivered_notice WHERE cause LIKE '%' || $1`,
      [who.userId],
    );
    return found.length;
  };
  const claimAgain = () =>
    opened.source.query('UPDATE outbox SET leased_until = NULL, enqueued_at = NULL WHERE done_at IS NULL');
  /** Once the run before has put its rows back: otherwise it would do so after this. */
  const lookAgain = async () => {
    await eventually(async () => {
      const running: unknown[] = await opened.source.query(
        'SELECT id FROM outbox WHERE done_at IS NULL AND enqueued_at IS NOT NULL',
      );
      return running.length === 0;
    });
    await claimAgain();
  };

  it('goes to the next way when a provider has given up, and is told by one way only', async () => {
    const { hasEmail, hasNumber } = people(opened.source);
    const before = sms.texts.length;
    await hasEmail(thread.prescriber, 'nobody@people.test');
    await hasNumber(thread.prescriber, NUMBER);
    await askPrescriber();
    await becomes(thread.prescriber, ['email failed', 'sms sent']);
    expect(sms.texts).toHaveLength(before + 1);
    expect((await ledgerOf(thread.prescriber)).find(({ channel }) => channel === 'email')).toMatchObject({
      code: 'smtp.550',
      attempts: 1,
    });
    expect(await undeliveredOf(thread.prescriber)).toBe(0);
  });

  it('goes to the next way while a provider is away, and then leaves the first one alone', async () => {
    const { hasEmail, hasNumber } = people(opened.source);
    await hasEmail(thread.prescriber, 'slow@people.test');
    await hasNumber(thread.prescriber, NUMBER);
    inbox.behave(451);
    await askPrescriber();
    await becomes(thread.prescriber, ['email pending']);
    await eventually(async () => (await ledgerOf(thread.prescriber))[0]?.attempts === 1);
    await opened.source.query(
      `UPDATE delivery SET created_at = created_at - interval '6 minutes' WHERE state = 'pending'`,
    );
    await lookAgain();
    await becomes(thread.prescriber, ['email spared', 'sms sent']);
    inbox.behave('take');
  });

  it('never texts a number whose owner said STOP, and counts that as not told', async () => {
    const { hasNumber } = people(opened.source);
    const number = '+34600000777';
    await hasNumber(thread.prescriber, number);
    await opened.source.query(`INSERT INTO sms_wish VALUES ($1, true, now())`, [number]);
    await askPrescriber(URGENCY.urgent);
    await becomes(thread.prescriber, ['sms opted_out']);
    await eventually(async () => (await undeliveredOf(thread.prescriber)) === 1);
    expect(sms.texts.filter(({ to }) => to === number)).toEqual([]);
  });

  it('tells every way at once when it is urgent, every device among them, and forgets a device that is gone', async () => {
    const { hasEmail, hasNumber, hasDevice } = people(opened.source);
    const [phone, old] = [push.newDevice(), push.newDevice()];
    push.answer(410, old.endpoint);
    await hasEmail(thread.prescriber, 'p@people.test');
    await hasNumber(thread.prescriber, NUMBER);
    await hasDevice(thread.prescriber, phone);
    await hasDevice(thread.prescriber, old);
    await askPrescriber(URGENCY.urgent);
    await becomes(thread.prescriber, ['email sent', 'push failed', 'push sent', 'sms sent']);
    expect(push.pushes.filter(({ endpoint }) => endpoint === phone.endpoint)).toHaveLength(1);
    const left: { endpoint: string }[] = await opened.source.query(
      'SELECT endpoint FROM push_subscription WHERE principal_id = $1',
      [thread.prescriber.id],
    );
    expect(left).toEqual([{ endpoint: phone.endpoint }]);
  });

  it('does not trust a push nobody confirmed: the e-mail follows', async () => {
    const { hasEmail, hasDevice } = people(opened.source);
    await hasDevice(thread.prescriber, push.newDevice());
    await hasEmail(thread.prescriber, 'pushed@people.test');
    await askPrescriber();
    await becomes(thread.prescriber, ['push sent']);
    await opened.source.query(`UPDATE delivery SET created_at = created_at - interval '6 minutes'`);
    await lookAgain();
    await becomes(thread.prescriber, ['email sent', 'push sent']);
    expect(inbox.to('pushed@people.test')).toHaveLength(1);
  });

  it('holds routine news back in quiet hours, says until when, and lets it go afterwards', async () => {
    const { hasEmail, prefers } = people(opened.source);
    await hasEmail(thread.client, 'asleep@people.test');
    await prefers(thread.client, { quiet: { from: clock(-HOUR_MS), to: clock(2 * HOUR_MS) } });
    await room.mirrored(thread.say(thread.therapist));
    await becomes(thread.client, ['email pending']);
    const [held] = await ledgerOf(thread.client);
    const heldForMs = (held?.heldUntilMs ?? 0) - Date.now();
    expect(heldForMs).toBeGreaterThan(HOUR_MS);
    expect(heldForMs).toBeLessThanOrEqual(2 * HOUR_MS);
    expect(held?.attempts).toBe(0);
    await prefers(thread.client, {});
    await lookAgain();
    await becomes(thread.client, ['email sent']);
    expect(inbox.to('asleep@people.test')).toHaveLength(1);
  });

  it('collects updates for the digest, and tells them once', async () => {
    const { hasEmail, prefers } = people(opened.source);
    await hasEmail(thread.client, 'digest@people.test');
    await prefers(thread.client, { digestAt: [clock(HOUR_MS)] });
    await room.mirrored(thread.say(thread.therapist));
    await opened.source.query(
      `INSERT INTO outbox (dedupe_key, topic, payload)
       SELECT 'second-' || $1, topic, payload || jsonb_build_object('urgency', 2) FROM outbox
       WHERE payload ->> 'recipientId' = $1 AND payload ->> 'reason' = 'update'`,
      [thread.client.userId],
    );
    await becomes(thread.client, ['email pending', 'email pending']);
    await opened.source.query(`UPDATE outbox SET created_at = created_at - interval '2 hours'`);
    await prefers(thread.client, { digestAt: [clock(-2 * 60_000)] });
    await lookAgain();
    await becomes(thread.client, ['email collected', 'email sent']);
    expect(inbox.to('digest@people.test')).toHaveLength(1);
  });

  it('does not let an error of its own be silence', async () => {
    await people(opened.source).hasEmail(thread.prescriber, 'late@people.test');
    await opened.source.query('ALTER TABLE push_subscription RENAME TO push_subscription_away');
    await askPrescriber();
    await eventually(async () => (await undeliveredOf(thread.prescriber)) === 1, 30_000);
    await opened.source.query('ALTER TABLE push_subscription_away RENAME TO push_subscription');
    await claimAgain();
    await eventually(() => inbox.to('late@people.test').length === 1);
  }, 60_000);
});

/** A time of day in UTC, so far from now. */
function clock(fromNowMs: number): string {
  return new Date(Date.now() + fromNowMs).toISOString().slice(11, 16);
}
