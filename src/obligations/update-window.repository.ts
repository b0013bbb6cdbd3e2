import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { URGENCY, fromHex, toHex, type Urgency } from '#protocol';
import { rows, type Executor } from '../platform/index.js';
import type { News, Update } from './entry-notices.policy.js';

/** After telling somebody of a thread, this long nothing more; what came meanwhile is told at its end. */
export const QUIET_MS = 15 * 60_000;

/** An update to tell now; `quietUntilMs` names it. */
export interface OpenedWindow extends Update {
  readonly quietUntilMs: number;
}

interface WindowRow {
  readonly threadId: Uint8Array;
  readonly recipientId: Uint8Array;
  readonly urgency: Urgency;
  readonly more: boolean;
  readonly quietUntilMs: number;
}

const RETURNED = `thread_id AS "threadId", recipient_id AS "recipientId", urgency, more,
  extract(epoch FROM quiet_until)::float8 * 1000 AS "quietUntilMs"`;
/** Urgent news passes through the quiet, at most once a minute unless it is more urgent than what began it. */
const URGENT_EVERY_MS = 60_000;
const PASSES = `(held.quiet_until <= now()
  OR (excluded.urgency >= ${URGENCY.urgent}
    AND (excluded.urgency > held.urgency
      OR held.quiet_until <= now() + ${QUIET_MS - URGENT_EVERY_MS} * interval '1 millisecond')))`;

/** The only place with SQL on `update_window`. */
@Injectable()
export class UpdateWindowRepository {
  /**
   * Notes the updates and returns those to tell at once; what its reader has seen is not told any more. Each thread and
   * person stands in `news` once, so that one statement can write both.
   */
  async note(tx: EntityManager, { updates, seen }: News): Promise<OpenedWindow[]> {
    const written = await rows<WindowRow>(
      tx,
      `WITH seen AS (
         UPDATE update_window SET more = false
         FROM unnest($5::bytea[], $6::bytea[]) AS given (thread_id, recipient_id)
         WHERE update_window.thread_id = given.thread_id AND update_window.recipient_id = given.recipient_id
           AND more)
       INSERT INTO update_window AS held (thread_id, recipient_id, quiet_until, urgency, more)
       SELECT thread_id, recipient_id, now() + $4 * interval '1 millisecond', urgency, false
       FROM unnest($1::bytea[], $2::bytea[], $3::smallint[]) AS given (thread_id, recipient_id, urgency)
       ORDER BY thread_id, recipient_id
       ON CONFLICT (thread_id, recipient_id) DO UPDATE SET
         more = NOT ${PASSES},
         quiet_until = CASE WHEN ${PASSES} THEN excluded.quiet_until ELSE held.quiet_until END,
         urgency = CASE WHEN ${PASSES} THEN excluded.urgency ELSE greatest(held.urgency, excluded.urgency) END
       WHERE ${PASSES} OR NOT held.more OR excluded.urgency > held.urgency
       RETURNING ${RETURNED}`,
      [...columnsOf(updates), updates.map(({ urgency }) => urgency), QUIET_MS, ...columnsOf(seen)],
    );
    return written.filter(({ more }) => !more).map(openedWindow);
  }

  /** Windows that ended with something left to tell; each begins a new one. */
  async takeEnded(tx: EntityManager, limit: number): Promise<OpenedWindow[]> {
    const ended = await rows<WindowRow>(
      tx,
      `UPDATE update_window SET more = false, quiet_until = now() + $2 * interval '1 millisecond'
       WHERE (thread_id, recipient_id) IN (
         SELECT thread_id, recipient_id FROM update_window WHERE more AND quiet_until <= now()
         ORDER BY quiet_until LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING ${RETURNED}`,
      [limit, QUIET_MS],
    );
    return ended.map(openedWindow);
  }

  /** A quiet that has ended with nothing left to tell is as good as none. */
  async prune(executor: Executor, days: number, limit: number): Promise<number> {
    const gone = await rows(
      executor,
      `DELETE FROM update_window WHERE (thread_id, recipient_id) IN (
         SELECT thread_id, recipient_id FROM update_window
         WHERE NOT more AND quiet_until < now() - $1 * interval '1 day' LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING recipient_id`,
      [days, limit],
    );
    return gone.length;
  }
}

function columnsOf(updates: readonly Omit<Update, 'urgency'>[]): [Uint8Array[], Uint8Array[]] {
  return [
    updates.map(({ threadId }) => fromHex(threadId)),
    updates.map(({ recipientId }) => fromHex(recipientId)),
  ];
}

function openedWindow(row: WindowRow): OpenedWindow {
  return {
    threadId: toHex(row.threadId),
    recipientId: toHex(row.recipientId),
    urgency: row.urgency,
    quietUntilMs: Math.round(row.quietUntilMs),
  };
}
