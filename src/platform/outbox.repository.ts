import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { firstRow, rows } from './rows.js';

/** An effect to come. `dedupeKey` names it for ever; the payload carries ids and numbers, never content. */
export interface OutboxRow {
  readonly dedupeKey: string;
  readonly topic: string;
  readonly payload: Readonly<Record<string, string | number>>;
}

export interface ClaimedOutboxRow extends OutboxRow {
  readonly id: number;
  readonly createdAt: Date;
}

/** How long an enqueued effect may stay undone before it is claimed again. */
const REDO_AFTER_MS = 30_000;

/** Rows are written in the transaction that decides them and survive everything that may happen to the queue. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly source: DataSource) {}

  /** A second row with the same dedupe key is the same effect and is not written. */
  async add(tx: EntityManager, added: readonly OutboxRow[]): Promise<void> {
    if (added.length === 0) return;
    await rows(
      tx,
      `INSERT INTO outbox (dedupe_key, topic, payload)
       SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[])
       ON CONFLICT (dedupe_key) DO NOTHING`,
      [
        added.map((row) => row.dedupeKey),
        added.map((row) => row.topic),
        added.map((row) => JSON.stringify(row.payload)),
      ],
    );
  }

  /**
   * Leases rows nobody works on, the most urgent first, then the oldest: never enqueued, or enqueued and not done for
   * half a minute.
   * Several dispatchers may claim at once; no row goes to two of them while its lease runs.
   */
  async claim(limit: number, leaseMs: number): Promise<ClaimedOutboxRow[]> {
    return rows<ClaimedOutboxRow>(
      this.source,
      `UPDATE outbox SET leased_until = now() + $2 * interval '1 millisecond', tries = tries + 1
       WHERE id IN (
         SELECT id FROM outbox
         WHERE done_at IS NULL
           AND (leased_until IS NULL OR leased_until < now())
           AND (enqueued_at IS NULL OR enqueued_at < now() - $3 * interval '1 millisecond')
         ORDER BY payload -> 'urgency' DESC NULLS LAST, id LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id, dedupe_key AS "dedupeKey", topic, payload, created_at AS "createdAt"`,
      [limit, leaseMs, REDO_AFTER_MS],
    );
  }

  async markEnqueued(ids: readonly number[]): Promise<void> {
    await rows(this.source, 'UPDATE outbox SET enqueued_at = now(), leased_until = NULL WHERE id = ANY($1)', [
      ids,
    ]);
  }

  /** Puts rows back to be claimed after `delayMs` (0: at once): the queue refused them, or the effect must be retried. */
  async postpone(ids: readonly number[], delayMs: number): Promise<void> {
    await rows(
      this.source,
      `UPDATE outbox SET enqueued_at = NULL, leased_until = now() + $2 * interval '1 millisecond'
       WHERE id = ANY($1) AND done_at IS NULL`,
      [ids, delayMs],
    );
  }

  /** An effect that still has to happen, or null. */
  async findUndone(id: number): Promise<ClaimedOutboxRow | null> {
    return firstRow<ClaimedOutboxRow>(
      this.source,
      `SELECT id, dedupe_key AS "dedupeKey", topic, payload, created_at AS "createdAt"
       FROM outbox WHERE id = $1 AND done_at IS NULL`,
      [id],
    );
  }

  /** Rows that were claimed again and again without getting done, oldest first, `afterId` on. */
  async findDead(dead: {
    readonly topic: string;
    readonly tries: number;
    readonly olderThanMs: number;
    readonly atOnce: number;
    readonly afterId: number;
  }): Promise<ClaimedOutboxRow[]> {
    return rows<ClaimedOutboxRow>(
      this.source,
      `SELECT id, dedupe_key AS "dedupeKey", topic, payload, created_at AS "createdAt"
       FROM outbox WHERE done_at IS NULL AND topic = $1 AND tries >= $2
         AND created_at < now() - $3 * interval '1 millisecond' AND id > $5
       ORDER BY id LIMIT $4`,
      [dead.topic, dead.tries, dead.olderThanMs, dead.atOnce, dead.afterId],
    );
  }

  async markDone(ids: readonly number[]): Promise<void> {
    await rows(this.source, 'UPDATE outbox SET done_at = now(), leased_until = NULL WHERE id = ANY($1)', [
      ids,
    ]);
  }

  /** An effect that was thought done is not: it runs again. */
  async reopen(tx: EntityManager, dedupeKey: string): Promise<void> {
    await rows(
      tx,
      `UPDATE outbox SET done_at = NULL, enqueued_at = NULL, leased_until = NULL WHERE dedupe_key = $1`,
      [dedupeKey],
    );
  }

  /** Null: there is no such effect. */
  async isDone(dedupeKey: string): Promise<boolean | null> {
    const row = await firstRow<{ done: boolean }>(
      this.source,
      'SELECT done_at IS NOT NULL AS done FROM outbox WHERE dedupe_key = $1',
      [dedupeKey],
    );
    return row?.done ?? null;
  }

  /** Removes up to `limit` effects that were done more than `days` ago, and says how many. */
  async prune(days: number, limit: number): Promise<number> {
    const gone = await rows(
      this.source,
      `DELETE FROM outbox WHERE id IN (
         SELECT id FROM outbox WHERE done_at < now() - $1 * interval '1 day' ORDER BY done_at LIMIT $2)
       RETURNING id`,
      [days, limit],
    );
    return gone.length;
  }

  /** Age of the oldest effect that is not done, in milliseconds; null if there is none. */
  async findOldestUndoneMs(): Promise<number | null> {
    const [row] = await rows<{ age_ms: number | null }>(
      this.source,
      `SELECT extract(epoch FROM now() - min(created_at))::float8 * 1000 AS age_ms
       FROM outbox WHERE done_at IS NULL`,
    );
    return row?.age_ms ?? null;
  }
}
