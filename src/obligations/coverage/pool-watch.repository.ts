import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { rows } from '../../platform/index.js';
import type { Pool } from './pool.js';

/** How long a pool is left alone between two looks at it. */
const LOOK_EVERY_MS = 60_000;

export interface WatchedPool extends Pool {
  /** Shifts that begin up to this instant have been handed over. */
  readonly handledUntilMs: number;
}

/** Pools with a rota, and when somebody looks at each next. The only place with SQL on `coverage_pool`. */
@Injectable()
export class PoolWatchRepository {
  /** Looks after a pool from now on: shifts that begin later are handed over. */
  async begin(tx: EntityManager, { organisationId, role }: Pool): Promise<void> {
    await rows(
      tx,
      'INSERT INTO coverage_pool (organisation_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [organisationId, role],
    );
  }

  /** Something was planned: the next look comes at once. */
  async lookSoon(tx: EntityManager, organisationId: Uint8Array): Promise<void> {
    await rows(
      tx,
      'UPDATE coverage_pool SET next_look_at = now() WHERE organisation_id = $1 AND next_look_at > now()',
      [organisationId],
    );
  }

  /** Takes up to `limit` pools whose look is due, and puts their next one off. Held ones are left to their holder. */
  async takeDue(tx: EntityManager, limit: number): Promise<WatchedPool[]> {
    return rows<WatchedPool>(
      tx,
      `WITH due AS (
         SELECT organisation_id, role, handled_until FROM coverage_pool WHERE next_look_at <= now()
         ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       UPDATE coverage_pool AS pool
       SET next_look_at = now() + $2 * interval '1 millisecond', handled_until = greatest(pool.handled_until, now())
       FROM due WHERE pool.organisation_id = due.organisation_id AND pool.role = due.role
       RETURNING pool.organisation_id AS "organisationId", pool.role,
         extract(epoch FROM due.handled_until)::float8 * 1000 AS "handledUntilMs"`,
      [limit, LOOK_EVERY_MS],
    );
  }
}
