import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { toBase64Url } from '#protocol';
import { BootRefused } from '../../../src/platform/index.js';
import { startApi } from '../../../src/service.js';
import { describeWithRedis, startOwnPostgres, startRedis } from '../../support/servers/index.js';
import { call, connect, send } from '../../support/server/caller.js';
import { Clinic, post, say } from '../../support/server/clinic.js';
import { closeLeftovers, settingsFor, startTestService } from '../../support/server/service.js';

const secret = 's'.repeat(40);

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

afterEach(closeLeftovers);

describe('starting and ending', () => {
  it('a database that may lose acknowledged entries is refused, unless a test says that it may', async () => {
    const careless = await startOwnPostgres({ durable: false });
    const shared = { database: { url: careless.url }, dataDir: '/nowhere', secret };
    await expect(startApi(settingsFor(shared, { DURABILITY_CHECK: 'enforce' }))).rejects.toThrow(
      /could be lost/u,
    );
    await careless.stop();
  });

  it('one setting that loses entries is enough', async () => {
    const own = await startOwnPostgres();
    const admin = new pg.Client({ connectionString: own.adminUrl });
    await admin.connect();
    await admin.query('ALTER ROLE trialogue SET synchronous_commit = off');
    await admin.end();
    const shared = { database: { url: own.url }, dataDir: '/nowhere', secret };
    const refused = startApi(settingsFor(shared, { DURABILITY_CHECK: 'enforce' }));
    await expect(refused).rejects.toThrow(/synchronous_commit off/u);
    await expect(refused).rejects.toBeInstanceOf(BootRefused);
    await own.stop();
  });

  it('a durable database is brought up to date by whoever comes first, the others wait', async () => {
    const own = await startOwnPostgres();
    const shared = { database: { url: own.url }, dataDir: '/nowhere', secret };
    const config = settingsFor(shared, { DURABILITY_CHECK: 'enforce' });
    const services = await Promise.all([startApi(config), startApi(config), startApi(config)]);
    expect(new Set(services.map(({ port }) => port)).size).toBe(3);
    await Promise.all(services.map((service) => service.close()));
    await own.stop();
  });

  it('a port that is taken is an error, and nothing is left open behind it', async () => {
    const service = await startTestService();
    const connections = async (): Promise<number> => {
      const [row] = await service.sql<{ n: string }>(
        `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      return Number(row?.n);
    };
    const blocker: Server = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const before = await connections();
    await expect(startApi({ ...service.config, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await until(async () => (await connections()) <= before);
    await new Promise((resolve) => blocker.close(resolve));
    await service.close();
  });

  it('at a graceful end everything that was written was also answered, and a retry elsewhere finds it', async () => {
    const service = await startTestService();
    const clinic = await Clinic.found(service);
    const therapist = await clinic.join('therapist');
    const thread = await clinic.openThread([therapist]);
    const ending = await service.another();
    const socket = await connect(ending, therapist.token);
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    const sent = Array.from({ length: 120 }, () => {
      const bytes = thread.message(therapist.person);
      thread.accept(bytes);
      return bytes;
    });
    const acks: { ok: boolean; problem?: { code: string } }[] = [];
    const first = new Promise<void>((resolve) => {
      for (const bytes of sent) {
        socket.emit(
          'entry.append',
          { chainId: thread.id, entry: toBase64Url(bytes) },
          (ack: (typeof acks)[0]) => {
            acks.push(ack);
            resolve();
          },
        );
      }
    });
    await first;
    await ending.close();
    await gone;
    const [row] = await service.sql<{ n: string }>('SELECT count(*) AS n FROM entry WHERE chain_id = $1', [
      Buffer.from(thread.id, 'hex'),
    ]);
    const written = Number(row?.n) - 2;
    expect(acks.filter(({ ok }) => ok)).toHaveLength(written);
    expect(acks.filter(({ ok }) => !ok).every(({ problem }) => problem?.code === 'service.unavailable')).toBe(
      true,
    );
    for (const bytes of sent) {
      expect((await post(service, thread.id, bytes, therapist.token)).status).toBe(200);
    }
    socket.close();
    await service.close();
  });

  it('with its worker the service is ready; without anybody watching deadlines it is not', async () => {
    const service = await startTestService();
    expect((await send(service, 'GET', '/health/live')).status).toBe(200);
    const idle = await send(service, 'GET', '/health/ready');
    expect(idle).toMatchObject({ status: 503, body: { ok: false, checks: { engine: { ok: false } } } });
    const working = await service.another({ WORKER: 'true' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await send(working, 'GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { ok: true, checks: { database: { ok: true }, migrations: { ok: true }, clock: { ok: true } } },
    });
    await working.close();
    await service.close();
  });

  it('with the database away requests are told to come back, and are served when it is back', async () => {
    const own = await startOwnPostgres();
    const shared = { database: { url: own.url }, dataDir: '/nowhere', secret };
    const running = await startApi(settingsFor(shared, { DURABILITY_CHECK: 'enforce' }));
    const service = { url: `http://127.0.0.1:${String(running.port)}` } as Parameters<typeof send>[0];
    const ask = () => call(service, 'createChallenge', { body: { keyId: 'a'.repeat(32) } });
    expect((await ask()).status).toBe(200);
    await own.stop();
    expect(await ask()).toMatchObject({ status: 503, code: 'service.unavailable' });
    expect((await send(service, 'GET', '/health/ready')).status).toBe(503);
    expect((await send(service, 'GET', '/health/live')).status).toBe(200);
    await own.restart();
    await until(async () => (await ask()).status === 200);
    await running.close();
    await own.stop();
  }, 60_000);
});

describeWithRedis('with Redis', () => {
  it('a Redis that forgets or evicts is refused', async () => {
    const service = await startTestService();
    const forgetful = await startRedis({ appendOnly: false, maxmemoryPolicy: 'allkeys-lru' });
    const refused = startApi({
      ...settingsFor(
        { database: service.database, dataDir: '/nowhere', secret },
        { REDIS_URL: forgetful.url },
      ),
    });
    await expect(refused).rejects.toThrow(/appendonly must be yes, maxmemory-policy must be noeviction/u);
    await forgetful.stop();
    await service.close();
  });

  it('an entry taken by one process is pushed by the other, and a session ended on one is ended on both', async () => {
    const redis = await startRedis();
    const first = await startTestService({ REDIS_URL: redis.url });
    const second = await first.another();
    const clinic = await Clinic.found(first);
    const [therapist, client] = [await clinic.join('therapist'), await clinic.join('client')];
    const thread = await clinic.openThread([therapist, client]);
    const socket = await connect(second, client.token);
    const pushed = new Promise<{ seq: number }>((resolve) => socket.once('entry.appended', resolve));
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    expect((await post(first, thread.id, thread.message(therapist.person), therapist.token)).status).toBe(
      200,
    );
    expect((await pushed).seq).toBe(3);
    await call(first, 'endSession', { token: client.token });
    await gone;
    socket.close();
    await second.close();
    await first.close();
    await redis.stop();
  });

  it('that goes away costs hints and nothing else: appends go on, and another process starts without it', async () => {
    const redis = await startRedis();
    const first = await startTestService({ REDIS_URL: redis.url });
    const clinic = await Clinic.found(first);
    const [therapist, client] = [await clinic.join('therapist'), await clinic.join('client')];
    const thread = await clinic.openThread([therapist, client]);
    await redis.kill();
    for (let index = 0; index < 30; index += 1) {
      await say(first, thread, thread.message(therapist.person), therapist.token);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    const second = await first.another();
    expect((await call(second, 'getMe', { token: client.token })).status).toBe(200);
    await second.close();
    await first.close();
    await redis.stop();
  }, 60_000);

  it('that takes connections and never answers keeps no process from starting', async () => {
    const silent = createServer();
    const held = new Set<Socket>();
    silent.on('connection', (socket) => held.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const first = await startTestService();
    const second = await first.another({ REDIS_URL: `redis://127.0.0.1:${port}` });
    expect((await fetch(`${second.url}/health/live`)).status).toBe(200);
    await second.close();
    await first.close();
    for (const socket of held) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  }, 60_000);
});
