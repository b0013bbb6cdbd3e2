import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { identityOf } from '../../../libs/launch/processes.mjs';
import { expect, type Scenario, type Stage } from '../scenario.js';

/** PostgreSQL dies, stands still, is full, or lets nobody in. */

const AWAY_MS = 20_000;
const CHUNK_BYTES = 1 << 20;

/** As `pg_ctl stop -m immediate`: nothing is flushed, the next start recovers from the log. */
async function restartAtOnce(stage: Stage, awayMs: number): Promise<void> {
  stage.databaseCut();
  process.kill(stage.cluster.postgres.pid, 'SIGQUIT');
  await sleep(awayMs);
  await stage.cluster.postgres.restart();
}

async function restartOften(stage: Stage): Promise<void> {
  const times = stage.short ? 3 : 10;
  for (let time = 1; time <= times; time += 1) {
    await stage.fault(`F05 ${String(time)}`, () => restartAtOnce(stage, 300));
    await sleep(1_000);
  }
}

async function exhaustConnections(stage: Stage): Promise<void> {
  const { cluster } = stage;
  const held: pg.Client[] = [];
  try {
    for (let refused = 0; refused < 3;) {
      const client = new pg.Client({ connectionString: cluster.postgres.url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        held.push(client);
      } catch {
        refused += 1;
      }
    }
    stage.databaseCut();
    // Whatever loses a connection now gets none back.
    await cluster.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE usename = 'trialogue' AND application_name <> '' AND random() < 0.5`,
    );
    await sleep(AWAY_MS / 2);
  } finally {
    await Promise.all(held.map((client) => client.end().catch(() => undefined)));
  }
}

/** Full to the last byte, and whatever becomes free is taken at once. PostgreSQL is started again only if it gave up. */
async function fillDisk(stage: Stage): Promise<void> {
  const { disk, postgres } = stage.cluster;
  if (disk === undefined) throw new Error('the database has no disk of its own');
  const ballast = join(disk, 'ballast');
  await stage.fault('F08', async () => {
    const until = performance.now() + AWAY_MS / 2;
    stage.databaseCut();
    fill(disk, ballast);
    expect(freeBytes(disk) < CHUNK_BYTES, 'the disk is full');
    while (performance.now() < until) {
      fill(disk, ballast);
      await sleep(100);
    }
    rmSync(ballast);
    const gaveUp = identityOf(postgres.pid) === undefined;
    stage.say(gaveUp ? 'PostgreSQL gave up and is started again' : 'PostgreSQL carried on');
    if (gaveUp) await postgres.restart();
  });
}

function fill(disk: string, ballast: string): void {
  for (let free = freeBytes(disk); free > 0; free = freeBytes(disk)) {
    try {
      writeFileSync(ballast, Buffer.alloc(Math.min(free, CHUNK_BYTES)), { flag: 'a' });
    } catch {
      return; // somebody else was quicker
    }
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

export const DATABASE_SCENARIOS: readonly Scenario[] = [
  {
    id: 'F05',
    title: 'PostgreSQL restarted at once, again and again, under load',
    shape: 'cluster',
    short: true,
    run: restartOften,
  },
  {
    id: 'F05s',
    title: 'PostgreSQL restarted at once, one process for everything',
    shape: 'single',
    run: restartOften,
  },
  {
    id: 'F06',
    title: 'PostgreSQL away for 20 s',
    shape: 'cluster',
    run: (stage) => stage.fault('F06', () => restartAtOnce(stage, AWAY_MS)),
  },
  {
    id: 'F07',
    title: 'every connection to PostgreSQL terminated',
    shape: 'cluster',
    run: async (stage) => {
      for (let time = 1; time <= 5; time += 1) {
        await stage.fault(`F07 ${String(time)}`, async () => {
          stage.databaseCut();
          await stage.cluster.sql(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE usename = 'trialogue' AND pid <> pg_backend_pid()`,
          );
        });
        await sleep(1_500);
      }
    },
  },
  { id: 'F08', title: 'the disk is full', shape: 'cluster', onSmallDisk: true, run: fillDisk },
  {
    id: 'F10',
    title: 'no connections left',
    shape: 'cluster',
    run: (stage) => stage.fault('F10', () => exhaustConnections(stage)),
  },
];
