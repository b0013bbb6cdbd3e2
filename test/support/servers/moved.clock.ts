import pg from 'pg';

/** The clock of one database, which a test moves forward instead of waiting. */
export interface MovableClock {
  /** From the next transaction on, `now()` is so much later. */
  advance(ms: number): Promise<void>;
  /** Forward to the next time it is HH:MM in UTC: for whatever counts by the day, or crosses from one into the next. */
  advanceTo(time: string): Promise<void>;
  /** How far it stands ahead of real time. */
  aheadMs(): Promise<number>;
}

/**
 * Puts a `now()` of the test before PostgreSQL's own, for every session that begins afterwards. Views and defaults keep
 * the `now()` they were made with, so this runs before the migrations; a copy of a database needs it once more, because
 * its search path is not copied.
 */
export async function installMovableClock(url: string): Promise<MovableClock> {
  await inSession(url, async (session) => {
    await session.query(INSTALL);
    const { rows } = await session.query<{ name: string }>('SELECT current_database() AS name');
    await session.query(
      `ALTER DATABASE ${rows[0]?.name ?? ''} SET search_path = public, moved_clock, pg_catalog`,
    );
  });
  return movableClock(url);
}

function movableClock(url: string): MovableClock {
  return {
    advance: (ms) =>
      inSession(url, async (session) => {
        await session.query(`UPDATE moved_clock.ahead SET by = by + $1 * interval '1 millisecond'`, [ms]);
      }),
    advanceTo: (time) =>
      inSession(url, async (session) => {
        await session.query(ADVANCE_TO, [time]);
      }),
    aheadMs: () =>
      inSession(url, async (session) => {
        const { rows } = await session.query<{ ms: number }>(
          'SELECT extract(epoch FROM by)::float8 * 1000 AS ms FROM moved_clock.ahead',
        );
        return rows[0]?.ms ?? 0;
      }),
  };
}

const INSTALL = `
  CREATE SCHEMA IF NOT EXISTS moved_clock;
  CREATE TABLE IF NOT EXISTS moved_clock.ahead (by interval NOT NULL);
  INSERT INTO moved_clock.ahead SELECT interval '0' WHERE NOT EXISTS (SELECT FROM moved_clock.ahead);
  CREATE OR REPLACE FUNCTION moved_clock.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + (SELECT by FROM moved_clock.ahead)';
`;

const ADVANCE_TO = `
  UPDATE moved_clock.ahead SET by = by + wait + CASE WHEN wait > interval '0' THEN interval '0' ELSE interval '1 day' END
  FROM (SELECT $1::time - (moved_clock.now() AT TIME ZONE 'UTC')::time AS wait) AS today
`;

async function inSession<Result>(
  url: string,
  work: (session: pg.Client) => Promise<Result>,
): Promise<Result> {
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
