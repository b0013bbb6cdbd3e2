import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { firstRow, rows, type Executor } from '../../platform/index.js';
import { ID, STRETCH } from './stretch.js';

export interface NewAbsence {
  readonly organisationId: Uint8Array;
  readonly personId: Uint8Array;
  readonly fromMs: number;
  readonly toMs: number;
  readonly coverId: Uint8Array | null;
}
export type Absence = Omit<NewAbsence, 'organisationId'> & { readonly id: string };

/** Who is away when, in all pools of the organisation. */
@Injectable()
export class AbsenceRepository {
  /** The new row's id, or null if he is away for part of that time already. */
  async add(tx: EntityManager, absence: NewAbsence): Promise<string | null> {
    const { organisationId, personId, fromMs, toMs, coverId } = absence;
    const row = await firstRow<{ id: string }>(
      tx,
      `INSERT INTO absence (organisation_id, person_id, from_at, to_at, cover_id)
       SELECT $1::bytea, $2::bytea, to_timestamp($3 / 1000.0), to_timestamp($4 / 1000.0), $5::bytea
       WHERE NOT EXISTS (
         SELECT FROM absence WHERE organisation_id = $1 AND person_id = $2 AND withdrawn_at IS NULL
           AND from_at < to_timestamp($4 / 1000.0) AND to_at > to_timestamp($3 / 1000.0))
       RETURNING ${ID}`,
      [organisationId, personId, fromMs, toMs, coverId],
    );
    return row?.id ?? null;
  }

  /**
   * True if it was there and not over. What has passed of it stays as it was.
   * @param ownerId only his own; null: anybody's
   */
  async withdraw(
    tx: EntityManager,
    { organisationId, id, ownerId }: { organisationId: Uint8Array; id: string; ownerId: Uint8Array | null },
  ): Promise<boolean> {
    const found = await rows(
      tx,
      `UPDATE absence SET withdrawn_at = now()
       WHERE id = $2::uuid AND organisation_id = $1 AND ($3::bytea IS NULL OR person_id = $3)
         AND withdrawn_at IS NULL AND to_at > now() RETURNING true AS done`,
      [organisationId, id, ownerId],
    );
    return found.length > 0;
  }

  async listCurrent(executor: Executor, organisationId: Uint8Array): Promise<Absence[]> {
    return rows<Absence>(
      executor,
      `SELECT ${ID}, person_id AS "personId", cover_id AS "coverId", ${STRETCH} FROM absence
       WHERE organisation_id = $1 AND withdrawn_at IS NULL AND to_at > now() ORDER BY from_at, absence.id`,
      [organisationId],
    );
  }
}
