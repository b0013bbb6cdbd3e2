import { runMigrations as migrateQueue } from 'bullmq';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { Config } from '../config/index.js';
import { databaseOptions } from './database.options.js';
import { checkDurability, checkSchema } from './boot.guards.js';

/** BullMQ's tables live in a schema of their own. */
export const QUEUE_SCHEMA = 'trialogue_queue';

/** "TRIALOGU" as a 63-bit number would do; any constant that only we use does. */
const MIGRATION_LOCK = 7_235_421_817;

/**
 * Opens the pool, brings both schemas up to date (one process at a time, under an advisory lock) and refuses a
 * database that could lose an acknowledged entry.
 * @throws BootRefused
 */
export async function openDatabase(config: Config): Promise<DataSource> {
  const source = new DataSource(databaseOptions(config));
  await source.initialize();
  try {
    if (config.checkDurability) await checkDurability(source);
    await migrate(source, config);
    await checkSchema(source);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return source;
}

/** One dedicated session holds the lock: BullMQ wants one too, and a pool would scatter the statements. */
async function migrate(source: DataSource, config: Config): Promise<void> {
  const session = new pg.Client({ connectionString: config.databaseUrl.reveal() });
  await session.connect();
  try {
    await session.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations({ transaction: 'each' });
    await migrateQueue(session, QUEUE_SCHEMA);
  } finally {
    await session.end();
  }
}
