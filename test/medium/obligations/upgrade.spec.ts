import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { databaseOptions } from '../../../src/platform/database.options.js';
import { configFor } from '../../support/obligations/database.js';
import { obligationRoom } from '../../support/obligations/rooms.js';
import { startPostgres, type TestDatabase } from '../../support/servers/index.js';

/** The first migration that knows ladders; those before it are the previous version. */
const LADDERS = MIGRATIONS.findIndex(({ name }) => name.startsWith('CreateLadders'));

describe('obligations of the version before ladders', () => {
  let database: TestDatabase;
  let source: DataSource;

  beforeAll(async () => {
    database = await (await startPostgres()).createDatabase();
    const before = await migrated(MIGRATIONS.slice(0, LADDERS));
    for (const [id, urgency, step] of [
      [1, 1, 'remind'],
      [2, 1, 'due'],
      [3, 1, null],
      [4, 3, 'remind'],
      [5, 4, 'due'],
    ] as const) {
      await before.query(
        `INSERT INTO obligation (thread_id, id, opener_id, responder_id, responder_role, organisation_id, urgency,
           state, opened_seq, opened_at, due_at, step, step_at)
         VALUES ($1, $2, $1, $1, 2, $1, $3, 'open', 3, now() - interval '1 hour', now() + interval '1 hour', $4,
           CASE $4 WHEN 'remind' THEN now() + interval '30 minutes' WHEN 'due' THEN now() + interval '1 hour' END)`,
        [randomBytes(16), id, urgency, step],
      );
    }
    await before.destroy();
    source = await migrated(MIGRATIONS);
  });

  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  async function migrated(migrations: readonly (typeof MIGRATIONS)[number][]): Promise<DataSource> {
    const options = { ...databaseOptions(configFor(database.url)), migrations: [...migrations] };
    const opened = await new DataSource(options).initialize();
    await opened.runMigrations({ transaction: 'each' });
    return opened;
  }

  it('keep their reminder and their due time', async () => {
    const rows: { id: string; minutes: number | null }[] = await source.query(
      `SELECT id, round(extract(epoch FROM look_at - opened_at) / 60)::int AS minutes FROM obligation ORDER BY id`,
    );
    expect(rows.map(({ minutes }) => minutes)).toEqual([90, 120, null, 120, 120]);
  });

  it('are told to nobody anew by the upgrade', async () => {
    const room = obligationRoom(source);
    await source.query(`UPDATE obligation SET attended = false`);
    await room.newEngine().run();
    expect(await room.notices()).toEqual([]);
  });

  it('escalate at their due time like any other', async () => {
    const room = obligationRoom(source);
    await source.query(
      `UPDATE obligation SET opened_at = opened_at - interval '1 hour', due_at = due_at - interval '1 hour',
         look_at = look_at - interval '1 hour'`,
    );
    await room.newEngine().run();
    const told = (await room.notices()).filter(({ reason }) => reason === 'due');
    expect(told.map(({ obligation, recipient }) => [obligation, recipient]).sort()).toEqual([
      [1, 'administrators'],
      [2, 'administrators'],
      [4, 'administrators'],
      [5, 'administrators'],
    ]);
  });
});
