import { Redis } from 'ioredis';
import { LiveEmitter } from '../../../src/platform/index.js';
import { Gate } from '../../faults/gate.js';
import { eventually } from '../../support/notifications/background.js';
import { configFor } from '../../support/obligations/database.js';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/servers/index.js';

/** Where nodes ask each other, by the name the adapter gives it. */
const REQUESTS = 'socket.io-request#/#';

describeWithRedis('a Redis that stands and says nothing', () => {
  let redis: TestRedis;
  let wire: Gate;
  let emitter: LiveEmitter;

  beforeAll(async () => {
    redis = await startRedis();
    wire = new Gate(() => [redis.port]);
    await wire.open();
    emitter = new LiveEmitter(
      configFor('postgres://nowhere/nothing', { REDIS_URL: `redis://127.0.0.1:${wire.port}` }),
    );
    emitter.onApplicationBootstrap();
  });

  afterAll(async () => {
    emitter.onApplicationShutdown();
    await wire.close();
    await redis.stop();
  });

  const isSubscribed = async (): Promise<boolean> => {
    const session = new Redis(redis.url);
    const [, count] = (await session.pubsub('NUMSUB', REQUESTS)) as [string, number];
    session.disconnect();
    return count === 1;
  };

  it('means that nobody is known to listen, soon enough for other ways to be taken', async () => {
    await eventually(isSubscribed);
    wire.swallow();
    expect(await emitter.isListening('user:somebody')).toBe(false);
  }, 15_000);

  it('is noticed even by a connection that only listens: it comes back when the way is open again', async () => {
    wire.heal();
    await eventually(isSubscribed, 30_000);
  }, 40_000);
});
