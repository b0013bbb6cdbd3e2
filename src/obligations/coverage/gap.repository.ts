import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Gap } from '#calendar';
import { rows, type Executor } from '../../platform/index.js';
import type { Pool } from './pool.js';

/** Which gaps of a pool somebody has been told of, and on which day last. */
@Injectable()
export class GapRepository {
  /** Notes the gaps and returns the beginnings of those nobody was told of today, earliest first. */
  async note(tx: EntityManager, { organisationId, role }: Pool, gaps: readonly Gap[]): Promise<number[]> {
    if (gaps.length === 0) return [];
    const found = await rows<{ fromMs: number }>(
      tx,
      `INSERT INTO coverage_gap AS known (organisation_id, role, slot, from_at, to_at, told_on)
       SELECT $1::bytea, $2::smallint, slot, to_timestamp(from_ms / 1000), to_timestamp(to_ms / 1000),
         (now() AT TIME ZONE 'UTC')::date
       FROM unnest($3::text[], $4::float8[], $5::float8[]) AS given (slot, from_ms, to_ms)
       ORDER BY slot, from_ms
       ON CONFLICT (organisation_id, role, slot, from_at) DO UPDATE
         SET to_at = excluded.to_at, told_on = excluded.told_on WHERE known.told_on < excluded.told_on
       RETURNING round(extract(epoch FROM from_at) * 1000)::float8 AS "fromMs"`,
      [
        organisationId,
        role,
        gaps.map(({ slot }) => slot),
        gaps.map(({ fromMs }) => fromMs),
        gaps.map(({ toMs }) => toMs),
      ],
    );
    return found.map(({ fromMs }) => fromMs).toSorted((a, b) => a - b);
  }

  /** A gap that lies behind is never found again. */
  async prune(executor: Executor, days: number, limit: number): Promise<number> {
    const gone = await rows(
      executor,
      `DELETE FROM coverage_gap WHERE (organisation_id, role, slot, from_at) IN (
         SELECT organisation_id, role, slot, from_at FROM coverage_gap
         WHERE to_at < now() - $1 * interval '1 day' LIMIT $2)
       RETURNING role`,
      [days, limit],
    );
    return gone.length;
  }
}
