import { randomBytes } from 'node:crypto';
import { toBase64Url } from '#protocol';
import { mayConnect, publicKeyOf } from '../../../src/accounts/index.js';
import type { Envelope } from '../../../src/notifications/channels/channel.js';
import { PushChannel } from '../../../src/notifications/channels/push.channel.js';
import { noticeText } from '../../../src/notifications/notice-text.policy.js';
import {
  openPushService,
  type PushServiceDouble,
  type Subscribed,
} from '../../support/notifications/push.service.js';

const PRIVATE_KEY = randomBytes(32).toString('base64url');
const PUBLIC_KEY = toBase64Url(publicKeyOf(PRIVATE_KEY));
const SUBJECT = 'mailto:operator@example.test';

function envelopeTo(device: Subscribed, more: Partial<Envelope> = {}): Envelope {
  return {
    deliveryId: '6a1f6a2e-5d0b-4a3e-9a35-4c3f0d8b1c11',
    address: device.endpoint,
    device,
    text: noticeText('en', { staff: true, urgency: 3 }),
    link: 'https://app.example.test/n/0f',
    ...more,
  };
}

function channelAllowing(privateKey: string, ...hosts: string[]): PushChannel {
  const publicKey = toBase64Url(publicKeyOf(privateKey));
  return new PushChannel({ subject: SUBJECT, privateKey, publicKey }, (host, ip) =>
    mayConnect(host, ip, hosts),
  );
}

describe('the push channel', () => {
  let service: PushServiceDouble;
  const channel = channelAllowing(PRIVATE_KEY, '127.0.0.1');

  beforeEach(async () => {
    service = await openPushService(PUBLIC_KEY);
  });

  afterEach(async () => {
    await service.close();
  });

  it('reaches the device, which alone can read it, under our signature', async () => {
    const device = service.newDevice();
    expect(await channel.send(envelopeTo(device))).toEqual({ sent: true });
    const [push] = service.pushes;
    expect(JSON.parse(push?.text ?? '')).toEqual({
      id: '6a1f6a2e-5d0b-4a3e-9a35-4c3f0d8b1c11',
      text: 'You have an update. Open Trialogue to read it.',
      urgency: 'Urgency: urgent',
      link: 'https://app.example.test/n/0f',
    });
    expect(push?.subject).toBe(SUBJECT);
  });

  it('looks the same to the push service whatever is said, to whomever, how urgently', async () => {
    const texts = [
      noticeText('en', { staff: true, urgency: 4 }),
      noticeText('en', { staff: false, urgency: 1 }),
      noticeText('es', { staff: true, urgency: 1 }),
    ];
    for (const text of texts) await channel.send(envelopeTo(service.newDevice(), { text }));
    expect(new Set(service.pushes.map(({ size }) => size)).size).toBe(1);
    const visible = service.pushes.map(({ headers }) => ({
      ...headers,
      authorization: String(headers.authorization).length,
    }));
    expect(visible).toEqual(texts.map(() => visible[0]));
    expect(visible[0]).toMatchObject({ ttl: '86400', urgency: 'high' });
    expect(Object.keys(visible[0] ?? {})).not.toContain('topic');
  });

  it.each([
    [404, { final: true, code: 'http.404', gone: true }],
    [410, { final: true, code: 'http.410', gone: true }],
    [429, { final: false, code: 'http.429' }],
    [503, { final: false, code: 'http.503' }],
  ])('reads an answer of %i as it is meant', async (status, outcome) => {
    service.answer(status);
    expect(await channel.send(envelopeTo(service.newDevice()))).toEqual({ sent: false, ...outcome });
  });

  it('is refused when it is signed by another key', async () => {
    const other = channelAllowing(randomBytes(32).toString('base64url'), '127.0.0.1');
    expect(await other.send(envelopeTo(service.newDevice()))).toEqual({
      sent: false,
      final: false,
      code: 'http.403',
    });
  });

  it('never connects to a private address', async () => {
    const outcome = await channelAllowing(PRIVATE_KEY).send(envelopeTo(service.newDevice()));
    expect(outcome).toEqual({ sent: false, final: true, code: 'address.forbidden' });
    const named = { ...service.newDevice(), endpoint: `http://localhost:${service.port}/push/x` };
    expect(await channelAllowing(PRIVATE_KEY).send(envelopeTo(named))).toEqual(outcome);
    expect(service.pushes).toEqual([]);
  });

  it('gives up on keys nothing can be encrypted for', async () => {
    const device = { ...service.newDevice(), p256dh: new Uint8Array(65) };
    expect(await channel.send(envelopeTo(device))).toMatchObject({ final: true, code: 'push.unusable_keys' });
  });
});
