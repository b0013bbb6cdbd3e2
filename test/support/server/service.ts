import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadConfig, type Config } from '../../../src/config/index.js';
import { startApi, type RunningService } from '../../../src/service.js';
import { startPostgres, type TestDatabase } from '../servers/index.js';

export const FOUNDING_TOKEN = 'a founding token for tests, long enough';

/** The API of a test, on its own database and a free port. */
export interface TestService {
  readonly url: string;
  readonly config: Config;
  readonly database: TestDatabase;
  /** Rows of a statement, for looking behind the scenes. */
  sql<Row extends object>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Another process of the same installation: same database and secret. */
  another(variables?: Readonly<Record<string, string>>): Promise<TestService>;
  close(): Promise<void>;
}

interface Place {
  readonly database: Pick<TestDatabase, 'url'>;
  readonly dataDir: string;
  readonly secret: string;
}

interface Shared extends Place {
  readonly database: TestDatabase;
}

/**
 * @param variables settings on top of those a test needs
 * @param prepare what is done to the empty database before the service migrates it
 */
export async function startTestService(
  variables: Readonly<Record<string, string>> = {},
  prepare?: (database: TestDatabase) => Promise<void>,
): Promise<TestService> {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  await prepare?.(database);
  const shared: Shared = {
    database,
    dataDir: mkdtempSync(join(tmpdir(), 'trialogue-service-')),
    secret: randomBytes(32).toString('hex'),
  };
  const service = await startOn(shared, variables);
  return {
    ...service,
    close: async () => {
      await service.close();
      await shared.database.drop();
      rmSync(shared.dataDir, { recursive: true, force: true });
    },
  };
}

export function settingsFor(shared: Place, variables: Readonly<Record<string, string>>): Config {
  return loadConfig({
    PORT: '0',
    DATA_DIR: shared.dataDir,
    DATABASE_URL: shared.database.url,
    PUBLIC_URL: 'http://trialogue.test',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    FOUNDING_TOKEN,
    SESSION_SECRET: shared.secret,
    WORKER: 'false',
    DURABILITY_CHECK: 'skip',
    RATE_FACTOR: '1000',
    ...variables,
  });
}

/** What a test that failed half way left running; a suite calls it after each of its tests. */
export async function closeLeftovers(): Promise<void> {
  await Promise.all([...leftovers].map((close) => close()));
}

const leftovers = new Set<() => Promise<void>>();

async function startOn(shared: Shared, variables: Readonly<Record<string, string>>): Promise<TestService> {
  const config = settingsFor(shared, variables);
  const running: RunningService = await startApi(config);
  const pool = new pg.Pool({ connectionString: shared.database.url, max: 2 });
  pool.on('error', () => undefined);
  const close = async (): Promise<void> => {
    if (!leftovers.delete(close)) return;
    await pool.end();
    await running.close();
  };
  leftovers.add(close);
  return {
    url: `http://127.0.0.1:${String(running.port)}`,
    config,
    database: shared.database,
    sql: async <Row extends object>(statement: string, parameters: readonly unknown[] = []) =>
      (await pool.query<Row>(statement, [...parameters])).rows,
    another: (more = {}) => startOn(shared, { ...variables, ...more }),
    close,
  };
}
