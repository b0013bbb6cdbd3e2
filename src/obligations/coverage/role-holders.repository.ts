import { Injectable } from '@nestjs/common';
import { rows, type Executor } from '../../platform/index.js';
import { grouped, poolColumns, poolKey, type Pool } from './pool.js';

/** Everybody attested in a role of an organisation now: its directors, its coordinators. */
@Injectable()
export class RoleHolders {
  /** One list of user ids per query, in their order. */
  async find(tx: Executor, queries: readonly Pool[]): Promise<readonly (readonly Uint8Array[])[]> {
    const found = await rows<Pool & { user: Uint8Array }>(
      tx,
      `SELECT DISTINCT organisation_id AS "organisationId", role, user_id AS user
       FROM live_attestation
       JOIN unnest($1::bytea[], $2::smallint[]) AS pool (organisation_id, role) USING (organisation_id, role)
       ORDER BY user_id`,
      poolColumns(queries),
    );
    const holders = grouped(found, poolKey, ({ user }) => user);
    return queries.map((query) => holders.get(poolKey(query)) ?? []);
  }
}
