import { EntityManager, QueryRunnerAlreadyReleasedError, type DataSource, type QueryRunner } from 'typeorm';

/** Either door to the database: a transaction's manager, or the pool for a single statement. */
export type Executor = EntityManager | DataSource;

/**
 * Rows of one SQL statement, of whatever command. int8 arrives as a number, bytea as a plain Uint8Array. The caller
 * states the row's shape: it wrote the SQL, as a constant, because every text is prepared once per connection.
 */
export async function rows<Row extends object>(
  executor: Executor,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const transaction = executor instanceof EntityManager ? executor.queryRunner : undefined;
  if (transaction !== undefined) return run(transaction, sql, parameters);
  const source = executor instanceof EntityManager ? executor.dataSource : executor;
  const runner = source.createQueryRunner();
  try {
    return await run(runner, sql, parameters);
  } finally {
    await runner.release();
  }
}

/** What is used of the driver's connection: TypeORM itself has no word for prepared statements. */
interface Connection {
  query(statement: { name: string; text: string; values: readonly unknown[] }): Promise<{ rows: unknown[] }>;
}

/** Planning one of these statements takes as long as running it: PostgreSQL keeps the plan under the name. */
async function run<Row>(runner: QueryRunner, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  // TypeORM hands out the connection of a transaction that is over, which by now may be somebody else's.
  if (runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
  const connection = (await runner.connect()) as Connection;
  const answer = await connection.query({ name: nameOf(sql), text: sql, values: parameters });
  return answer.rows as Row[];
}

const names = new Map<string, string>();

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `s${names.size}`;
  names.set(sql, name);
  return name;
}

/** The first row, or null. */
export async function firstRow<Row extends object>(
  executor: Executor,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row | null> {
  return (await rows<Row>(executor, sql, parameters))[0] ?? null;
}
