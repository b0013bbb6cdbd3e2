import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Role } from '#protocol';
import { firstRow, rows, type Executor } from '../../platform/index.js';
import { ID, STRETCH, type SlotStretch } from './stretch.js';

export interface NewOverride extends SlotStretch {
  readonly personId: Uint8Array | null;
}
export type Override = Omit<NewOverride, 'organisationId'> & { readonly id: string };

/** Decisions that somebody, or nobody, is on duty for some time. */
@Injectable()
export class OverrideRepository {
  /** The new row's id, or null if another override of that slot stands in part of the time. */
  async add(tx: EntityManager, override: NewOverride): Promise<string | null> {
    const { organisationId, role, slot, fromMs, toMs, personId } = override;
    const row = await firstRow<{ id: string }>(
      tx,
      `INSERT INTO duty_override (organisation_id, role, slot, from_at, to_at, person_id)
       SELECT $1::bytea, $2::smallint, $3::text, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0), $6::bytea
       WHERE NOT EXISTS (
         SELECT FROM duty_override WHERE organisation_id = $1 AND role = $2 AND slot = $3
           AND withdrawn_at IS NULL AND from_at < to_timestamp($5 / 1000.0) AND to_at > to_timestamp($4 / 1000.0))
       RETURNING ${ID}`,
      [organisationId, role, slot, fromMs, toMs, personId],
    );
    return row?.id ?? null;
  }

  /** Its pool, or null if there is none that could be withdrawn. What is over stays as it was. */
  async withdraw(
    tx: EntityManager,
    organisationId: Uint8Array,
    id: string,
  ): Promise<{ readonly role: Role } | null> {
    return firstRow<{ role: Role }>(
      tx,
      `UPDATE duty_override SET withdrawn_at = now()
       WHERE id = $2::uuid AND organisation_id = $1 AND withdrawn_at IS NULL AND to_at > now() RETURNING role`,
      [organisationId, id],
    );
  }

  async listCurrent(executor: Executor, organisationId: Uint8Array): Promise<Override[]> {
    return rows<Override>(
      executor,
      `SELECT ${ID}, role, slot, ${STRETCH}, person_id AS "personId" FROM duty_override
       WHERE organisation_id = $1 AND withdrawn_at IS NULL AND to_at > now() ORDER BY from_at, duty_override.id`,
      [organisationId],
    );
  }
}
