import { runMigrations as migrateQueue } from 'bullmq';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { loadConfig, type Config } from '../../../src/config/index.js';
import { createLogger, type Logger } from '../../../src/platform/index.js';
import { databaseOptions } from '../../../src/platform/database.options.js';
import { QUEUE_SCHEMA } from '../../../src/platform/schema.migrator.js';
import {
  installMovableClock,
  startPostgres,
  type MovableClock,
  type TestDatabase,
} from '../servers/index.js';

/** Settings as an operator would give them; a test names what it cares about. */
export function configFor(databaseUrl: string, more: Readonly<Record<string, string>> = {}): Config {
  return loadConfig({
    DATABASE_URL: databaseUrl,
    SESSION_SECRET: 's'.repeat(40),
    LOG_LEVEL: 'silent',
    DURABILITY_CHECK: 'skip',
    PUBLIC_URL: 'https://app.example.test',
    ...more,
  });
}

export const silent: Logger = createLogger({ logLevel: 'silent' });

export interface OpenedDatabase {
  readonly database: TestDatabase;
  readonly source: DataSource;
  close(): Promise<void>;
}

/** A database of its own with every migration run, copied from a template the suites share. */
export async function openMigratedDatabase(): Promise<OpenedDatabase> {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase({ name: 'migrated_obligations', build: migrate });
  const source = await connect(database.url);
  return {
    database,
    source,
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
}

export interface OpenedMovableDatabase extends OpenedDatabase {
  readonly clock: MovableClock;
}

/** The same with a clock that can be moved, also for what views and defaults take from it. */
export async function openMovableDatabase(): Promise<OpenedMovableDatabase> {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase({ name: 'migrated_movable', build: migrateMovable });
  const clock = await installMovableClock(database.url);
  const source = await connect(database.url);
  return {
    database,
    source,
    clock,
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
}

/** A further pool on the same database, as another node would have. The caller destroys it. */
export async function connect(url: string): Promise<DataSource> {
  return new DataSource(databaseOptions(configFor(url))).initialize();
}

/** Without the boot's guards: the shared test server trades durability for speed, and the guard would say so. */
async function migrate(url: string): Promise<void> {
  const source = await connect(url);
  await source.runMigrations({ transaction: 'each' });
  await source.destroy();
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  await migrateQueue(session, QUEUE_SCHEMA);
  await session.end();
}

async function migrateMovable(url: string): Promise<void> {
  await installMovableClock(url);
  await migrate(url);
}
