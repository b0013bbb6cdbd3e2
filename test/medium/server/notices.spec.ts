import { randomBytes } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import { SOCKET_EVENT, type DeliveryRecord, type DrillReply, type NoticePostedEvent } from '#protocol';
import { call, connect, done, send } from '../../support/server/caller.js';
import { Clinic, type Enrolled } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/servers/index.js';
import { eventually, startBackground } from '../../support/notifications/background.js';
import { openSmsProvider, signedBy, type SmsProvider } from '../../support/notifications/sms.provider.js';
import { openSmtpInbox, type SmtpInbox } from '../../support/notifications/smtp.inbox.js';

const SECRET = 'a callback secret for tests, long enough';
const NUMBER = '+34600000002';

async function drill(service: TestService, token: string): Promise<readonly DeliveryRecord[]> {
  const { drillId } = await done<{ drillId: string }>(call(service, 'startDrill', { token }));
  let reply: DrillReply | undefined;
  await eventually(async () => {
    reply = await done<DrillReply>(call(service, 'getDrill', { token, params: { drillId } }));
    return reply.done;
  });
  return reply?.deliveries ?? [];
}

const outcomes = (deliveries: readonly DeliveryRecord[]) =>
  deliveries.map(({ channel, state }) => `${channel} ${state}`).sort();

/** A socket of a client that answers what it is told, and everything it was told. */
async function listen(
  service: TestService,
  token: string,
): Promise<{ socket: Socket; heard: NoticePostedEvent[] }> {
  const socket = await connect(service, token);
  const heard: NoticePostedEvent[] = [];
  socket.on(SOCKET_EVENT.noticePosted, (event: NoticePostedEvent, ack: (answer: unknown) => void) => {
    heard.push(event);
    ack({ ok: true });
  });
  return { socket, heard };
}

describe('telling somebody, end to end', () => {
  let service: TestService;
  let inbox: SmtpInbox;
  let sms: SmsProvider;
  let clinic: Clinic;
  let therapist: Enrolled;
  let other: Enrolled;

  beforeAll(async () => {
    inbox = await openSmtpInbox();
    sms = await openSmsProvider();
    service = await startTestService({
      WORKER: 'true',
      SMTP_URL: inbox.url,
      SMS_URL: sms.url,
      SMS_CALLBACK_SECRET: SECRET,
      VAPID_PRIVATE_KEY: randomBytes(32).toString('base64url'),
    });
    clinic = await Clinic.found(service);
    [therapist, other] = [await clinic.join('therapist'), await clinic.join('prescriber')];
    const { token } = therapist;
    await call(service, 'putEmailContact', { token, body: { address: 't@people.test' } });
    await call(service, 'putSmsContact', { token, body: { number: NUMBER } });
  });

  afterAll(async () => {
    await service.close();
    await sms.close();
    await inbox.close();
  });

  const callback = (name: 'reportSmsStatus' | 'reportSmsMessage', body: object, atMs?: number) => {
    const text = JSON.stringify(body);
    return call(service, name, { body: text, headers: signedBy(SECRET, text, atMs) });
  };

  it('a drill takes every way there is, and the open socket says that it arrived', async () => {
    const { socket, heard } = await listen(service, therapist.token);
    const found = await drill(service, therapist.token);
    expect(outcomes(found)).toEqual(['email sent', 'live sent', 'sms sent']);
    const live = found.find(({ channel }) => channel === 'live');
    expect(live?.confirmedAtMs).toEqual(expect.any(Number));
    expect(found.filter(({ confirmedAtMs }) => confirmedAtMs !== null)).toEqual([live]);
    expect(heard).toEqual([
      { deliveryId: live?.id.replaceAll('-', ''), text: 'You have an update. Open Trialogue to read it.' },
    ]);
    socket.close();
  });

  it('without a socket there is no live way, which is no failure', async () => {
    expect(outcomes(await drill(service, therapist.token))).toEqual(['email sent', 'sms sent']);
  });

  it('a socket that does not answer was not told', async () => {
    const socket = await connect(service, therapist.token);
    expect(outcomes(await drill(service, therapist.token))).toEqual([
      'email sent',
      'live failed',
      'sms sent',
    ]);
    socket.close();
  });

  it('says so when there is no way, and shows a drill to nobody else', async () => {
    const { drillId } = await done<{ drillId: string }>(call(service, 'startDrill', { token: other.token }));
    const params = { drillId };
    await eventually(async () => {
      const reply = await done<DrillReply>(call(service, 'getDrill', { token: other.token, params }));
      return reply.done && outcomes(reply.deliveries).join() === 'none no_contact';
    });
    expect(await call(service, 'getDrill', { token: therapist.token, params })).toMatchObject({
      code: 'drill.not_found',
    });
  });

  it('a device confirms what was meant for its person, and nothing of anybody else', async () => {
    const [mail] = (await drill(service, therapist.token)).filter(({ channel }) => channel === 'email');
    const confirmedAt = async () => {
      const reply = await done<{ deliveries: DeliveryRecord[] }>(
        call(service, 'listDeliveries', { token: therapist.token }),
      );
      return reply.deliveries.find(({ id }) => id === mail?.id)?.confirmedAtMs;
    };
    const params = { deliveryId: mail?.id.replaceAll('-', '') ?? '' };
    expect((await call(service, 'confirmDelivery', { token: other.token, params })).status).toBe(204);
    expect(await confirmedAt()).toBeNull();
    expect((await call(service, 'confirmDelivery', { token: therapist.token, params })).status).toBe(204);
    const first = await confirmedAt();
    expect(first).toEqual(expect.any(Number));
    await call(service, 'confirmDelivery', { token: therapist.token, params });
    expect(await confirmedAt()).toBe(first);
  });

  it('the token of a link confirms without signing anybody in; an unknown one is answered alike', async () => {
    await drill(service, therapist.token);
    const raw = inbox.to('t@people.test').at(-1)?.raw.toString('latin1') ?? '';
    const token = /\/n\/([0-9a-f]{32})/u.exec(raw)?.[1] ?? '';
    const known = await call(service, 'confirmByToken', { params: { token } });
    const unknown = await call(service, 'confirmByToken', { params: { token: 'f'.repeat(32) } });
    expect([known.status, unknown.status]).toEqual([204, 204]);
    const confirmed = await service.sql(
      'SELECT 1 FROM delivery WHERE link_token = $1 AND confirmed_at IS NOT NULL',
      [token],
    );
    expect(confirmed).toHaveLength(1);
  });

  it('test pages are few', async () => {
    const strict = await service.another({ RATE_FACTOR: '1', WORKER: 'false' });
    const answers = [];
    for (let count = 0; count < 6; count += 1)
      answers.push(await call(strict, 'startDrill', { token: other.token }));
    expect(answers.map(({ code }) => code)).toEqual([...Array<undefined>(5), 'request.too_many']);
    await strict.close();
  });

  describe('the SMS provider’s way back', () => {
    const optedOut = async () => {
      const reply = await done<{ contacts: { channel: string; optedOut?: true }[] }>(
        call(service, 'listContacts', { token: therapist.token }),
      );
      return reply.contacts.find(({ channel }) => channel === 'sms')?.optedOut ?? false;
    };
    const says = (text: string, sentAtMs: number) =>
      callback('reportSmsMessage', { from: NUMBER, text, sentAtMs });

    it('is open to nobody without the signature, with an old one, or for another body', async () => {
      const body = JSON.stringify({ from: NUMBER, text: 'STOP', sentAtMs: Date.now() });
      const tried = [
        {},
        signedBy('another secret', body),
        signedBy(SECRET, body, Date.now() - 360_000),
        signedBy(SECRET, body.replace('STOP', 'START')),
      ];
      for (const headers of tried) {
        expect(await call(service, 'reportSmsMessage', { body, headers })).toMatchObject({
          status: 401,
          code: 'callback.unsigned',
        });
      }
      expect(await optedOut()).toBe(false);
    });

    it('STOP ends texts until START, and what is heard again or late changes nothing', async () => {
      const nowMs = Date.now();
      expect((await says('STOP', nowMs - 2_000)).status).toBe(204);
      expect(await optedOut()).toBe(true);
      const before = sms.texts.length;
      expect(outcomes(await drill(service, therapist.token))).toEqual(['email sent', 'sms opted_out']);
      expect(sms.texts).toHaveLength(before);
      await says('Start', nowMs - 1_000);
      expect(await optedOut()).toBe(false);
      await says('STOP', nowMs - 2_000);
      expect(await optedOut()).toBe(false);
      await says('Thank you', nowMs);
      expect(await optedOut()).toBe(false);
    });

    it('a text that came back was not sent; saying it twice changes nothing', async () => {
      const [text] = (await drill(service, therapist.token)).filter(({ channel }) => channel === 'sms');
      const deliveryId = text?.id ?? '';
      const stand = async () => {
        const [row] = await service.sql<{ state: string; code: string }>(
          `SELECT state, code FROM delivery JOIN delivery_attempt ON delivery_id = id WHERE id = $1`,
          [deliveryId],
        );
        return row;
      };
      await callback('reportSmsStatus', { deliveryId, status: 'delivered' });
      expect(await stand()).toEqual({ state: 'sent', code: 'sms.delivered' });
      for (let count = 0; count < 2; count += 1) {
        expect((await callback('reportSmsStatus', { deliveryId, status: 'undelivered' })).status).toBe(204);
        expect(await stand()).toEqual({ state: 'failed', code: 'sms.undelivered' });
      }
      const unknown = { deliveryId: '6a1f6a2e-5d0b-4a3e-9a35-4c3f0d8b1c11', status: 'undelivered' };
      expect((await callback('reportSmsStatus', unknown)).status).toBe(204);
    });
  });

  it('nothing of a number or a callback is told to whoever asks wrongly', async () => {
    const answer = await send(service, 'POST', '/v1/callbacks/sms/messages', { body: { from: NUMBER } });
    expect(JSON.stringify(answer.body)).not.toContain(NUMBER);
  });
});

describeWithRedis('telling open sockets from a process without any', () => {
  let redis: TestRedis;
  let service: TestService;

  beforeAll(async () => {
    redis = await startRedis();
    service = await startTestService({ REDIS_URL: redis.url });
  });

  afterAll(async () => {
    await service.close();
    await redis.stop();
  });

  it('goes through Redis, with the answer back; and does without when Redis is away', async () => {
    const clinic = await Clinic.found(service);
    const therapist = await clinic.join('therapist');
    const worker = await startBackground(service.database.url, {
      REDIS_URL: redis.url,
      DATA_DIR: service.config.dataDir,
    });
    const { socket, heard } = await listen(service, therapist.token);
    expect(outcomes(await drill(service, therapist.token))).toEqual(['live sent']);
    expect(heard).toHaveLength(1);
    await call(service, 'putEmailContact', { token: therapist.token, body: { address: 't@people.test' } });
    await redis.kill();
    const { drillId } = await done<{ drillId: string }>(
      call(service, 'startDrill', { token: therapist.token }),
    );
    await eventually(async () => {
      const reply = await done<DrillReply>(
        call(service, 'getDrill', { token: therapist.token, params: { drillId } }),
      );
      return outcomes(reply.deliveries).includes('email sent');
    }, 25_000);
    socket.close();
    await worker.close();
  }, 60_000);
});
