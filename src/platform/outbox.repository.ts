import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Prunable } from './prunable.js';
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

export interface UndoneOutboxRow extends ClaimedOutboxRow {
  /** Since when it is late, as the database writes it. Whoever does the effect has done that one, and none asked since. */
  readonly dueAt: string;
}

/** Effects nobody has done although they should be. */
export interface Late {
  /** At most a thousand are counted. */
  readonly count: number;
  /** How late the latest is; null without any. */
  readonly longestMs: number | null;
}

/** How long a claimed effect may stay undone before it is claimed again. */
const REDO_AFTER_MS = 30_000;
/** Less is the ordinary time between an effect's writing and its doing. */
const LATE_AFTER_MS = 5_000;
const MOST_LATE = 1_000;
/** The instant from which a row may be claimed, as the index has it. */
const CLAIMABLE_AT = 'coalesce(leased_until, created_at)';

/**
 * Priority by priority, so that each is a bounded piece of the index: a backlog that waits, or that is less urgent, is
 * not looked at. Priorities come in the order of their place without being sorted, so that none is looked at once the
 * batch is full. Rows another dispatcher holds are passed over. `enqueued_at` is written for the version before this one,
 * which reads it beside `leased_until`; it goes when that version can be gone.
 */
export const CLAIM = `
  UPDATE outbox SET enqueued_at = now(), leased_until = now() + ${REDO_AFTER_MS} * interval '1 millisecond',
    tries = tries + 1
  WHERE id = ANY (ARRAY(
    SELECT row.id FROM unnest('{4,3,2,1,0}'::smallint[]) WITH ORDINALITY AS level (priority, place)
    CROSS JOIN LATERAL (
      SELECT id FROM outbox
      WHERE done_at IS NULL AND outbox.priority = level.priority AND ${CLAIMABLE_AT} <= now()
      ORDER BY ${CLAIMABLE_AT} LIMIT $1 FOR UPDATE SKIP LOCKED) AS row
    ORDER BY level.place LIMIT $1))
  RETURNING id, dedupe_key AS "dedupeKey", topic, payload, created_at AS "createdAt"`;

/** Rows are written in the transaction that decides them and survive everything that may happen to the queue. */
@Injectable()
export class OutboxRepository implements Prunable {
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
   * Takes rows nobody works on, the most urgent first, then those that could be claimed first: never claimed, put back,
   * or claimed and not done for half a minute. Costs the same however many rows wait.
   * Several dispatchers may claim at once; no row goes to two of them within that time.
   */
  async claim(limit: number): Promise<ClaimedOutboxRow[]> {
    return rows<ClaimedOutboxRow>(this.source, CLAIM, [limit]);
  }

  /** Gives claimed rows back at once. Nobody has tried to do them: that the queue refuses a row does not make it a dead letter. */
  async giveBack(ids: readonly number[]): Promise<void> {
    await rows(
      this.source,
      `UPDATE outbox SET enqueued_at = NULL, leased_until = now(), tries = greatest(tries - 1, 0)
       WHERE id = ANY($1) AND done_at IS NULL`,
      [ids],
    );
  }

  /** Rows whose effect failed are claimed again after this long. */
  async retryAfter(ids: readonly number[], delayMs: number): Promise<void> {
    await rows(
      this.source,
      `UPDATE outbox SET enqueued_at = NULL, leased_until = now() + $2 * interval '1 millisecond'
       WHERE id = ANY($1) AND done_at IS NULL`,
      [ids, delayMs],
    );
  }

  /** The effect itself says when it has to go on, unless it was reopened: until then it waits and is not late. */
  async postpone({ id, dueAt }: Pick<UndoneOutboxRow, 'id' | 'dueAt'>, delayMs: number): Promise<void> {
    await rows(
      this.source,
      `UPDATE outbox SET enqueued_at = NULL, leased_until = later, due_at = later
       FROM (SELECT now() + $3 * interval '1 millisecond' AS later) AS given
       WHERE id = $1 AND due_at = $2::text::timestamptz AND done_at IS NULL`,
      [id, dueAt, delayMs],
    );
  }

  /** An effect that still has to happen, or null. */
  async findUndone(id: number): Promise<UndoneOutboxRow | null> {
    return firstRow<UndoneOutboxRow>(
      this.source,
      `SELECT id, dedupe_key AS "dedupeKey", topic, payload, created_at AS "createdAt", due_at::text AS "dueAt"
       FROM outbox WHERE id = $1 AND done_at IS NULL`,
      [id],
    );
  }

  /** Rows that were claimed twenty times without getting done, oldest first, `afterId` on. */
  async findDead(dead: {
    readonly topic: string;
    readonly olderThanMs: number;
    readonly atOnce: number;
    readonly afterId: number;
  }): Promise<ClaimedOutboxRow[]> {
    return rows<ClaimedOutboxRow>(
      this.source,
      `SELECT id, dedupe_key AS "dedupeKey", topic, payload, created_at AS "createdAt"
       FROM outbox WHERE done_at IS NULL AND topic = $1 AND tries >= 20
         AND created_at < now() - $2 * interval '1 millisecond' AND id > $4
       ORDER BY id LIMIT $3`,
      [dead.topic, dead.olderThanMs, dead.atOnce, dead.afterId],
    );
  }

  /** Unless it was reopened, or put off by somebody else, while it was being done. */
  async markDone({ id, dueAt }: Pick<UndoneOutboxRow, 'id' | 'dueAt'>): Promise<void> {
    await rows(
      this.source,
      `UPDATE outbox SET done_at = now(), leased_until = NULL
       WHERE id = $1 AND due_at = $2::text::timestamptz AND done_at IS NULL`,
      [id, dueAt],
    );
  }

  /** An effect that was thought done, or is just being done, is not: it runs again. */
  async reopen(tx: EntityManager, dedupeKey: string): Promise<void> {
    await rows(
      tx,
      `UPDATE outbox SET done_at = NULL, enqueued_at = NULL, leased_until = NULL, due_at = now()
       WHERE dedupe_key = $1`,
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

  /** What should be done and is not; what waits by plan is not among it. */
  async findLate(): Promise<Late> {
    const row = await firstRow<Late>(
      this.source,
      `SELECT count(*)::int AS count, extract(epoch FROM now() - min(due_at))::float8 * 1000 AS "longestMs"
       FROM (SELECT due_at FROM outbox
             WHERE done_at IS NULL AND due_at <= now() - ${LATE_AFTER_MS} * interval '1 millisecond'
             ORDER BY due_at LIMIT ${MOST_LATE}) AS late`,
    );
    return row ?? { count: 0, longestMs: null };
  }
}
