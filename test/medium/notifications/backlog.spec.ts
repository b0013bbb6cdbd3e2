import { DataSource } from 'typeorm';
import { URGENCY } from '#protocol';
import { MIGRATIONS } from '../../../migrations/index.js';
import { databaseOptions } from '../../../src/platform/database.options.js';
import { CLAIM, OutboxRepository } from '../../../src/platform/outbox.repository.js';
import { configFor, connect, openMigratedDatabase } from '../../support/obligations/database.js';
import {
  describeWithOldestPostgres,
  startOldestPostgres,
  startPostgres,
} from '../../support/servers/index.js';

const BATCH = 200;
const BACKLOG = 20_000;

/** What we read of a plan that was run. */
interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Node[];
}

interface Opened {
  readonly source: DataSource;
  close(): Promise<void>;
}

async function fill(source: DataSource, sql: string): Promise<void> {
  await source.query('TRUNCATE outbox');
  await source.query(`INSERT INTO outbox (dedupe_key, topic, payload, leased_until, tries) ${sql}`);
}

const nodesOf = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** As the service runs it: prepared, and after a while planned once for whatever batch comes. */
async function planOfClaim(source: DataSource, mode: string): Promise<Node> {
  const session = source.createQueryRunner();
  try {
    await session.query(`SET plan_cache_mode = ${mode}`);
    await session.query(`PREPARE claim AS ${CLAIM}`);
    const [answer] = (await session.query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE claim (${BATCH})`)) as [
      { 'QUERY PLAN': [{ Plan: Node }] },
    ];
    return answer['QUERY PLAN'][0].Plan;
  } finally {
    await session.query('DEALLOCATE claim; RESET plan_cache_mode');
    await session.release();
  }
}

function promises(open: () => Promise<Opened>): void {
  let opened: Opened;
  let outbox: OutboxRepository;

  beforeAll(async () => {
    opened = await open();
    outbox = new OutboxRepository(opened.source);
  }, 60_000);

  afterAll(async () => {
    await opened.close();
  });

  async function claimed(limit: number): Promise<string[]> {
    return (await outbox.claim(limit)).map(({ dedupeKey }) => dedupeKey).sort();
  }

  it.each([
    ['has not looked at the table for long, for this batch', '', 'force_custom_plan'],
    ['has not looked at the table for long, for any batch', '', 'force_generic_plan'],
    ['knows the table, for this batch', 'ANALYZE outbox', 'force_custom_plan'],
    ['knows the table, for any batch', 'ANALYZE outbox', 'force_generic_plan'],
  ])('is looked at by a claim as far as the claim goes, planned by one who %s', async (_, first, mode) => {
    await fill(
      opened.source,
      `SELECT 'effect-' || n, 'notice', jsonb_build_object('urgency', 1 + n % 4),
         CASE WHEN n <= ${BACKLOG / 2} THEN now() + interval '8 hours' END, 0
       FROM generate_series(1, ${BACKLOG}) AS n`,
    );
    if (first !== '') await opened.source.query(first);
    const nodes = nodesOf(await planOfClaim(opened.source, mode));
    const touched = nodes.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    );
    expect(nodes.map((node) => node['Index Name'])).toContain('outbox_claim');
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(Math.max(...touched)).toBeLessThanOrEqual(BATCH);
  });

  it('gives up the most urgent first, then what could be claimed first, and what is held not at all', async () => {
    await fill(
      opened.source,
      `SELECT key, 'notice', payload::jsonb, now() + given.lease * interval '1 second', 0
       FROM (VALUES
         ('held', '{"urgency": 4}', 60), ('routine', '{"urgency": 1}', NULL), ('urgent', '{"urgency": 3}', NULL),
         ('back', '{"urgency": 3}', -5), ('none', '{}', NULL), ('beyond', '{"urgency": 9}', NULL)
       ) AS given (key, payload, lease)`,
    );
    expect(await claimed(1)).toEqual(['beyond']);
    expect(await claimed(1)).toEqual(['back']);
    expect(await claimed(2)).toEqual(['routine', 'urgent']);
    expect(await claimed(5)).toEqual(['none']);
    expect(await claimed(5)).toEqual([]);
  });

  it('goes to one dispatcher each, however many claim at once', async () => {
    await fill(
      opened.source,
      `SELECT 'effect-' || n, 'notice', '{"urgency": ${URGENCY.routine}}'::jsonb, NULL::timestamptz, 0
       FROM generate_series(1, 400) AS n`,
    );
    const all = (await Promise.all(Array.from({ length: 8 }, () => claimed(50)))).flat();
    expect(new Set(all).size).toBe(all.length);
  });
}

describe('a long backlog', () => {
  promises(async () => {
    const opened = await openMigratedDatabase();
    return { source: opened.source, close: () => opened.close() };
  });
});

describe('the outbox of the version before bounded claims', () => {
  it('keeps what it held back, what was under way and what waited', async () => {
    const database = await (await startPostgres()).createDatabase();
    const before = MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name.startsWith('BoundOutbox')),
    );
    const old = await migrated(database.url, before);
    await old.query(
      `INSERT INTO outbox (dedupe_key, topic, payload, created_at, leased_until, enqueued_at) VALUES
         ('held', 'notice', '{"urgency": 1}', now() - interval '9 hours', now() + interval '1 hour', NULL),
         ('under way', 'notice', '{"urgency": 1}', now() - interval '1 minute', NULL, now()),
         ('waiting', 'notice', '{"urgency": 1}', now() - interval '2 minutes', NULL, NULL)`,
    );
    await old.destroy();
    const source = await migrated(database.url, MIGRATIONS);
    const outbox = new OutboxRepository(source);
    expect(await outbox.findLate()).toMatchObject({ count: 2 });
    const claimed = await outbox.claim(10);
    expect(claimed.map(({ dedupeKey }) => dedupeKey)).toEqual(['waiting']);
    await source.destroy();
    await database.drop();
  });
});

async function migrated(
  url: string,
  migrations: readonly (typeof MIGRATIONS)[number][],
): Promise<DataSource> {
  const options = { ...databaseOptions(configFor(url)), migrations: [...migrations] };
  const opened = await new DataSource(options).initialize();
  await opened.runMigrations({ transaction: 'each' });
  return opened;
}

describeWithOldestPostgres('a long backlog on PostgreSQL 15', () => {
  promises(async () => {
    const postgres = await startOldestPostgres();
    const source = await connect(postgres.url);
    await source.runMigrations({ transaction: 'each' });
    return {
      source,
      close: async () => {
        await source.destroy();
        await postgres.stop();
      },
    };
  });
});
