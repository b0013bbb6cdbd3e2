import { Injectable } from '@nestjs/common';
import type { Change, Leave, PoolPlan, Rota, Slot } from '#calendar';
import { toHex, type Role } from '#protocol';
import { rows, type Executor } from '../../platform/index.js';
import { grouped, poolColumns, poolKey, type Pool } from './pool.js';

const POOLS = 'unnest($1::bytea[], $2::smallint[]) AS pool (organisation_id, role)';
const STRETCH = `extract(epoch FROM from_at)::float8 * 1000 AS "fromMs",
  extract(epoch FROM to_at)::float8 * 1000 AS "toMs"`;

interface ChangeRow extends Pool {
  readonly slot: Slot;
  readonly giver: Uint8Array | null;
  readonly person: Uint8Array | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads together what the calendar needs to say who is on duty in a pool. */
@Injectable()
export class PlanRepository {
  /**
   * The plans of those pools that have a rota, by `poolKey`: the newest rota, whatever still matters of its changes
   * and of leave after `fromMs`, and the people attested now.
   */
  async find(tx: Executor, pools: readonly Pool[], fromMs: number): Promise<Map<string, PoolPlan>> {
    const columns = poolColumns(pools);
    const rotas = await this.rotas(tx, columns);
    if (rotas.size === 0) return new Map();
    const changes = await this.changes(tx, columns, fromMs);
    const leave = await this.leave(tx, columns[0], fromMs);
    const people = await this.people(tx, columns);
    return new Map(
      [...rotas].map(([key, { rota, organisationId }]) => [
        key,
        {
          rota,
          changes: changes.get(key) ?? [],
          leave: leave.get(toHex(organisationId)) ?? [],
          people: new Set(people.get(key)),
        },
      ]),
    );
  }

  private async rotas(tx: Executor, columns: [Uint8Array[], Role[]]) {
    const found = await rows<Pool & { rota: Rota }>(
      tx,
      `SELECT newest.organisation_id AS "organisationId", newest.role, newest.rota
       FROM ${POOLS} CROSS JOIN LATERAL (
         SELECT * FROM rota WHERE rota.organisation_id = pool.organisation_id AND rota.role = pool.role
         ORDER BY version DESC LIMIT 1) AS newest`,
      columns,
    );
    return new Map(found.map((row) => [poolKey(row), row]));
  }

  /** In the order in which they were decided: a swap is decided when it is accepted. */
  private async changes(tx: Executor, columns: [Uint8Array[], Role[]], fromMs: number) {
    const found = await rows<ChangeRow>(
      tx,
      `SELECT organisation_id AS "organisationId", role, slot, giver, person, ${STRETCH}
       FROM (
         SELECT organisation_id, role, slot, NULL::bytea AS giver, person_id AS person, from_at, to_at, decided_at, id
         FROM duty_override WHERE withdrawn_at IS NULL
         UNION ALL
         SELECT organisation_id, role, slot, giver_id, taker_id, from_at, to_at, decided_at, id
         FROM duty_swap WHERE state = 'accepted'
       ) AS change JOIN ${POOLS} USING (organisation_id, role)
       WHERE to_at > to_timestamp($3 / 1000.0) ORDER BY decided_at, id`,
      [...columns, fromMs],
    );
    return grouped(found, poolKey, changeOf);
  }

  private async leave(tx: Executor, organisations: readonly Uint8Array[], fromMs: number) {
    const found = await rows<{
      organisationId: Uint8Array;
      person: Uint8Array;
      cover: Uint8Array | null;
      fromMs: number;
      toMs: number;
    }>(
      tx,
      `SELECT organisation_id AS "organisationId", person_id AS person, cover_id AS cover, ${STRETCH}
       FROM absence
       WHERE organisation_id = ANY($1::bytea[]) AND withdrawn_at IS NULL AND to_at > to_timestamp($2 / 1000.0)
       ORDER BY written_at, id`,
      [organisations, fromMs],
    );
    return grouped(
      found,
      ({ organisationId }) => toHex(organisationId),
      ({ person, cover, ...stretch }): Leave => ({
        person: toHex(person),
        cover: cover === null ? null : toHex(cover),
        fromMs: stretch.fromMs,
        toMs: stretch.toMs,
      }),
    );
  }

  private async people(tx: Executor, columns: [Uint8Array[], Role[]]) {
    const found = await rows<Pool & { user: Uint8Array }>(
      tx,
      `SELECT DISTINCT organisation_id AS "organisationId", role, user_id AS user
       FROM live_attestation JOIN ${POOLS} USING (organisation_id, role)`,
      columns,
    );
    return grouped(found, poolKey, ({ user }) => toHex(user));
  }
}

function changeOf({ slot, giver, person, fromMs, toMs }: ChangeRow): Change {
  const holder = person === null ? null : toHex(person);
  return giver !== null && holder !== null
    ? { kind: 'swap', slot, giver: toHex(giver), taker: holder, fromMs, toMs }
    : { kind: 'override', slot, person: holder, fromMs, toMs };
}
