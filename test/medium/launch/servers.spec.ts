import pg from 'pg';
import { identityOf } from '../../../libs/launch/processes.mjs';
import {
  describeWithRedis,
  startPostgres,
  startRedis,
  type TestDatabase,
} from '../../support/servers/index.js';

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

describe('the shared test PostgreSQL', () => {
  const databases: TestDatabase[] = [];

  afterAll(async () => {
    await Promise.all(databases.map((database) => database.drop()));
  });

  async function fresh(...args: Parameters<Awaited<ReturnType<typeof startPostgres>>['createDatabase']>) {
    const postgres = await startPostgres();
    const database = await postgres.createDatabase(...args);
    databases.push(database);
    return database;
  }

  it('gives every suite a database of its own', async () => {
    const [one, two] = [await fresh(), await fresh()];
    await ask(one.url, 'CREATE TABLE mine (n int)');
    expect(await ask(two.url, "SELECT to_regclass('mine') AS found")).toEqual([{ found: null }]);
  });

  it('lets the suite act as the owner of its database, not as a superuser', async () => {
    const { url } = await fresh();
    expect(await ask(url, "SELECT current_user AS who, current_setting('is_superuser') AS super")).toEqual([
      { who: 'trialogue', super: 'off' },
    ]);
  });

  it('builds a template once and copies it for everybody who asks', async () => {
    let built = 0;
    const template = {
      name: 'servers_spec',
      build: async (url: string) => {
        built += 1;
        await ask(url, 'CREATE TABLE ready (n int); INSERT INTO ready VALUES (7)');
      },
    };
    const copies = await Promise.all([fresh(template), fresh(template), fresh(template)]);
    expect(built).toBe(1);
    for (const { url } of copies) expect(await ask(url, 'SELECT n FROM ready')).toEqual([{ n: 7 }]);
  });
});

describeWithRedis('the test Redis', () => {
  it('keeps its data through a kill and a restart, since its file is append-only', async () => {
    const { default: Redis } = await import('ioredis');
    const server = await startRedis();
    const before = new Redis.Redis(server.url);
    await before.config('SET', 'appendfsync', 'always');
    await before.set('kept', 'yes');
    before.disconnect();
    await server.kill();
    await server.restart();
    const after = new Redis.Redis(server.url);
    expect(await after.get('kept')).toBe('yes');
    expect(await after.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    after.disconnect();
    await server.stop();
    expect(identityOf(server.pid)).toBeUndefined();
  });
});
