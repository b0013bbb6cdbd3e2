import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private.file.js';
import type { Place } from './postgres.place.js';

/** What is remembered of an embedded server between starts, in DATA_DIR/postgres.json (0600). */
export interface ClusterRecord {
  /** The data folder this record was written for: a copied DATA_DIR must not reach into the original's data. */
  dataDir: string;
  /** The folder that holds `postgres/`; DATA_DIR itself unless the account could not enter it. */
  home?: string;
  port?: number;
  /** Password of the superuser `postgres`. */
  adminPassword: string;
  /** Password of the role `trialogue`, which the service uses. */
  password: string;
}

const PASSWORD_BYTES = 24;

const recordPath = (dataDir: string) => join(dataDir, 'postgres.json');

/**
 * @returns the record of an earlier start, or a fresh one with random passwords
 * @throws Error when this DATA_DIR is a copy whose database still lies outside, with the original
 */
export function readRecord(dataDir: string): ClusterRecord {
  const here = realpathSync(dataDir);
  if (!existsSync(recordPath(dataDir))) {
    const password = () => randomBytes(PASSWORD_BYTES).toString('base64url');
    return { dataDir: here, adminPassword: password(), password: password() };
  }
  const record = JSON.parse(readFileSync(recordPath(dataDir), 'utf8')) as ClusterRecord;
  if (record.dataDir === here) return record;
  if (record.home !== record.dataDir && existsSync(record.dataDir)) {
    throw new Error(
      `${here} is a copy of ${record.dataDir}, and its database is kept in ${String(record.home)}, which ` +
        'belongs to the original. Choose an empty DATA_DIR, or move the folder instead of copying it.',
    );
  }
  // Moved as a whole: data inside moved along, data outside stayed where they are.
  const home = record.home === record.dataDir ? here : record.home;
  return { ...record, dataDir: here, ...(home === undefined ? {} : { home }) };
}

export function writeRecord(dataDir: string, record: ClusterRecord): void {
  writePrivateFile(recordPath(dataDir), record);
}

/**
 * Makes the data folder unless it is there. initdb works in a folder of its own that gets its name only when
 * all is done, so a kill in the middle leaves nothing that looks like a database.
 */
export async function ensureCluster(place: Place, record: ClusterRecord, durable: boolean): Promise<string> {
  const cluster = join(place.home, 'postgres');
  for (const name of readdirSync(place.home).filter((entry) => entry.startsWith('postgres.init-'))) {
    rmSync(join(place.home, name), { recursive: true, force: true });
  }
  if (existsSync(join(cluster, 'PG_VERSION'))) return cluster;
  const half = join(place.home, `postgres.init-${randomBytes(4).toString('hex')}`);
  const passwordFile = join(half, 'password');
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, `${record.adminPassword}\n`, { mode: 0o600 });
  if (place.account !== undefined) {
    for (const path of [half, passwordFile]) chownSync(path, place.account.uid, place.account.gid);
  }
  try {
    await runInitdb(place, { data: join(half, 'data'), passwordFile, durable });
    renameSync(join(half, 'data'), cluster);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return cluster;
}

interface Init {
  data: string;
  passwordFile: string;
  durable: boolean;
}

function runInitdb(place: Place, { data, passwordFile, durable }: Init): Promise<void> {
  const args = [`--pgdata=${data}`, `--pwfile=${passwordFile}`, '--username=postgres', '--encoding=UTF8'];
  args.push('--locale=C', '--auth=scram-sha-256', '--no-instructions', ...(durable ? [] : ['--no-sync']));
  return new Promise((resolve, reject) => {
    const child = spawn(join(place.binaries.folder, 'bin', 'initdb'), args, {
      ...place.account,
      cwd: place.home,
      env: postgresEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let report = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      report += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`PostgreSQL could not create its data folder in ${place.home}:\n${report.trim()}`));
    });
  });
}

/** Nothing of our own environment, which may hold secrets; the C locale, so that messages can be recognised. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
