import { fromHex, OP } from '#protocol';
import { operationsPage } from '../../../src/delivery/operations.page.js';
import type { Operations } from '../../../src/obligations/index.js';
import { RedisProbe } from '../../../src/platform/index.js';
import { op } from '../../support/chain.factories.js';
import { eventually } from '../../support/notifications/background.js';
import { configFor, connect } from '../../support/obligations/database.js';
import { obligationRoom } from '../../support/obligations/rooms.js';
import { Clinic, say } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/servers/index.js';

const OPERATOR_TOKEN = 'an operator token for tests, long enough';
const HOUR_MS = 3_600_000;

describe('the operator’s page', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ OPERATOR_TOKEN });
  });

  afterAll(async () => {
    await service.close();
  });

  const basic = (password: string) => `Basic ${Buffer.from(`operator:${password}`).toString('base64')}`;
  const get = (headers: Record<string, string>, on: TestService = service) =>
    fetch(`${on.url}/operations/overdue`, { headers });
  const asked = (accept: string) => get({ authorization: basic(OPERATOR_TOKEN), accept });

  /** Overdue by an hour, one notice undelivered. */
  async function somethingLate(): Promise<{ threadId: string; people: string[] }> {
    const clinic = await Clinic.found(service);
    const therapist = await clinic.join('therapist');
    const prescriber = await clinic.join('prescriber');
    const thread = await clinic.openThread([therapist, prescriber]);
    const ask = op(OP.open, { responder: prescriber.person.state.chainId, dueMs: Date.now() + HOUR_MS });
    await say(service, thread, thread.message(therapist.person, { ops: [ask] }), therapist.token);
    const source = await connect(service.database.url);
    const room = obligationRoom(source);
    await room.age(fromHex(thread.id), thread.state.seq * 256, 2 * HOUR_MS);
    await room.newEngine().run();
    const [notice] = (await room.notices()).filter(({ reason }) => reason === 'reminder');
    if (notice !== undefined) await room.undeliverable.report(notice, 'every way failed');
    await source.destroy();
    return {
      threadId: thread.id,
      people: [therapist, prescriber].map(({ person }) => person.userId),
    };
  }

  it('leaves out what nobody had to hear: mere news and tests of oneself', async () => {
    const source = await connect(service.database.url);
    const room = obligationRoom(source);
    const someone = { recipient: 'person', recipientId: '0'.repeat(32), place: 'none', urgency: 1 } as const;
    for (const reason of ['update', 'drill', 'readiness_failed'] as const) {
      await room.undeliverable.report({ ...someone, reason }, `nobody ${reason}`);
    }
    await source.destroy();
    const page = await (await asked('text/html')).text();
    expect(page).toContain('readiness_failed');
    for (const reason of ['update', 'drill']) expect(page).not.toContain(`<td>${reason}</td>`);
  });

  it('asks for the operator token, whatever else somebody has', async () => {
    for (const authorization of ['', basic('wrong'), basic(''), `Bearer ${OPERATOR_TOKEN}`, 'Basic !']) {
      const answer = await get(authorization === '' ? {} : { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Basic');
      expect(await answer.text()).not.toContain(OPERATOR_TOKEN);
    }
  });

  it('is not there where no token is set', async () => {
    const without = await service.another({ OPERATOR_TOKEN: '' });
    expect((await get({ authorization: basic('') }, without)).status).toBe(404);
    await without.close();
  });

  it('is not guessed at quickly', async () => {
    const strict = await service.another({ RATE_FACTOR: '0.05' });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => get({ authorization: basic('guess') }, strict)),
    );
    expect(answers.map(({ status }) => status)).toContain(429);
    await strict.close();
  });

  it('shows from the database what is late, who answers for nothing, and what reached nobody', async () => {
    const { threadId, people } = await somethingLate();
    const operations = (await (await asked('application/json')).json()) as Operations;
    expect(operations.overdue).toEqual([
      expect.objectContaining({ urgency: 'routine', level: 2, attended: true }),
    ]);
    expect(operations.undelivered[0]).toMatchObject({ reason: 'reminder' });
    expect(JSON.stringify(operations.undelivered)).not.toContain('every way failed');
    expect(operations.engine).toMatchObject({ healthy: true });
    expect(operations.oldestUndoneEffectMs).toBeGreaterThan(0);
    const page = await asked('text/html');
    const text = await page.text();
    expect(text).toContain(operations.overdue[0]?.reference);
    for (const secret of [threadId, ...people]) {
      expect(text).not.toContain(secret);
      expect(JSON.stringify(operations)).not.toContain(secret);
    }
  });

  it('runs and loads nothing, and is kept nowhere', async () => {
    const page = await asked('text/html,application/xhtml+xml');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/u);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const text = await page.text();
    expect(text).not.toMatch(/<script|<link|<img|https?:/u);
  });

  it('escapes whatever stands in its tables', () => {
    const hostile = `<script>alert("1")</script>&'`;
    const page = operationsPage({
      atMs: 0,
      engine: { healthy: false, heartbeatAgeMs: null, oldestDueMs: null, latenessMs: null },
      oldestUndoneEffectMs: null,
      deadLetters: 0,
      overdue: [],
      undelivered: [{ reason: hostile, recipient: hostile, atMs: 0 }],
    });
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;');
  });
});

describeWithRedis('readiness with Redis', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(async () => {
    await redis.stop();
  });

  it('has a line for Redis, which is not asked for where there is none', async () => {
    const service = await startTestService();
    const withRedis = await service.another({ REDIS_URL: redis.url });
    const checksOf = async (asked: TestService) => {
      const { degraded, checks } = (await (await fetch(`${asked.url}/health/ready`)).json()) as {
        degraded: boolean;
        checks: object;
      };
      return { degraded, checks };
    };
    expect(await checksOf(withRedis)).toMatchObject({ degraded: false, checks: { redis: { ok: true } } });
    expect((await checksOf(service)).checks).not.toHaveProperty('redis');
    await withRedis.close();
    await service.close();
  });

  it('sees Redis go and come back', async () => {
    const probe = new RedisProbe(configFor('postgres://nowhere/nothing', { REDIS_URL: redis.url }));
    expect(await probe.answers()).toBe(true);
    await redis.kill();
    expect(await probe.answers()).toBe(false);
    await redis.restart();
    await eventually(async () => (await probe.answers()) === true);
    probe.onModuleDestroy();
  });
});
