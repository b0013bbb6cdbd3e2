import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ROLE, type Role } from '#protocol';
import { rows, type Executor } from '../../platform/index.js';

/** What entitles somebody to see and plan the coverage of an organisation. */
@Injectable()
export class PlannerRepository {
  /** The roles of staff in which a person is attested there now. */
  async findStaffRoles(
    executor: Executor,
    organisationId: Uint8Array,
    userId: Uint8Array,
  ): Promise<ReadonlySet<Role>> {
    const found = await rows<{ role: Role }>(
      executor,
      'SELECT role FROM live_attestation WHERE organisation_id = $1 AND user_id = $2 AND role <> $3',
      [organisationId, userId, ROLE.client],
    );
    return new Set(found.map(({ role }) => role));
  }

  /** Until the transaction ends nobody else plans for this organisation. */
  async hold(tx: EntityManager, organisationId: string): Promise<void> {
    await rows(tx, `SELECT pg_advisory_xact_lock(hashtextextended('coverage ' || $1, 0))`, [organisationId]);
  }
}
