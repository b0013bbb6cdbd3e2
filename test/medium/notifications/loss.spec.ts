import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { URGENCY, fromHex, toHex, type ChannelName } from '#protocol';
import type { Channel } from '../../../src/notifications/channels/channel.js';
import { DeliveryRepository } from '../../../src/notifications/delivery.repository.js';
import { openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { FoldedThread } from '../../support/obligations/folded.thread.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';
import {
  describeOnBothBackends,
  eventually,
  startBackground,
} from '../../support/notifications/background.js';
import { dyingEffect, effectOver } from '../../support/notifications/dying.effect.js';
import { people } from '../../support/notifications/people.js';
import { findLeftPending } from '../../support/notifications/left.pending.js';
import { openSmsProvider, type SmsProvider } from '../../support/notifications/sms.provider.js';
import { openSmtpInbox, type SmtpInbox } from '../../support/notifications/smtp.inbox.js';
import { openWebhookReceiver } from '../../support/notifications/webhook.receiver.js';
import { startDispatcherAlone } from '../../support/notifications/dispatcher.alone.js';

const HOUR_MS = 3_600_000;

/** A provider that takes everything; what it was given, by delivery. */
function takingEverything(name: ChannelName, sent: string[] = []): Channel {
  return {
    name,
    send: ({ deliveryId }) => {
      sent.push(deliveryId);
      return Promise.resolve({ sent: true });
    },
    close: () => undefined,
  };
}

describeOnBothBackends('notifications when things break', (backend) => {
  let opened: OpenedDatabase;
  let room: ObligationRoom;
  let thread: FoldedThread;
  let inbox: SmtpInbox;
  let sms: SmsProvider;
  const providers: { close(): Promise<void> }[] = [];
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
    sms = await openSmsProvider();
    providers.push(sms);
    thread = await new FoldedThread(opened.source).project();
    await people(opened.source).hasEmail(thread.prescriber, 'p@people.test');
  });

  afterEach(async () => {
    await stopAll();
    await Promise.all(providers.splice(0).map((provider) => provider.close()));
    await inbox.close();
    expect(await findLeftPending(opened.source)).toEqual([]);
  });

  afterAll(async () => {
    await opened.close();
  });

  const settings = () => ({ ...backend.settings(), SMTP_URL: inbox.url });
  const keep = (context: INestApplicationContext): void => {
    running.push(context);
  };
  const start = async (): Promise<void> => {
    keep(await startBackground(opened.database.url, settings()));
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((context) => context.close()));
  };

  async function openSome(count: number): Promise<void> {
    const applied = Array.from(
      { length: count },
      () => thread.open(thread.therapist, { responder: thread.prescriber, dueInMs: HOUR_MS }).applied,
    );
    await room.mirrored(...applied);
  }

  /** @returns the number of its row in the outbox */
  async function openOne(): Promise<number> {
    await openSome(1);
    const [row]: { id: number }[] = await opened.source.query('SELECT id FROM outbox');
    return row?.id ?? 0;
  }

  async function countOf(sql: string): Promise<number> {
    const [row]: { count: number }[] = await opened.source.query(`SELECT count(*)::int AS count FROM ${sql}`);
    return row?.count ?? 0;
  }
  const undone = () => countOf('outbox WHERE done_at IS NULL');
  /** Returns as soon as nobody is connected any more and nobody gets in; a second later they do again. */
  async function awayForAMoment(): Promise<void> {
    const admin = new URL(opened.database.adminUrl);
    admin.pathname = '/postgres';
    const session = new pg.Client({ connectionString: admin.href });
    await session.connect();
    const limit = (count: number) =>
      session.query(`ALTER DATABASE ${opened.database.name} CONNECTION LIMIT ${String(count)}`);
    await limit(0);
    await session.query(`SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = $1`, [
      opened.database.name,
    ]);
    setTimeout(() => {
      limit(-1)
        .finally(() => session.end())
        .catch(() => undefined);
    }, 1_000);
  }
  const ways = async (): Promise<string[]> => {
    const found: { way: string }[] = await opened.source.query(
      `SELECT channel || ' ' || state AS way FROM delivery ORDER BY 1`,
    );
    return found.map(({ way }) => way);
  };
  const administratorWithEmail = async (): Promise<{ keyId: string }> => {
    const made = await people(opened.source).newAdministrator(thread, 'a@people.test');
    return made.kind === 'admin' ? made : { keyId: '' };
  };
  const attempts = (): Promise<{ number: number; outcome: string; code: string | null }[]> =>
    opened.source.query('SELECT number, outcome, code FROM delivery_attempt ORDER BY delivery_id, number');

  it('loses nothing when the whole queue is lost between being filled and being worked on', async () => {
    const context = await startDispatcherAlone(opened.database.url, settings());
    keep(context);
    await openSome(20);
    await eventually(async () => (await countOf('outbox WHERE enqueued_at IS NOT NULL')) === 20);
    await stopAll();
    await backend.lose(opened.source);

    await start();
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(inbox.mails).toHaveLength(0);
    await opened.source.query(`UPDATE outbox SET leased_until = leased_until - interval '31 seconds'`);
    await eventually(async () => (await undone()) === 0);
    expect(inbox.mails).toHaveLength(20);
  });

  it('lets what is urgent overtake a long queue of what is not', async () => {
    const context = await startDispatcherAlone(opened.database.url, settings());
    keep(context);
    await openSome(60);
    await eventually(async () => (await countOf('outbox WHERE enqueued_at IS NOT NULL')) === 60);
    const urgent = { responder: thread.prescriber, dueInMs: HOUR_MS, urgency: URGENCY.urgent };
    await room.mirrored(thread.open(thread.therapist, urgent).applied);
    await eventually(async () => (await countOf('outbox WHERE enqueued_at IS NOT NULL')) === 61);
    await stopAll();

    await start();
    await eventually(async () => (await undone()) === 0);
    const place = inbox.mails.findIndex((mail) => mail.raw.toString('utf8').includes('Urgency: urgent'));
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(20);
  });

  it('goes on when the queue is lost under a running worker', async () => {
    await start();
    await openSome(10);
    await eventually(() => inbox.mails.length > 0);
    await backend.lose(opened.source);
    await openSome(10);
    await opened.source.query(`UPDATE outbox SET leased_until = leased_until - interval '31 seconds'`);
    await eventually(async () => (await undone()) === 0, 20_000);
    expect(inbox.mails).toHaveLength(20);
    expect(await countOf('delivery WHERE attempts <> 1')).toBe(0);
  });

  it('makes one notification of a job that is worked on twice at the same time', async () => {
    await start();
    await openSome(1);
    await eventually(() => inbox.mails.length === 1);
    await opened.source.query(`UPDATE outbox SET done_at = NULL, leased_until = NULL`);
    await eventually(async () => (await undone()) === 0);
    expect(inbox.mails).toHaveLength(1);
    expect(await attempts()).toEqual([{ number: 1, outcome: 'sent', code: null }]);
  });

  it('does not send what another process took over while this one stood still', async () => {
    const id = await openOne();
    const sent: string[] = [];
    const quicker = effectOver(opened.source, { email: takingEverything('email', sent) });
    class StandingStill extends DeliveryRepository {
      override async claim(...given: Parameters<DeliveryRepository['claim']>) {
        const claimed = await super.claim(...given);
        await opened.source.query(`UPDATE delivery SET claimed_until = now() - interval '1 second'`);
        await quicker.run(id);
        return claimed;
      }
    }
    const slower = new StandingStill(opened.source);
    await effectOver(opened.source, { email: takingEverything('email', sent) }, slower).run(id);
    expect(sent).toHaveLength(1);
    expect(await attempts()).toEqual([{ number: 1, outcome: 'sent', code: null }]);
  });

  it('does not note that there was no way to somebody whom another process has told meanwhile', async () => {
    const id = await openOne();
    const email = takingEverything('email');
    const quicker = effectOver(opened.source, { email });
    class Overtaken extends DeliveryRepository {
      override async prepare(...given: Parameters<DeliveryRepository['prepare']>): Promise<void> {
        await quicker.run(id);
        await super.prepare(...given);
      }
    }
    await effectOver(opened.source, { email }, new Overtaken(opened.source)).run(id);
    expect(await ways()).toEqual(['email sent']);
  });

  it('tries again, later and later, while the provider refuses, and counts every try', async () => {
    inbox.behave(451);
    await start();
    await openSome(1);
    await eventually(async () => (await attempts()).length === 2, 15_000);
    inbox.behave('take');
    await eventually(() => inbox.mails.length === 1, 15_000);
    await eventually(async () => (await undone()) === 0);
    const all = await attempts();
    expect(all.at(-1)).toEqual({ number: all.length, outcome: 'sent', code: null });
    expect(all.slice(0, -1).every(({ outcome, code }) => outcome === 'failed' && code === 'smtp.451')).toBe(
      true,
    );
  });

  it('counts a try whose outcome nobody knows, and sends again under the same Message-ID', async () => {
    const id = await openOne();
    void dyingEffect(opened.source, inbox.url).run(id);
    await eventually(() => inbox.mails.length === 1);
    await start();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(inbox.mails).toHaveLength(1);
    await opened.source.query(`UPDATE delivery SET claimed_until = now() - interval '1 second'`);
    await opened.source.query(`UPDATE outbox SET leased_until = now() - interval '1 second'`);
    await eventually(async () => (await undone()) === 0);
    expect(await attempts()).toEqual([
      { number: 1, outcome: 'unknown', code: null },
      { number: 2, outcome: 'sent', code: null },
    ]);
    const ids = inbox.mails.map(({ raw }) => /^Message-ID: (.+)$/mu.exec(raw.toString('latin1'))?.[1]);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });

  it('writes down what a provider answered while the database was away, and sends nothing twice', async () => {
    const receiver = await openWebhookReceiver();
    providers.push(receiver);
    receiver.answer((response) => {
      awayForAMoment().then(
        () => response.writeHead(204).end(),
        () => response.writeHead(500).end(),
      );
    });
    await people(opened.source).forgets(thread.prescriber);
    await people(opened.source).hasWebhook(thread.prescriber, receiver.url, new Uint8Array(32));
    const more = { ...settings(), WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' };
    keep(await startBackground(opened.database.url, more));
    await openSome(1);
    await eventually(() => receiver.calls.length === 1);
    await eventually(async () => (await attempts().catch(() => []))[0]?.outcome === 'sent');
    await eventually(async () => (await undone()) === 0, 40_000);
    expect(receiver.calls).toHaveLength(1);
  }, 90_000);

  it('waits for a way that was under way in a process that died, and closes it before the row is done', async () => {
    const id = await openOne();
    void dyingEffect(opened.source, inbox.url).run(id);
    await eventually(() => inbox.mails.length === 1);
    await people(opened.source).hasNumber(thread.prescriber, '+34600000009');
    await opened.source.query(`UPDATE delivery SET created_at = created_at - interval '6 minutes'`);
    keep(await startBackground(opened.database.url, { ...settings(), SMS_URL: sms.url }));
    await eventually(async () => (await countOf(`delivery WHERE state = 'sent'`)) === 1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await undone()).toBe(1);

    await opened.source.query(`UPDATE delivery SET claimed_until = now() - interval '1 second'`);
    await opened.source.query(`UPDATE outbox SET leased_until = now() - interval '1 second'`);
    await eventually(async () => (await undone()) === 0);
    expect(await ways()).toEqual(['email spared', 'sms sent']);
    expect([inbox.mails.length, sms.texts.length]).toEqual([1, 1]);
  });

  it('takes the next way for a text that came back while the others were still being told', async () => {
    await people(opened.source).forgets(thread.prescriber);
    await people(opened.source).hasNumber(thread.prescriber, '+34600000009');
    const id = await openOne();
    class CameBack extends DeliveryRepository {
      override async isOver(...given: Parameters<DeliveryRepository['isOver']>): Promise<boolean> {
        const over = await super.isOver(...given);
        const [sent]: { id: string }[] = await opened.source.query('SELECT id FROM delivery');
        await room.transactions.run(async (tx) => {
          const cause = await this.markReturned(tx, sent?.id ?? '');
          if (cause !== null) await room.outbox.reopen(tx, cause);
        });
        return over;
      }
    }
    const channels = { sms: takingEverything('sms'), email: takingEverything('email') };
    await effectOver(opened.source, channels, new CameBack(opened.source)).run(id);
    expect([await undone(), await ways()]).toEqual([1, ['sms failed']]);

    await people(opened.source).hasEmail(thread.prescriber, 'p@people.test');
    await effectOver(opened.source, channels).run(id);
    expect([await undone(), await ways()]).toEqual([0, ['email sent', 'sms failed']]);
  });

  it('closes what was on its way to an administrator who took his contact away', async () => {
    inbox.behave(451);
    const { keyId } = await administratorWithEmail();
    await opened.source.query(
      `INSERT INTO outbox (dedupe_key, topic, payload) VALUES ('to-administrators', 'notice', $1)`,
      [
        {
          reason: 'undelivered',
          recipient: 'administrators',
          recipientId: toHex(thread.organisationId),
          organisationId: toHex(thread.organisationId),
          urgency: URGENCY.routine,
        },
      ],
    );
    await start();
    await eventually(async () => (await attempts()).some(({ outcome }) => outcome === 'failed'));
    await opened.source.query('DELETE FROM contact WHERE principal_id = $1', [fromHex(keyId)]);
    await opened.source.query('UPDATE outbox SET enqueued_at = NULL, leased_until = NULL');
    await eventually(async () => (await undone()) === 0);
    expect(await ways()).toEqual(['email no_contact', 'none no_contact']);
  });

  it('calls nothing a dead letter because the queue has refused it again and again', async () => {
    const id = await openOne();
    for (let round = 0; round < 25; round += 1) {
      expect((await room.outbox.claim(1)).map((row) => row.id)).toEqual([id]);
      await room.outbox.giveBack([id]);
    }
    await opened.source.query(`UPDATE outbox SET created_at = created_at - interval '11 minutes'`);
    expect(await room.undeliverable.countDeadLetters()).toBe(0);
  });

  it('runs the effects itself once the queue has been out of reach for ten seconds, and then uses it again', async () => {
    await start();
    await openSome(1);
    await eventually(() => inbox.mails.length === 1);
    await backend.breakDown(opened.source);
    const since = Date.now();
    await openSome(5);
    await eventually(() => inbox.mails.length === 6, 25_000);
    expect(Date.now() - since).toBeGreaterThan(9_000);
    await eventually(async () => (await undone()) === 0);
    await backend.mend(opened.source);
    await openSome(5);
    await eventually(() => inbox.mails.length === 11, 25_000);
    await eventually(async () => (await undone()) === 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(inbox.mails).toHaveLength(11);
  }, 90_000);
});
