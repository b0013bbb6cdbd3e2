import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Role } from '#protocol';
import { rows, type Executor } from '../../platform/index.js';
import type { Standing } from './coverage-access.service.js';

export interface CoverageAct {
  readonly act: string;
  readonly role: Role | null;
  /** The id or version that came of it. */
  readonly subject: string;
}

interface RecordedAct extends CoverageAct {
  readonly atMs: number;
  readonly actorKind: Standing['kind'];
  readonly actorId: Uint8Array;
}

/** Most acts one answer shows. */
const SHOWN = 200;

/** Who planned what when. The only place with SQL on `coverage_act`. */
@Injectable()
export class CoverageActRepository {
  async add(tx: EntityManager, by: Standing, { act, role, subject }: CoverageAct): Promise<void> {
    await rows(
      tx,
      `INSERT INTO coverage_act (organisation_id, role, actor_kind, actor_id, act, subject)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [by.organisationId, role, by.kind, by.id, act, subject],
    );
  }

  async listNewest(executor: Executor, organisationId: Uint8Array): Promise<RecordedAct[]> {
    return rows<RecordedAct>(
      executor,
      `SELECT act, role, subject, round(extract(epoch FROM at) * 1000)::float8 AS "atMs",
         actor_kind AS "actorKind", actor_id AS "actorId"
       FROM coverage_act WHERE organisation_id = $1 ORDER BY id DESC LIMIT ${SHOWN}`,
      [organisationId],
    );
  }
}
