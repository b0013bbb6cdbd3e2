import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { firstRow, rows } from '../../platform/index.js';
import type { Pool } from './pool.js';

/** How long a pool is left alone between two looks at it. */
const LOOK_EVERY_MS = 60_000;

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

  /** Takes up to `limit` pools whose look is due, and puts their next one off: nobody else takes them meanwhile. */
  async takeDue(tx: EntityManager, limit: number): Promise<Pool[]> {
    return rows<Pool>(
      tx,
      `UPDATE coverage_pool SET next_look_at = now() + $2 * interval '1 millisecond'
       WHERE (organisation_id, role) IN (
         SELECT organisation_id, role FROM coverage_pool WHERE next_look_at <= now()
         ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING organisation_id AS "organisationId", role`,
      [limit, LOOK_EVERY_MS],
    );
  }

  /**
   * Holds a pool until the transaction ends and counts every shift that has begun by now as handed over.
   * @returns up to which instant they were before, in Unix milliseconds
   */
  async handle(tx: EntityManager, { organisationId, role }: Pool): Promise<number> {
    const held = await firstRow<{ handledUntilMs: number }>(
      tx,
      `SELECT extract(epoch FROM handled_until)::float8 * 1000 AS "handledUntilMs"
       FROM coverage_pool WHERE organisation_id = $1 AND role = $2 FOR UPDATE`,
      [organisationId, role],
    );
    if (held === null) throw new Error('a pool that is looked at has no row');
    await rows(
      tx,
      `UPDATE coverage_pool SET handled_until = greatest(handled_until, now())
       WHERE organisation_id = $1 AND role = $2`,
      [organisationId, role],
    );
    return held.handledUntilMs;
  }
}
