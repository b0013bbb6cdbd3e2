import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '#launch';
import { identityOf, stopProcess } from '../../../libs/launch/processes.mjs';
import { noteServer, runFolder } from './run.mjs';

/** The oldest PostgreSQL we promise to run on, beside the embedded one, which is newer. */
export interface OldestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_MS = 30_000;
const POLL_MS = 50;
const STOP_STEPS = [
  { signal: 'SIGINT', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 3_000 },
] as const;

/** Where POSTGRES_15_BIN says, or where Debian puts it. */
const FOLDER = process.env['POSTGRES_15_BIN'] ?? '/usr/lib/postgresql/15/bin';

/** `describe` for suites that need PostgreSQL 15: without it they are skipped, and said loudly. */
export function describeWithOldestPostgres(name: string, suite: () => void): void {
  if (existsSync(join(FOLDER, 'initdb'))) {
    describe(name, suite);
    return;
  }
  process.stderr.write(`\n*** SKIPPED, no PostgreSQL 15 here (POSTGRES_15_BIN): ${name} ***\n\n`);
  describe.skip(name, suite);
}

/** Starts it on an empty data folder, without durability. The suite stops it; if it cannot, the run's end does. */
export async function startOldestPostgres(): Promise<OldestPostgres> {
  const version = spawnSync(join(FOLDER, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout;
  if (!version.includes(' 15.')) throw new Error(`${FOLDER} holds ${version.trim()}, not PostgreSQL 15`);
  const account = accountOfServer();
  const home = mkdtempSync(join(runFolder(), 'postgres-15-'));
  if (account !== undefined) chownSync(home, account.uid, account.gid);
  const data = join(home, 'data');
  run(
    'initdb',
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '-N'],
    account,
  );
  const port = await freePort();
  const child = spawn(
    join(FOLDER, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-c', 'fsync=off', '-c', 'timezone=UTC'],
    { ...account, cwd: home, stdio: 'ignore' },
  );
  const forget = noteServer('postgres', child.pid ?? 0);
  const url = `postgres://postgres@127.0.0.1:${String(port)}/postgres`;
  await ready(child, url);
  return {
    url,
    stop: async () => {
      const identity = identityOf(child.pid ?? 0);
      if (identity !== undefined) await stopProcess(identity, STOP_STEPS);
      forget();
    },
  };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; everybody else runs it as himself. */
function accountOfServer(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function run(program: string, given: readonly string[], account: Account | undefined): void {
  const { status, stderr } = spawnSync(join(FOLDER, program), given, {
    ...account,
    cwd: '/',
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} failed:\n${stderr}`);
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('PostgreSQL 15 did not start');
    await sleep(POLL_MS);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
