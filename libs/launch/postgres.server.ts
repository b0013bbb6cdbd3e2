import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, isFree } from './port.js';
import { ensureCluster, postgresEnvironment, readRecord, writeRecord } from './postgres.cluster.js';
import type { ClusterRecord } from './postgres.cluster.js';
import { readPostmaster, STOP_STEPS, stopLeftover } from './postgres.leftover.js';
import { findPlace, type Place } from './postgres.place.js';
import { giveToOwnerOfFolder } from './private.file.js';
import { takeLock } from './lock.mjs';
import { identityOf, stopProcess } from './processes.mjs';

/** How to run an embedded PostgreSQL. */
export interface EmbeddedPostgresOptions {
  /** Everything of this server is kept here (or, for root, where the log says). Created when missing. */
  dataDir: string;
  /** A fixed port; without it the port of the last start, when it is free, else any free one. */
  port?: number;
  /** false only for tests that do not test durability: no fsync, faster, data lost in a crash of the machine. */
  durable?: boolean;
  log?: (line: string) => void;
  /** Folders for root to try when user `postgres` can enter neither the clone nor dataDir. */
  refuges?: readonly string[];
}

/** A running server. It listens on 127.0.0.1 alone and outlives this process unless it is stopped. */
export interface EmbeddedPostgres {
  /** The role `trialogue`, owner of the database `trialogue`; no superuser. Contains its password. */
  readonly url: string;
  /** The superuser, on the database `postgres`. Contains its password. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the server is gone, whatever the cause. */
  readonly exited: Promise<void>;
  /** Shuts down cleanly (an immediate shutdown after 20 s) and gives the data folder back. */
  stop(): Promise<void>;
}

interface Run {
  place: Place;
  cluster: string;
  logFile: string;
  durable: boolean;
}

const READY_MS = 60_000;
const POLL_MS = 20;
const ATTEMPTS = 40;
const ATTEMPT_PAUSE_MS = 250;
const LOG_LIMIT_BYTES = 5_000_000;

/** Said by PostgreSQL when backends of a killed server are still on their way out: worth waiting for. */
const STILL_LEAVING = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;
const PORT_TAKEN = /could not create any TCP\/IP sockets|Address already in use/;

/**
 * Starts a PostgreSQL of our own on a data folder, creating it the first time (about a second). Copes with what
 * a killed launcher left: a server still running there is stopped cleanly first.
 *
 * The server is a process of its own session: Ctrl-C in the terminal reaches the launcher alone, which stops the
 * service first and this server last.
 * @throws LockHeld when another live process runs this data folder; Error with PostgreSQL's own words otherwise
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, durable = true, log = () => undefined } = options;
  mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const lock = await takeLock(join(dataDir, 'postgres.lock'), { what: 'the keeper of its PostgreSQL' });
  try {
    const known = readRecord(dataDir);
    const place = await findPlace({ dataDir, knownHome: known.home, refuges: options.refuges, log });
    const record = { ...known, home: place.home };
    // Before initdb: the password must not be lost when we are killed in between.
    writeRecord(dataDir, record);
    await stopLeftover(join(place.home, 'postgres'), log);
    const cluster = await ensureCluster(place, record, durable);
    const run = { place, cluster, logFile: join(dataDir, 'postgres.log'), durable };
    const { child, port } = await runOnSomePort(run, options.port, record.port);
    writeRecord(dataDir, { ...record, port });
    return await opened({ child, port, record, release: lock.release });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function runOnSomePort(run: Run, wanted: number | undefined, last: number | undefined) {
  if (sizeOf(run.logFile) > LOG_LIMIT_BYTES) renameSync(run.logFile, `${run.logFile}.1`);
  let port = wanted ?? (last !== undefined && (await isFree(last, '127.0.0.1')) ? last : await freePort());
  for (let attempt = 1; ; attempt += 1) {
    const from = sizeOf(run.logFile);
    const child = await spawnServer(run, port);
    if (await becameReady(child, run.cluster)) return { child, port };
    const words = readFileSync(run.logFile).subarray(from).toString('utf8').trim();
    const mayRetry = STILL_LEAVING.test(words) || (PORT_TAKEN.test(words) && wanted === undefined);
    if (!mayRetry || attempt >= ATTEMPTS) {
      throw new Error(`PostgreSQL did not start on ${run.cluster} (port ${port}):\n${words}`);
    }
    if (PORT_TAKEN.test(words)) port = await freePort();
    await sleep(ATTEMPT_PAUSE_MS);
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

async function spawnServer(run: Run, port: number): Promise<ChildProcess> {
  // A file, not a pipe: the server may outlive us and must not lose its voice then.
  const output = openSync(run.logFile, 'a', 0o600);
  giveToOwnerOfFolder(run.logFile);
  try {
    const child = spawn(join(run.place.binaries.folder, 'bin', 'postgres'), serverArguments(run, port), {
      ...run.place.account,
      cwd: run.place.home,
      env: postgresEnvironment(),
      stdio: ['ignore', output, output],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve).once('error', reject);
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

function serverArguments({ cluster, durable }: Run, port: number): string[] {
  const flag = durable ? 'on' : 'off';
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '', // their paths have a length limit that a deep DATA_DIR breaks
    fsync: flag,
    synchronous_commit: flag,
    full_page_writes: flag,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The log tells what failed, never the rows or statements it failed on.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    logging_collector: 'off',
  };
  const switches = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', cluster, '-p', String(port), ...switches];
}

/** @returns false when the server ended before it was ready */
async function becameReady(child: ChildProcess, cluster: string): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const postmaster = readPostmaster(cluster);
    if (postmaster?.pid === child.pid && postmaster?.ready === true) return true;
    if (Date.now() > deadline) {
      child.kill('SIGQUIT');
      throw new Error(`PostgreSQL on ${cluster} was not ready within ${READY_MS / 1000} s.`);
    }
    await sleep(POLL_MS);
  }
  return false;
}

interface Started {
  child: ChildProcess;
  port: number;
  record: ClusterRecord;
  release: () => void;
}

async function opened({ child, port, record, release }: Started): Promise<EmbeddedPostgres> {
  const pid = child.pid ?? 0;
  const identity = identityOf(pid);
  const exited = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.once('exit', () => {
      resolve();
    });
  });
  const stop = async () => {
    const gone = identity === undefined || (await stopProcess(identity, STOP_STEPS));
    release();
    if (!gone) throw new Error(`PostgreSQL (process ${pid}) does not stop.`);
    child.ref(); // its end may not have reached our event loop yet, and nothing else may keep that going
    await exited;
  };
  const adminUrl = `postgres://postgres:${record.adminPassword}@127.0.0.1:${port}/postgres`;
  try {
    await ensureDatabase(adminUrl, record.password);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `postgres://trialogue:${record.password}@127.0.0.1:${port}/trialogue`;
  return { url, adminUrl, port, pid, exited, stop };
}

async function ensureDatabase(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Passwords are base64url: safe inside quotes, which is all a utility statement allows.
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'trialogue'");
    if (role.rowCount === 0) await client.query(`CREATE ROLE trialogue LOGIN PASSWORD '${password}'`);
    const database = await client.query("SELECT 1 FROM pg_database WHERE datname = 'trialogue'");
    if (database.rowCount === 0) await client.query('CREATE DATABASE trialogue OWNER trialogue');
  } finally {
    await client.end();
  }
}
