import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from '#launch';
import { identityOf } from '../../../libs/launch/processes.mjs';
import { noteServer, runFolder } from '../../support/servers/run.mjs';

const started: EmbeddedPostgres[] = [];

function freshFolder(mode = 0o711): string {
  const folder = mkdtempSync(join(runFolder(), 'embedded-'));
  chmodSync(folder, mode);
  return folder;
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ durable: false, ...options });
  noteServer('postgres', server.pid);
  started.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = (await client.query(sql)) as { rows: Record<string, unknown>[] };
    return rows;
  } finally {
    await client.end();
  }
}

/** A server whose owner is gone without a word, as after kill -9 of the launcher. */
async function leaveBehind(dataDir: string): Promise<{ pid: number; port: number; url: string }> {
  const server = await start({ dataDir, durable: true });
  const { pid, port, url } = server;
  const lock = join(dataDir, 'postgres.lock');
  // Someone who is dead: a lock of a live test process would rightly be respected.
  const holder = JSON.parse(readFileSync(lock, 'utf8')) as object;
  writeFileSync(lock, JSON.stringify({ ...holder, pid: 99_999_999, startedAt: 'long ago' }));
  return { pid, port, url };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

describe('the embedded PostgreSQL', () => {
  it('keeps data, port and passwords from one start to the next', async () => {
    const dataDir = freshFolder();
    const first = await start({ dataDir });
    await ask(first.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)');
    await first.stop();
    const second = await start({ dataDir });
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('is durable unless a test gives that up, speaks UTF-8 and sorts by bytes', async () => {
    const { url } = await start({ dataDir: freshFolder(), durable: true });
    const settings = "current_setting('fsync') a, current_setting('synchronous_commit') b";
    const more = "current_setting('full_page_writes') c, current_setting('server_encoding') d";
    const locale = '(SELECT datcollate FROM pg_database WHERE datname = current_database()) e';
    expect(await ask(url, `SELECT ${settings}, ${more}, ${locale}`)).toEqual([
      { a: 'on', b: 'on', c: 'on', d: 'UTF8', e: 'C' },
    ]);
  });

  it('listens on 127.0.0.1 alone and lets nobody in without the password', async () => {
    const { url, adminUrl } = await start({ dataDir: freshFolder() });
    expect(await ask(adminUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    for (const known of [url, adminUrl]) {
      const wrong = new URL(known);
      wrong.password = 'guessed';
      await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    }
  });

  it('keeps its passwords in a file for the owner only', async () => {
    const dataDir = freshFolder();
    await start({ dataDir });
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(dataDir, 'postgres', 'password'))).toBe(false);
  });

  it('never writes rows or statements into its log, not even of failures', async () => {
    const dataDir = freshFolder();
    const { url } = await start({ dataDir });
    await ask(
      url,
      "CREATE TABLE contact (address text PRIMARY KEY); INSERT INTO contact VALUES ('poison@x')",
    );
    await expect(ask(url, "INSERT INTO contact VALUES ('poison@x')")).rejects.toThrow('duplicate key');
    const log = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('poison');
  });

  it('refuses a second start on the same folder and says who holds it', async () => {
    const dataDir = freshFolder();
    await start({ dataDir });
    await expect(start({ dataDir })).rejects.toThrow(`process ${process.pid}`);
  });

  it('takes another port when the remembered one is taken, and a fixed port not', async () => {
    const dataDir = freshFolder();
    const first = await start({ dataDir });
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      await expect(start({ dataDir, port: first.port })).rejects.toThrow('Address already in use');
      const second = await start({ dataDir });
      expect(second.port).not.toBe(first.port);
      expect(await ask(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      squatter.close();
    }
  });

  it('says when the server is gone, whoever ended it', async () => {
    const server = await start({ dataDir: freshFolder() });
    process.kill(server.pid, 'SIGKILL');
    await expect(server.exited).resolves.toBeUndefined();
  });
});

describe('what a killed launcher leaves', () => {
  it('is stopped cleanly by the next start, and every committed row is there', async () => {
    const dataDir = freshFolder();
    const left = await leaveBehind(dataDir);
    await ask(left.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
    const lines: string[] = [];
    const next = await start({ dataDir, log: (line) => lines.push(line) });
    expect(identityOf(left.pid)).toBeUndefined();
    expect(next.pid).not.toBe(left.pid);
    expect(next.port).toBe(left.port);
    expect(lines.join('\n')).toContain(`process ${left.pid}`);
    expect(await ask(next.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('is no obstacle when the server itself was killed too, in the middle of its work', async () => {
    const dataDir = freshFolder();
    const left = await leaveBehind(dataDir);
    await ask(left.url, 'CREATE TABLE kept (n int)');
    const busy = ask(left.url, 'INSERT INTO kept SELECT generate_series(1, 50000000)').catch(() => undefined);
    process.kill(left.pid, 'SIGKILL');
    const next = await start({ dataDir });
    await busy;
    expect(await ask(next.url, 'SELECT count(*) AS n FROM kept')).toEqual([{ n: '0' }]);
  });

  it('may be a pid that some other program has now: that program is left alone', async () => {
    const dataDir = freshFolder();
    const first = await start({ dataDir });
    await first.stop();
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(stranger, 'spawn');
    const strangerPid = String(stranger.pid);
    const pidFile = [strangerPid, join(dataDir, 'postgres'), '1', '5432', '', '127.0.0.1', '1 1', 'ready'];
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${pidFile.join('\n')}\n`);
    const next = await start({ dataDir });
    expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(identityOf(Number(strangerPid))).toBeDefined();
    stranger.kill('SIGKILL');
  });

  it('may be half a data folder: the next start makes a whole one', async () => {
    const dataDir = freshFolder();
    mkdirSync(join(dataDir, 'postgres.init-dead', 'data'), { recursive: true });
    const { url } = await start({ dataDir });
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(join(dataDir, 'postgres.init-dead'))).toBe(false);
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('as root, in a folder that user postgres cannot enter', () => {
  async function startBehindADoor() {
    const door = freshFolder(0o700);
    const refuge = freshFolder(0o755);
    const lines: string[] = [];
    const dataDir = join(door, 'data');
    const options = { dataDir, refuges: [refuge], log: (line: string) => lines.push(line) };
    return { door, refuge, dataDir, lines, options, server: await start(options) };
  }

  it('keeps the data where he can, says where, and finds them again', async () => {
    const { refuge, lines, options, server } = await startBehindADoor();
    await ask(server.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (5)');
    expect(lines.join('\n')).toContain(`the database is kept in ${refuge}`);
    await server.stop();
    const again = await start(options);
    expect(await ask(again.url, 'SELECT n FROM kept')).toEqual([{ n: 5 }]);
  });

  it('goes on using that place after the door is opened: data never change by themselves', async () => {
    const { door, options, server } = await startBehindADoor();
    await ask(server.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (6)');
    await server.stop();
    chmodSync(door, 0o755);
    const again = await start(options);
    expect(await ask(again.url, 'SELECT n FROM kept')).toEqual([{ n: 6 }]);
  });

  it('does not let a copied data folder reach into the data of the original', async () => {
    const { door, dataDir, options } = await startBehindADoor();
    const copy = join(door, 'copy');
    cpSync(dataDir, copy, { recursive: true, filter: (path) => !path.endsWith('.lock') });
    await expect(start({ ...options, dataDir: copy })).rejects.toThrow('is a copy of');
  });

  it('follows a data folder that was moved', async () => {
    const { door, dataDir, options, server } = await startBehindADoor();
    await ask(server.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (8)');
    await server.stop();
    const moved = join(door, 'moved');
    renameSync(dataDir, moved);
    const again = await start({ ...options, dataDir: moved });
    expect(await ask(again.url, 'SELECT n FROM kept')).toEqual([{ n: 8 }]);
  });

  it('says what to do when there is no place at all', async () => {
    const door = freshFolder(0o700);
    const options = { dataDir: join(door, 'data'), refuges: [join(door, 'refuge')] };
    await expect(start(options)).rejects.toThrow('DATABASE_URL');
  });

  it('runs as the owner of data that an ordinary user made, and leaves him nothing he cannot read', async () => {
    const dataDir = freshFolder();
    const owner = { uid: 12_345, gid: 12_345 };
    await (await start({ dataDir })).stop();
    for (const path of [dataDir, ...readdirSync(dataDir, { recursive: true, encoding: 'utf8' })]) {
      chownSync(resolve(dataDir, path), owner.uid, owner.gid);
    }
    const { pid, url } = await start({ dataDir });
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(statSync(`/proc/${pid}`).uid).toBe(owner.uid);
    for (const name of ['postgres', 'postgres.json', 'postgres.log']) {
      expect(statSync(join(dataDir, name)).uid).toBe(owner.uid);
    }
  });
});
