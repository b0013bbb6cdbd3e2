import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#launch';
import { takeLock } from '../../../libs/launch/lock.mjs';
import { noteServer, runFolder } from './run.mjs';

/** A database of its own on the shared server. */
export interface TestDatabase {
  readonly name: string;
  /** For the role `trialogue`, which owns the database and is no superuser, as in production. */
  readonly url: string;
  /** The same database for the superuser: terminate backends, change settings. */
  readonly adminUrl: string;
  /** Disconnects everybody and removes the database. */
  readonly drop: () => Promise<void>;
}

/** A state many suites start from, such as "all migrations are run": built once in a jest run, then copied. */
export interface DatabaseTemplate {
  name: string;
  build: (url: string) => Promise<void>;
}

/** The real PostgreSQL that all suites of one jest run share. It is stopped when the run ends. */
export interface TestPostgres {
  readonly adminUrl: string;
  readonly createDatabase: (template?: DatabaseTemplate) => Promise<TestDatabase>;
}

interface ServerNote {
  adminUrl: string;
  url: string;
}

const START_MS = 60_000;

/**
 * The shared server; the first suite that asks starts it (about a second and a half), the others find it.
 * It trades durability for speed: a test of durability or of crashes starts its own with startOwnPostgres.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const server = await sharedServer();
  return { adminUrl: server.adminUrl, createDatabase: (template) => createDatabase(server, template) };
}

async function sharedServer(): Promise<ServerNote> {
  const folder = runFolder();
  const path = join(folder, 'postgres.shared.json');
  const lock = await takeLock(join(folder, 'postgres.shared.lock'), { what: 'a suite', waitMs: START_MS });
  try {
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as ServerNote;
    const { adminUrl, url, pid } = await startEmbeddedPostgres({
      dataDir: join(folder, 'postgres'),
      durable: false,
    });
    noteServer('postgres', pid);
    writeFileSync(path, JSON.stringify({ adminUrl, url }), { mode: 0o600 });
    return { adminUrl, url };
  } finally {
    lock.release();
  }
}

/** A server for one suite alone, which may kill it. The suite stops it; if it cannot, the end of the run does. */
export interface OwnPostgres {
  readonly dataDir: string;
  readonly url: string;
  readonly adminUrl: string;
  readonly pid: number;
  /** Starts it again on the same data and the same port, after a stop or a kill. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const newDataDir = (): string => join(runFolder(), `own-${randomBytes(4).toString('hex')}`);

/** @param durable as in production (the default); false where only speed counts */
export async function startOwnPostgres({
  durable = true,
  dataDir = newDataDir(),
} = {}): Promise<OwnPostgres> {
  let server = await startEmbeddedPostgres({ dataDir, durable });
  let forget = noteServer('postgres', server.pid);
  const { url, adminUrl, port } = server;
  const stop = async () => {
    await server.stop();
    forget();
  };
  const restart = async () => {
    await stop();
    server = await startEmbeddedPostgres({ dataDir, durable, port });
    forget = noteServer('postgres', server.pid);
  };
  return {
    dataDir,
    url,
    adminUrl,
    get pid() {
      return server.pid;
    },
    restart,
    stop,
  };
}

async function createDatabase(server: ServerNote, template?: DatabaseTemplate): Promise<TestDatabase> {
  const name = `suite_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, async (client) => {
    const source = template === undefined ? 'template1' : await ensureTemplate(server, client, template);
    await client.query(`CREATE DATABASE ${name} OWNER trialogue TEMPLATE ${source}`);
  });
  const drop = () =>
    asAdmin(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  return {
    name,
    url: onDatabase(server.url, name),
    adminUrl: onDatabase(server.adminUrl, name),
    drop: async () => {
      await drop();
    },
  };
}

/** Builds a template under another name and renames it when it is whole; one suite builds, the others wait. */
async function ensureTemplate(
  server: ServerNote,
  admin: pg.Client,
  template: DatabaseTemplate,
): Promise<string> {
  if (!/^[a-z0-9_]{1,40}$/.test(template.name))
    throw new Error(`no good name for a template: ${template.name}`);
  const ready = `template_${template.name}`;
  const half = `${ready}_half`;
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [ready]);
  try {
    const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [ready]);
    if (found.rowCount !== 0) return ready;
    await admin.query(`DROP DATABASE IF EXISTS ${half} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${half} OWNER trialogue`);
    await template.build(onDatabase(server.url, half));
    await admin.query(`ALTER DATABASE ${half} RENAME TO ${ready}`);
    return ready;
  } finally {
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [ready]);
  }
}

function onDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function asAdmin<Result>(
  server: ServerNote,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
