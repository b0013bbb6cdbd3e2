import { fromHex, OP } from '#protocol';
import { operationsPage, type OperationsView } from '../../../src/delivery/operations.page.js';
import { OutboxRepository, RedisProbe } from '../../../src/platform/index.js';
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
    expect(page).toContain('<td>readiness failed</td>');
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
    const operations = (await (await asked('application/json')).json()) as OperationsView;
    expect(operations.overdue).toEqual([
      expect.objectContaining({ urgency: 'routine', level: 2, attended: true }),
    ]);
    expect(operations.undelivered[0]).toMatchObject({ reason: 'reminder' });
    expect(JSON.stringify(operations.undelivered)).not.toContain('every way failed');
    expect(operations.engine).toMatchObject({ healthy: true });
    const page = await asked('text/html');
    const text = await page.text();
    expect(text).toContain(operations.overdue[0]?.reference);
    for (const secret of [threadId, ...people]) {
      expect(text).not.toContain(secret);
      expect(JSON.stringify(operations)).not.toContain(secret);
    }
  });

  describe('of what is to be told', () => {
    const lineOf = async (what: string): Promise<string | undefined> => {
      const page = (await (await asked('text/html')).text()).replaceAll(/\s+/gu, ' ');
      return new RegExp(`${what}</th> <td>(.*?)</td>`, 'u').exec(page)?.[1];
    };
    beforeEach(async () => {
      await service.sql('DELETE FROM outbox');
      await service.sql('DELETE FROM delivery');
    });

    const effect = (columns: string, values: string) =>
      service.sql(
        `INSERT INTO outbox (dedupe_key, topic, payload, ${columns}) VALUES ('x', 'notice', '{}', ${values})`,
      );
    const delivery = (columns: string, values: string) =>
      service.sql(
        `INSERT INTO delivery (cause, recipient_kind, recipient_id, channel, reason, urgency, ${columns})
         VALUES ('x', 'person', '\\x00', 'email', 'update', 1, ${values})`,
      );

    it('calls late what should be told and is not, whoever has it in hand', async () => {
      await effect(
        'created_at, due_at, leased_until, enqueued_at',
        `now() - interval '3 hours', now() - interval '3 hours', now() + interval '20 seconds', now()`,
      );
      expect(await lineOf('Notices late')).toContain('1, late by up to 3 h 0 min');
    });

    it('does not call late what waits by plan since yesterday, and says when it goes out', async () => {
      await effect('created_at', `now() - interval '9 hours'`);
      const [row] = await service.sql<{ id: number; dueAt: string }>(
        'SELECT id::int, due_at::text AS "dueAt" FROM outbox',
      );
      const source = await connect(service.database.url);
      await new OutboxRepository(source).postpone(row ?? { id: 0, dueAt: '' }, HOUR_MS);
      await source.destroy();
      await delivery('held_until', `now() + interval '1 hour 1 second'`);
      expect(await lineOf('Notices late')).toBe('none');
      expect(await lineOf('Deliveries held back by quiet hours or a digest')).toBe(
        '1, the next goes out in 60 min',
      );
    });

    it('does not call a row young again because it was claimed and given back', async () => {
      await effect('created_at, due_at', `now() - interval '9 hours', now() - interval '9 hours'`);
      const source = await connect(service.database.url);
      const outbox = new OutboxRepository(source);
      const claimed = await outbox.claim(1);
      await outbox.retryAfter(
        claimed.map(({ id }) => id),
        10_000,
      );
      await source.destroy();
      expect(claimed).toHaveLength(1);
      expect(await lineOf('Notices late')).toContain('9 h 0 min');
    });

    it('says since when a provider refuses, and nothing of what nobody goes on with', async () => {
      await delivery('attempts, created_at', `3, now() - interval '20 minutes'`);
      expect(await lineOf('Deliveries that failed and are tried again')).toBe('none');
      await effect('due_at', `now() + interval '4 minutes'`);
      expect(await lineOf('Deliveries that failed and are tried again')).toContain(
        '<span class="alarm">1, the oldest for 20 min</span>',
      );
    });
  });

  it('says where its lists and counts end', () => {
    const late = { urgency: 'routine', dueAtMs: 0, level: 0, attended: true, organisationId: null } as const;
    const page = operationsPage({
      atMs: 0,
      engine: { healthy: true, heartbeatAgeMs: 1, oldestDueMs: null, latenessMs: null },
      late: { count: 1_000, longestMs: 1 },
      backlog: { failing: { count: 0, longestMs: null }, held: { count: 0, nextInMs: null } },
      deadLetters: 200,
      more: { overdue: true, undelivered: false },
      overdue: [{ ...late, reference: 'abc' }],
      undelivered: [],
    }).replaceAll(/\s+/gu, ' ');
    expect(page).toContain('1 answer overdue, the latest first; there are more');
    expect(page).toContain('1000 or more, late by up to 0 s');
    expect(page).toContain('200 or more');
    expect(page).toContain('No notice of the last week is known to have reached nobody.');
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
      late: { count: 0, longestMs: null },
      backlog: { failing: { count: 0, longestMs: null }, held: { count: 0, nextInMs: null } },
      deadLetters: 0,
      more: { overdue: false, undelivered: false },
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
