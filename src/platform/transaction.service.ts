import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, QueryFailedError, QueryRunnerAlreadyReleasedError, type EntityManager } from 'typeorm';
import { Problem } from '#protocol';

const RETRYABLE = new Set(['40001', '40P01']);
/** Connection gone, server shutting down, too many connections, statement cancelled by a limit. */
const UNAVAILABLE = /^(08|57P|53|57014|25P0[34])/u;
const MAX_TRIES = 4;

/**
 * Opens transactions. Inside `work` nothing but the database is awaited: no HTTP, no queue, no socket.
 * A serialisation failure or deadlock is tried again; a database that is away is `service.unavailable`.
 */
@Injectable()
export class Transactions {
  constructor(private readonly source: DataSource) {}

  async run<Result>(work: (tx: EntityManager) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.source.transaction(work);
      } catch (error) {
        if (attempt < MAX_TRIES && RETRYABLE.has(sqlState(error) ?? '')) {
          await sleep(attempt * 5 + Math.random() * 10);
          continue;
        }
        throw isDatabaseAway(error) ? new Problem('service.unavailable') : error;
      }
    }
  }
}

/** The SQLSTATE of a failed statement, if it is one. */
export function sqlState(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT']);
const DRIVER_TEXT =
  /Connection terminated|timeout exceeded|Query read timeout|not queryable|Cannot use a pool/u;

/** True if the statement failed because the database could not be reached or had to stop, not because of it. */
export function isDatabaseAway(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined) return UNAVAILABLE.test(code) || SOCKET_CODES.has(code);
  // The connection was lost between two statements of a transaction: its runner was released at that moment.
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  return error instanceof Error && DRIVER_TEXT.test(error.message);
}
