import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { ConfigModule } from '../../../src/config/index.js';
import { NotificationsWorkerModule } from '../../../src/notifications/index.js';
import { PlatformModule, Transactions } from '../../../src/platform/index.js';
import { describeWithRedis, startRedis, type TestRedis } from '../servers/index.js';
import { configFor } from '../obligations/database.js';

/** A process that does all the background work, as src/worker.ts boots it, inside this one. */
export async function startBackground(
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<TestingModule> {
  const config = ConfigModule.with(configFor(databaseUrl, settings));
  const imports = [config, PlatformModule, NotificationsWorkerModule];
  const background = await Test.createTestingModule({ imports }).compile();
  return background.init();
}

/** The queue a suite runs on; settings to start a process with. */
export interface QueueBackend {
  readonly settings: () => Readonly<Record<string, string>>;
  /** Everything the queue held is gone, as after a crash without a log or a FLUSHALL. */
  lose(source: DataSource): Promise<void>;
  /** From now on nothing can be added and nothing is handed out, until it is mended. */
  breakDown(source: DataSource): Promise<void>;
  mend(source: DataSource): Promise<void>;
}

/** The same promises on both backends: PostgreSQL always, Redis where there is a redis-server. */
export function describeOnBothBackends(name: string, suite: (backend: QueueBackend) => void): void {
  describe(`${name} (queue on PostgreSQL)`, () => {
    suite({
      settings: () => ({}),
      lose: losePostgresQueue,
      breakDown: async (source) => {
        await source.query('ALTER SCHEMA trialogue_queue RENAME TO trialogue_queue_away');
      },
      mend: async (source) => {
        await source.query('ALTER SCHEMA trialogue_queue_away RENAME TO trialogue_queue');
      },
    });
  });
  describeWithRedis(`${name} (queue on Redis)`, () => {
    let redis: TestRedis | undefined;

    beforeAll(async () => {
      redis = await startRedis();
    });

    afterAll(async () => {
      await redis?.stop();
    });

    suite({
      settings: () => ({ REDIS_URL: redis?.url ?? '' }),
      lose: async () => {
        if (redis !== undefined) await flushAll(redis);
      },
      breakDown: async () => {
        await redis?.kill();
      },
      mend: async () => {
        await redis?.restart();
      },
    });
  });
}

/** Again if it meets a running worker, which locks the same tables in another order. */
async function losePostgresQueue(source: DataSource): Promise<void> {
  const tables: { name: string }[] = await source.query(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = 'trialogue_queue' AND tablename !~ 'migration'`,
  );
  const everything = tables.map(({ name }) => name).join(', ');
  await new Transactions(source).run((tx) => tx.query(`TRUNCATE ${everything}`));
}

async function flushAll(redis: TestRedis): Promise<void> {
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.url);
  await client.flushall();
  await client.quit();
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'trialogue-mail-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Polls until it holds; for what other processes and timers bring about. */
export async function eventually(holds: () => Promise<boolean> | boolean, withinMs = 10_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`did not come true within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
