import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { Config } from '../config/index.js';
import { MIGRATIONS } from '../../migrations/index.js';

const OID_INT8 = 20;
const OID_BYTEA = 17;
const STATEMENT_LIMIT_MS = 15_000;

/** Numbers stay below 2^53 by the wire page; bytes are plain arrays that own their memory. */
function typeParsers(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(OID_INT8, Number);
  types.setTypeParser(OID_BYTEA, (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex')));
  return types;
}

/** How this service talks to PostgreSQL. Nothing is synchronised; nothing is logged by TypeORM. */
export function databaseOptions(config: Config): DataSourceOptions {
  return {
    type: 'postgres',
    url: config.databaseUrl.reveal(),
    applicationName: 'trialogue',
    synchronize: false,
    migrationsRun: false,
    logging: false,
    migrations: [...MIGRATIONS],
    migrationsTableName: 'schema_migration',
    connectTimeoutMS: 5_000,
    poolSize: 16,
    // A dropped idle connection is replaced at its next use; a real outage shows in the query that fails.
    poolErrorHandler: () => undefined,
    extra: {
      types: typeParsers(),
      keepAlive: true,
      statement_timeout: STATEMENT_LIMIT_MS,
      query_timeout: STATEMENT_LIMIT_MS + 5_000,
      idle_in_transaction_session_timeout: STATEMENT_LIMIT_MS,
    },
  };
}
