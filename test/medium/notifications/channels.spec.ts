import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mayConnect } from '../../../src/accounts/index.js';
import type { Envelope } from '../../../src/notifications/channels/channel.js';
import { FileEmailChannel } from '../../../src/notifications/channels/file-email.channel.js';
import { SmtpEmailChannel } from '../../../src/notifications/channels/smtp-email.channel.js';
import { WebhookChannel } from '../../../src/notifications/channels/webhook.channel.js';
import { noticeText } from '../../../src/notifications/notice-text.policy.js';
import { eventually, temporaryFolder } from '../../support/notifications/background.js';
import { openSmtpInbox, type SmtpInbox } from '../../support/notifications/smtp.inbox.js';
import { openWebhookReceiver, type WebhookReceiver } from '../../support/notifications/webhook.receiver.js';

const SENDER = 'Notices <no-reply@mail.example.test>';
const DELIVERY = '6a1f6a2e-5d0b-4a3e-9a35-4c3f0d8b1c11';

function envelopeTo(address: string, more: Partial<Envelope> = {}): Envelope {
  return {
    deliveryId: DELIVERY,
    address,
    text: noticeText('en', { staff: true, urgency: 3 }),
    link: 'https://app.example.test/n/0f',
    ...more,
  };
}

describe('the SMTP channel', () => {
  let inbox: SmtpInbox;

  beforeEach(async () => {
    inbox = await openSmtpInbox();
  });

  afterEach(async () => {
    await inbox.close();
  });

  it('hands over a mail whose headers are all ours, and greets with the sender’s domain', async () => {
    const channel = new SmtpEmailChannel(inbox.url, SENDER);
    expect(await channel.send(envelopeTo('p@people.test'))).toEqual({ sent: true });
    const raw = inbox.mails[0]?.raw.toString('utf8') ?? '';
    const [head = '', ...paragraphs] = raw.split('\r\n\r\n');
    const names = [...head.matchAll(/^([\w-]+):/gmu)].map(([, name]) => name).sort();
    expect(names).toEqual([
      'Auto-Submitted',
      'Content-Language',
      'Content-Transfer-Encoding',
      'Content-Type',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'Subject',
      'To',
    ]);
    expect(head).toContain('Subject: You have an update\r\n');
    expect(head).toContain(`Message-ID: <${DELIVERY}@mail.example.test>`);
    expect(paragraphs).toEqual([
      'You have an update. Open Trialogue to read it.\r\nUrgency: urgent',
      'https://app.example.test/n/0f\r\n',
    ]);
    expect(inbox.greetings).toEqual(['mail.example.test']);
  });

  it('tells a refusal that may pass from one that lasts', async () => {
    const channel = new SmtpEmailChannel(inbox.url, SENDER);
    inbox.behave(451);
    expect(await channel.send(envelopeTo('p@people.test'))).toEqual({
      sent: false,
      final: false,
      code: 'smtp.451',
    });
    inbox.behave(554);
    expect(await channel.send(envelopeTo('p@people.test'))).toMatchObject({ sent: false, code: 'smtp.554' });
  });

  it('does not insist on a mailbox the server does not know', async () => {
    const channel = new SmtpEmailChannel(inbox.url, SENDER);
    expect(await channel.send(envelopeTo('nobody@people.test'))).toEqual({
      sent: false,
      final: true,
      code: 'smtp.550',
    });
  });

  it('answers within its time when the server takes the mail and says nothing', async () => {
    inbox.behave('take-and-hang');
    const channel = new SmtpEmailChannel(inbox.url, SENDER);
    const since = Date.now();
    expect(await channel.send(envelopeTo('p@people.test'))).toMatchObject({ sent: false, final: false });
    expect(Date.now() - since).toBeLessThan(11_000);
  });

  it('says so when nobody listens', async () => {
    const { url } = inbox;
    await inbox.close();
    const channel = new SmtpEmailChannel(url, SENDER);
    expect(await channel.send(envelopeTo('p@people.test'))).toEqual({
      sent: false,
      final: false,
      code: 'smtp.unreachable',
    });
    inbox = await openSmtpInbox();
  });
});

describe('the file channel', () => {
  const folder = temporaryFolder();

  afterAll(() => {
    folder.remove();
  });

  it('makes one whole file of a delivery made twice, readable by the owner alone', async () => {
    const mail = join(folder.path, 'mail');
    const channel = new FileEmailChannel(mail, SENDER);
    await Promise.all([channel.send(envelopeTo('p@people.test')), channel.send(envelopeTo('p@people.test'))]);
    expect(readdirSync(mail)).toEqual([`${DELIVERY}.eml`]);
    expect(readFileSync(join(mail, `${DELIVERY}.eml`), 'utf8')).toContain('\r\n\r\nYou have an update.');
  });

  it('says so when the folder cannot be written, and leaves no half file', async () => {
    const channel = new FileEmailChannel(join(folder.path, 'mail', `${DELIVERY}.eml`, 'below'), SENDER);
    expect(await channel.send(envelopeTo('p@people.test'))).toEqual({
      sent: false,
      final: false,
      code: 'file.not_written',
    });
  });
});

describe('the webhook channel', () => {
  const secret = new Uint8Array(randomBytes(32));
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = await openWebhookReceiver();
  });

  afterEach(async () => {
    await receiver.close();
  });

  const allowing = (...hosts: string[]) => new WebhookChannel((host, ip) => mayConnect(host, ip, hosts));
  const send = (channel: WebhookChannel, url = receiver.url) => channel.send(envelopeTo(url, { secret }));

  it('posts the constant text, signed over timestamp and body as received', async () => {
    expect(await send(allowing('127.0.0.1'))).toEqual({ sent: true });
    const [call] = receiver.calls;
    expect(JSON.parse(call?.body ?? '')).toEqual({
      id: DELIVERY,
      text: 'You have an update. Open Trialogue to read it.',
      urgency: 'Urgency: urgent',
      link: 'https://app.example.test/n/0f',
    });
    const timestamp = String(call?.headers['x-trialogue-timestamp']);
    const expected = createHmac('sha256', secret)
      .update(`${timestamp}.${call?.body ?? ''}`)
      .digest('hex');
    expect(call?.headers['x-trialogue-signature']).toBe(`v1=${expected}`);
    expect(call?.headers['x-trialogue-delivery']).toBe(DELIVERY);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('never connects to a private address, written as numbers or behind a name', async () => {
    const refusal = { sent: false, final: true, code: 'address.forbidden' };
    expect(await send(allowing())).toEqual(refusal);
    expect(await send(allowing(), `http://localhost:${receiver.port}/hook`)).toEqual(refusal);
    expect(await send(allowing(), `http://[::1]:${receiver.port}/hook`)).toEqual(refusal);
    expect(await send(allowing(), `http://[::ffff:127.0.0.1]:${receiver.port}/hook`)).toEqual(refusal);
    expect(await send(allowing(), `http://2130706433:${receiver.port}/hook`)).toEqual(refusal);
    expect(receiver.calls).toEqual([]);
  });

  it('reaches a private host the operator has named', async () => {
    expect(await send(allowing('localhost'), `http://localhost:${receiver.port}/hook`)).toEqual({
      sent: true,
    });
  });

  it('follows no redirect', async () => {
    receiver.answer((response) => {
      response.writeHead(307, { location: receiver.url }).end();
    });
    expect(await send(allowing('127.0.0.1'))).toEqual({ sent: false, final: true, code: 'http.307' });
    expect(receiver.calls).toHaveLength(1);
  });

  it.each([
    [500, undefined, { final: false, code: 'http.500' }],
    [404, undefined, { final: false, code: 'http.404' }],
    [410, undefined, { final: true, code: 'http.410' }],
    [429, '7', { final: false, code: 'http.429', retryAfterMs: 7_000 }],
  ])('reads an answer of %i as it is meant', async (status, retryAfter, outcome) => {
    receiver.answer((response) => {
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('no');
    });
    expect(await send(allowing('127.0.0.1'))).toEqual({ sent: false, ...outcome });
  });

  it('gives up on a receiver that says nothing', async () => {
    receiver.answer(() => undefined);
    const since = Date.now();
    expect(await send(allowing('127.0.0.1'))).toEqual({ sent: false, final: false, code: 'net.timeout' });
    expect(Date.now() - since).toBeLessThan(11_000);
    await eventually(() => receiver.calls.length === 1);
  });

  it('does not wait for a body that never ends', async () => {
    receiver.answer((response) => {
      response.writeHead(200);
      response.write('x'.repeat(1_000));
    });
    expect(await send(allowing('127.0.0.1'))).toEqual({ sent: true });
  });

  it('says so when nobody listens or the address is none', async () => {
    const { url } = receiver;
    await receiver.close();
    expect(await send(allowing('127.0.0.1'), url)).toEqual({
      sent: false,
      final: false,
      code: 'net.unreachable',
    });
    expect(await send(allowing(), 'ftp://example.test/')).toMatchObject({
      final: true,
      code: 'address.unusable',
    });
    receiver = await openWebhookReceiver();
  });
});
