import { createECDH, randomBytes } from 'node:crypto';
import { MAX_PUSH_SUBSCRIPTIONS, SOCKET_EVENT, toBase64Url, type ProblemBody } from '#protocol';
import { call, command, connect, done, newSocket } from '../../support/server/caller.js';
import { Clinic, type Enrolled } from '../../support/server/clinic.js';
import { closeLeftovers, startTestService, type TestService } from '../../support/server/service.js';

describe('where people are told', () => {
  let service: TestService;
  let clinic: Clinic;
  let therapist: Enrolled;

  beforeAll(async () => {
    service = await startTestService({
      WEBHOOK_ALLOWED_HOSTS: 'hooks.clinic.internal',
      VAPID_PRIVATE_KEY: randomBytes(32).toString('base64url'),
      SMS_URL: 'http://sms.provider.internal/',
    });
    clinic = await Clinic.found(service);
    therapist = await clinic.join('therapist');
  });

  afterAll(async () => {
    await service.close();
  });

  const list = async (token: string) =>
    (await done<{ contacts: unknown[] }>(call(service, 'listContacts', { token }))).contacts;

  it('an address is set, replaced, seen by its owner alone and forgotten', async () => {
    const other = await clinic.join('prescriber');
    const set = (address: string) =>
      call(service, 'putEmailContact', { token: therapist.token, body: { address, locale: 'es' } });
    expect((await set('first@example.test')).status).toBe(204);
    expect((await set('second@example.test')).status).toBe(204);
    expect(await list(therapist.token)).toEqual([{ channel: 'email', address: 'second@example.test' }]);
    expect(await list(other.token)).toEqual([]);
    expect(await list(clinic.adminToken)).toEqual([]);
    expect((await call(service, 'deleteEmailContact', { token: therapist.token })).status).toBe(204);
    expect(await list(therapist.token)).toEqual([]);
  });

  it('a webhook’s signing key is shown once, and never again', async () => {
    const body = { url: 'http://hooks.clinic.internal:9000/x' };
    const first = await done<{ secret: string }>(
      call(service, 'putWebhookContact', { token: clinic.adminToken, body }),
    );
    const second = await done<{ secret: string }>(
      call(service, 'putWebhookContact', { token: clinic.adminToken, body }),
    );
    expect(second.secret).not.toBe(first.secret);
    expect(await list(clinic.adminToken)).toEqual([{ channel: 'webhook', address: body.url }]);
    expect((await call(service, 'deleteWebhookContact', { token: clinic.adminToken })).status).toBe(204);
  });

  it.each([
    'http://127.0.0.1/',
    'https://169.254.169.254/latest',
    'https://db.internal/',
    'http://example.com/',
  ])('a webhook may not point at %s', async (url) => {
    const answer = await call(service, 'putWebhookContact', { token: therapist.token, body: { url } });
    expect(answer).toMatchObject({ status: 422, code: 'contact.unsafe_url' });
    expect(JSON.stringify(answer.body)).not.toContain(url);
    expect(await list(therapist.token)).toEqual([]);
  });

  it('a number is E.164 or nothing', async () => {
    const { token } = therapist;
    for (const number of ['600000000', '+0600000000', '+34 600 000 000', '+34600', `+${'3'.repeat(16)}`]) {
      const answer = await call(service, 'putSmsContact', { token, body: { number } });
      expect(answer).toMatchObject({
        code: 'request.malformed',
        problem: { repair: { fields: ['number'] } },
      });
      expect(JSON.stringify(answer.body)).not.toContain(number);
    }
    const body = { number: '+34600000000' };
    expect((await call(service, 'putSmsContact', { token, body })).status).toBe(204);
    expect(await list(token)).toEqual([{ channel: 'sms', address: '+34600000000' }]);
    expect((await call(service, 'deleteSmsContact', { token })).status).toBe(204);
  });

  describe('a device that takes pushes', () => {
    const keys = createECDH('prime256v1').generateKeys('base64').replaceAll('+', '-').replaceAll('/', '_');
    const device = (endpoint: string) => ({
      endpoint,
      p256dh: keys.replaceAll('=', ''),
      auth: randomBytes(16).toString('base64url'),
    });
    const add = (endpoint: string, token = therapist.token) =>
      call(service, 'addPushSubscription', { token, body: device(endpoint) });

    it('is one of several, shown by the host of its service alone, and removed by its owner', async () => {
      const other = await clinic.join('client');
      const [first] = [
        await done<{ subscriptionId: string }>(add('https://push.example.com/secret-1')),
        await done(add('https://push.example.com/secret-2')),
        await done(add('https://push.example.com/secret-2')),
      ];
      const shown = {
        channel: 'push',
        address: 'push.example.com',
        subscriptionId: expect.any(String) as string,
      };
      expect(await list(therapist.token)).toEqual([shown, shown]);
      const params = { subscriptionId: first.subscriptionId };
      await call(service, 'deletePushSubscription', { token: other.token, params });
      expect(await list(therapist.token)).toHaveLength(2);
      await call(service, 'deletePushSubscription', { token: therapist.token, params });
      const left = (await list(therapist.token)) as { subscriptionId: string }[];
      expect(left).toHaveLength(1);
      for (const { subscriptionId } of left) {
        await call(service, 'deletePushSubscription', { token: therapist.token, params: { subscriptionId } });
      }
      expect(await list(therapist.token)).toEqual([]);
    });

    it.each(['http://push.example.com/x', 'https://127.0.0.1/x', 'https://push.internal/x'])(
      'may not be reached at %s',
      async (endpoint) => {
        expect(await add(endpoint)).toMatchObject({ status: 422, code: 'contact.unsafe_url' });
      },
    );

    it('comes with its keys, and not without end', async () => {
      const other = await clinic.join('client');
      const body = { ...device('https://push.example.com/x'), auth: 'short' };
      expect((await call(service, 'addPushSubscription', { token: other.token, body })).code).toBe(
        'request.malformed',
      );
      const answers = [];
      for (let count = 0; count <= MAX_PUSH_SUBSCRIPTIONS; count += 1) {
        answers.push(await add(`https://push.example.com/${count}`, other.token));
      }
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(MAX_PUSH_SUBSCRIPTIONS);
      expect(answers.at(-1)?.code).toBe('contact.too_many');
    });
  });

  it('preferences are one’s own, and times are of a clock that exists', async () => {
    const other = await clinic.join('client');
    const body = {
      zone: 'Europe/Madrid',
      quiet: { from: '22:00', to: '07:00' },
      order: { soon: ['sms', 'email'] },
    };
    expect((await call(service, 'putPreferences', { token: therapist.token, body })).status).toBe(204);
    const get = (token: string) => done(call(service, 'getPreferences', { token }));
    expect(await get(therapist.token)).toEqual({
      ...body,
      digestAt: [],
      order: { routine: [], soon: ['sms', 'email'] },
    });
    expect(await get(other.token)).toMatchObject({ zone: 'UTC', quiet: null });
    for (const [wrong, code] of [
      [{ zone: 'Mars/Olympus' }, 'contact.unknown_zone'],
      [{ zone: "'; DROP TABLE outbox" }, 'request.malformed'],
      [{ quiet: { from: '22:00', to: '22:00' } }, 'request.malformed'],
      [{ quiet: { from: '25:00', to: '07:00' } }, 'request.malformed'],
      [{ order: { routine: ['sms', 'sms'] } }, 'request.malformed'],
      [{ order: { urgent: ['sms'] } }, 'request.malformed'],
    ] as const) {
      expect((await call(service, 'putPreferences', { token: therapist.token, body: wrong })).code).toBe(
        code,
      );
    }
  });

  it('an installation that cannot send that way says so', async () => {
    const bare = await service.another({ SMS_URL: '', VAPID_PRIVATE_KEY: '' });
    const { token } = therapist;
    const reply = await done<{ pushKey: string | null; smsAvailable: boolean }>(
      call(bare, 'listContacts', { token }),
    );
    expect(reply).toMatchObject({ pushKey: null, smsAvailable: false });
    const answer = await call(bare, 'putSmsContact', { token, body: { number: '+34600000000' } });
    expect(answer.code).toBe('contact.channel_unavailable');
    await bare.close();
  });

  it('nobody sets what is not his to set', async () => {
    for (const extra of [
      { secret: 'x' },
      { principalId: 'x' },
      { organisationId: clinic.id },
      { verified: true },
    ]) {
      const body = { address: 'a@example.test', ...extra };
      const answer = await call(service, 'putEmailContact', { token: therapist.token, body });
      expect(answer.code).toBe('request.malformed');
    }
    for (const address of [
      'no address',
      'a@example.test\r\nBcc: b@example.test',
      `${'a'.repeat(300)}@example.test`,
    ]) {
      const answer = await call(service, 'putEmailContact', { token: therapist.token, body: { address } });
      expect(answer).toMatchObject({
        code: 'request.malformed',
        problem: { repair: { fields: ['address'] } },
      });
    }
    expect(await list(therapist.token)).toEqual([]);
  });

  it('the ledger of notifications is one’s own', async () => {
    expect(await done(call(service, 'listDeliveries', { token: therapist.token }))).toEqual({
      deliveries: [],
    });
  });
});

describe('too much at once', () => {
  afterEach(closeLeftovers);

  it('calls without a token are counted by address, and the answer says how long to wait', async () => {
    const service = await startTestService({ RATE_FACTOR: '0.02' });
    const ask = () => call(service, 'createChallenge', { body: { keyId: 'a'.repeat(32) } });
    const answers = [];
    for (let index = 0; index < 8; index += 1) answers.push(await ask());
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(6);
    const refused = answers.at(-1);
    expect(refused).toMatchObject({ status: 429, code: 'request.too_many' });
    expect(refused?.problem?.repair?.retryAfterMs).toBeGreaterThan(0);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    await service.close();
  });

  it('a socket that sends too many commands is told so, and others are served', async () => {
    const service = await startTestService();
    const clinic = await Clinic.found(service);
    const [loud, quiet] = [await clinic.join('therapist'), await clinic.join('client')];
    const strict = await service.another({ RATE_FACTOR: '0.05' });
    const [noisy, calm] = [await connect(strict, loud.token), await connect(strict, quiet.token)];
    const ask = (socket: typeof noisy) => command(socket, SOCKET_EVENT.chainHeads, { chainIds: [clinic.id] });
    const acks = await Promise.all(Array.from({ length: 80 }, () => ask(noisy)));
    expect(acks.filter(({ ok }) => ok)).toHaveLength(50);
    const problems = acks.flatMap<ProblemBody>(({ problem }) => problem ?? []);
    expect(problems.every(({ code, retryable }) => code === 'request.too_many' && retryable)).toBe(true);
    expect((await ask(calm)).ok).toBe(true);
    noisy.close();
    calm.close();
    await strict.close();
    await service.close();
  });

  it('a message over the socket’s limit closes that socket and no other', async () => {
    const service = await startTestService();
    const clinic = await Clinic.found(service);
    const therapist = await clinic.join('therapist');
    const [monstrous, calm] = [
      await connect(service, therapist.token),
      await connect(service, therapist.token),
    ];
    const gone = new Promise((resolve) => monstrous.once('disconnect', resolve));
    monstrous.emit(SOCKET_EVENT.entryAppend, { chainId: clinic.id, entry: 'A'.repeat(200_000) });
    await gone;
    expect((await command(calm, SOCKET_EVENT.chainHeads, { chainIds: [clinic.id] })).ok).toBe(true);
    calm.close();
    await service.close();
  });

  it('a reader that does not read is cut off, and the others hear everything', async () => {
    const service = await startTestService();
    const clinic = await Clinic.found(service);
    const [therapist, client] = [await clinic.join('therapist'), await clinic.join('client')];
    const thread = await clinic.openThread([therapist, client]);
    const writer = await connect(service, therapist.token);
    const listener = await connect(service, client.token);
    const deaf = newSocket(service, { token: client.token });
    await new Promise<void>((resolve) => deaf.once('connect', resolve));
    const { ws } = deaf.io.engine.transport as unknown as {
      ws: { _socket: { pause(): void; resume(): void } };
    };
    const wire = ws._socket;
    wire.pause();
    const closed = new Promise((resolve) => deaf.once('disconnect', resolve));
    let heard = 0;
    listener.on(SOCKET_EVENT.entryAppended, () => (heard += 1));
    const ciphertext = new Uint8Array(60_000).fill(7);
    for (let round = 0; round < 5; round += 1) {
      const acks = Array.from({ length: 40 }, () => {
        const bytes = thread.message(therapist.person, { ciphertext });
        thread.accept(bytes);
        return command(writer, SOCKET_EVENT.entryAppend, { chainId: thread.id, entry: toBase64Url(bytes) });
      });
      expect((await Promise.all(acks)).every(({ ok }) => ok)).toBe(true);
    }
    const deadline = Date.now() + 15_000;
    while (heard < 200 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBe(200);
    // Deaf for several looks of the watch, however fast the writing went.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    wire.resume();
    await closed;
    for (const socket of [writer, listener, deaf]) socket.close();
    await service.close();
  }, 60_000);
});
