import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { firstRow, rows, type Executor } from '../../platform/index.js';
import { ID, STRETCH } from './stretch.js';
import type { NewSwap, SettledState, Swap } from './swap.js';

const COLUMNS = `${ID}, organisation_id AS "organisationId", role, slot, ${STRETCH},
  giver_id AS "giverId", taker_id AS "takerId", state`;

/** The only place with SQL on `duty_swap` but the plan's. */
@Injectable()
export class SwapRepository {
  /** The new row's id, or null if the giver has proposed part of that time already. */
  async add(tx: EntityManager, swap: NewSwap): Promise<string | null> {
    const { organisationId, role, slot, fromMs, toMs, giverId, takerId } = swap;
    const row = await firstRow<{ id: string }>(
      tx,
      `INSERT INTO duty_swap (organisation_id, role, slot, from_at, to_at, giver_id, taker_id)
       SELECT $1::bytea, $2::smallint, $3::text, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0), $6::bytea, $7::bytea
       WHERE NOT EXISTS (
         SELECT FROM duty_swap WHERE organisation_id = $1 AND role = $2 AND slot = $3 AND giver_id = $6
           AND state = 'proposed' AND from_at < to_timestamp($5 / 1000.0) AND to_at > to_timestamp($4 / 1000.0))
       RETURNING ${ID}`,
      [organisationId, role, slot, fromMs, toMs, giverId, takerId],
    );
    return row?.id ?? null;
  }

  async find(tx: EntityManager, organisationId: Uint8Array, id: string): Promise<Swap | null> {
    return firstRow<Swap>(
      tx,
      `SELECT ${COLUMNS} FROM duty_swap WHERE id = $2::uuid AND organisation_id = $1 FOR UPDATE`,
      [organisationId, id],
    );
  }

  async settle(tx: EntityManager, id: string, state: SettledState): Promise<void> {
    await rows(tx, 'UPDATE duty_swap SET state = $2, decided_at = now() WHERE id = $1::uuid', [id, state]);
  }

  async listCurrent(executor: Executor, organisationId: Uint8Array): Promise<Swap[]> {
    return rows<Swap>(
      executor,
      `SELECT ${COLUMNS} FROM duty_swap
       WHERE organisation_id = $1 AND to_at > now() ORDER BY from_at, duty_swap.id`,
      [organisationId],
    );
  }
}
