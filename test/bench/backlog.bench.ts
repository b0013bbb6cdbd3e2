import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { startEmbeddedPostgres } from '#launch';
import { loadConfig } from '../../src/config/index.js';
import { OutboxRepository } from '../../src/platform/index.js';
import { databaseOptions } from '../../src/platform/database.options.js';
import { figure, print, progress, row, show } from './figures.js';

const BACKLOGS = [1_000, 200_000];
const ROUNDS = 20;
/** As the dispatcher claims. */
const BATCH = 200;

/** What a long backlog does to those who look at it again and again: it should do nothing. */
export async function backlogBench(): Promise<void> {
  const folder = mkdtempSync(join(os.tmpdir(), 'trialogue-backlog-'));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const config = loadConfig({
    DATABASE_URL: postgres.url,
    SESSION_SECRET: 'bench-session-secret-of-this-very-run-only',
  });
  const source = new DataSource(databaseOptions(config));
  try {
    await source.initialize();
    await source.runMigrations({ transaction: 'each' });
    print('\nOutbox: one look at it, ms, by effects that are not done (half of them held back for hours)');
    print(row('', ...BACKLOGS.map((count) => count.toLocaleString('en'))));
    const columns: (readonly string[])[] = [];
    for (const count of BACKLOGS) columns.push(await looksAt(source, count));
    LOOKS.forEach((name, index) => {
      print(row(name, ...columns.map((column) => column[index] ?? '–')));
    });
  } finally {
    if (source.isInitialized) await source.destroy();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOOKS = [`claim ${BATCH} and give them back`, 'look for dead letters', 'look for what is late'];

async function looksAt(source: DataSource, count: number): Promise<string[]> {
  progress(`outbox with ${count} rows`);
  await fill(source, count);
  const outbox = new OutboxRepository(source);
  const claims = await times(async () => {
    const claimed = await outbox.claim(BATCH);
    // Back in line, so that every round finds as many.
    await outbox.retryAfter(
      claimed.map(({ id }) => id),
      0,
    );
  });
  const dead = { topic: 'notice', olderThanMs: 0, atOnce: BATCH, afterId: 0 };
  return [claims, await times(() => outbox.findDead(dead)), await times(() => outbox.findLate())].map(
    (rounds) => show(figure(rounds)),
  );
}

async function times(look: () => Promise<unknown>): Promise<number[]> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await look();
    rounds.push(performance.now() - startedAt);
  }
  return rounds;
}

/** All urgencies; every second row is held back, and the held ones came first. */
async function fill(source: DataSource, count: number): Promise<void> {
  await source.query('TRUNCATE outbox');
  await source.query(
    `INSERT INTO outbox (dedupe_key, topic, payload, leased_until)
     SELECT 'effect-' || n, 'notice', jsonb_build_object('urgency', 1 + n % 4),
       CASE WHEN n <= $1 / 2 THEN now() + interval '8 hours' END
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
  await source.query('VACUUM ANALYZE outbox');
}
