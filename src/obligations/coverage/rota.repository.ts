import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Rota } from '#calendar';
import { firstRow, rows, type Executor } from '../../platform/index.js';
import type { Pool } from './pool.js';

export interface RotaVersion {
  readonly version: number;
  readonly rota: Rota;
}

/** Versions of rotas. A pool with a rota is looked after from then on. */
@Injectable()
export class RotaRepository {
  async findNewest(executor: Executor, { organisationId, role }: Pool): Promise<RotaVersion | null> {
    return firstRow<RotaVersion>(
      executor,
      'SELECT version, rota FROM rota WHERE organisation_id = $1 AND role = $2 ORDER BY version DESC LIMIT 1',
      [organisationId, role],
    );
  }

  async add(
    tx: EntityManager,
    { organisationId, role }: Pool,
    { version, rota }: RotaVersion,
  ): Promise<void> {
    await rows(tx, 'INSERT INTO rota (organisation_id, role, version, rota) VALUES ($1, $2, $3, $4)', [
      organisationId,
      role,
      version,
      JSON.stringify(rota),
    ]);
  }
}
