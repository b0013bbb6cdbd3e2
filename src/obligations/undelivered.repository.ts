import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fromHex } from '#protocol';
import { rows, type Prunable } from '../platform/index.js';
import type { Notice } from './notice.js';
import { OWED } from './obligation.repository.js';

/** A notice that reached nobody, for the operator: nothing of it leads to a case or a person. */
export interface UndeliveredNotice {
  readonly reason: string;
  readonly recipient: string;
  readonly atMs: number;
}

/** The only place with SQL on `undelivered_notice`. */
@Injectable()
export class UndeliveredRepository implements Prunable {
  constructor(private readonly source: DataSource) {}

  /** True the first time this cause is written. */
  async add(tx: EntityManager, notice: Notice, cause: string): Promise<boolean> {
    const written = await rows(
      tx,
      `INSERT INTO undelivered_notice (cause, reason, recipient, recipient_id, thread_id, obligation_id)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING cause`,
      [
        cause,
        notice.reason,
        notice.recipient,
        fromHex(notice.recipientId),
        notice.threadId === undefined ? null : fromHex(notice.threadId),
        notice.obligation ?? null,
      ],
    );
    return written.length > 0;
  }

  /** Which of these causes are written already. */
  async findKnown(causes: readonly string[]): Promise<ReadonlySet<string>> {
    if (causes.length === 0) return new Set();
    const found = await rows<{ cause: string }>(
      this.source,
      'SELECT cause FROM undelivered_notice WHERE cause = ANY($1::text[])',
      [causes],
    );
    return new Set(found.map(({ cause }) => cause));
  }

  /**
   * What concerns an obligation that is still open stays with it, and what nothing gets done stays known, so that it is
   * no news again.
   */
  async prune(days: number, limit: number): Promise<number> {
    const gone = await rows(
      this.source,
      `DELETE FROM undelivered_notice WHERE cause IN (
         SELECT cause FROM undelivered_notice AS told WHERE at < now() - $1 * interval '1 day'
           AND NOT EXISTS (SELECT FROM outbox WHERE dedupe_key = told.cause AND done_at IS NULL)
           AND NOT EXISTS (SELECT FROM obligation AS owed
             WHERE owed.thread_id = told.thread_id AND owed.id = told.obligation_id AND ${OWED})
         ORDER BY at LIMIT $2)
       RETURNING cause`,
      [days, limit],
    );
    return gone.length;
  }

  /** The newest of the last week of which somebody should have heard: not mere news, and not a test of oneself. */
  async listRecent(limit: number): Promise<UndeliveredNotice[]> {
    return rows<UndeliveredNotice>(
      this.source,
      `SELECT reason, recipient, extract(epoch FROM at)::float8 * 1000 AS "atMs"
       FROM undelivered_notice
       WHERE at > now() - interval '7 days' AND reason NOT IN ('update', 'drill') ORDER BY at DESC LIMIT $1`,
      [limit],
    );
  }
}
