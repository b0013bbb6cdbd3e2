import { EntityManager, type DataSource } from 'typeorm';

/** Either door to the database: a transaction's manager, or the pool for a single statement. */
export type Executor = EntityManager | DataSource;

/**
 * Rows of one SQL statement, of whatever command (TypeORM alone would answer UPDATE and SELECT differently).
 * int8 arrives as a number, bytea as a plain Uint8Array. The caller states the row's shape: it wrote the SQL.
 */
export async function rows<Row extends object>(
  executor: Executor,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const transaction = executor instanceof EntityManager ? executor.queryRunner : undefined;
  if (transaction !== undefined) {
    return (await transaction.query(sql, [...parameters], true)).records as Row[];
  }
  const source = executor instanceof EntityManager ? executor.dataSource : executor;
  const runner = source.createQueryRunner();
  try {
    return (await runner.query(sql, [...parameters], true)).records as Row[];
  } finally {
    await runner.release();
  }
}

/** The first row, or null. */
export async function firstRow<Row extends object>(
  executor: Executor,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row | null> {
  return (await rows<Row>(executor, sql, parameters))[0] ?? null;
}
