import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DeliveryRecord } from '#protocol';
import { firstRow, rows, type Prunable } from '../platform/index.js';
import type { Recipient } from './delivery.repository.js';

const milliseconds = (column: string): string => `extract(epoch FROM ${column})::float8 * 1000`;

const RECORD = `delivery.id, reason, channel, state, attempts,
  (SELECT code FROM delivery_attempt WHERE delivery_id = delivery.id ORDER BY number DESC LIMIT 1) AS code,
  round(${milliseconds('created_at')}) AS "createdAtMs", round(${milliseconds('held_until')}) AS "heldUntilMs",
  round(${milliseconds('sent_at')}) AS "sentAtMs", round(${milliseconds('confirmed_at')}) AS "confirmedAtMs"`;

/** Somebody goes on with the effect this delivery belongs to. */
const IN_WORK = `EXISTS (SELECT FROM outbox WHERE dedupe_key = delivery.cause AND outbox.done_at IS NULL)`;
/** One whose addressee is none any more stays as it was, and nobody goes on with it. */
const GOES_ON = `state = 'pending' AND ${IN_WORK}`;

/** Deliveries on their way that have not arrived; at most a thousand of each are counted. */
export interface Backlog {
  /** Tried in vain so far, and to be tried again; how long ago the oldest of them was made. */
  readonly failing: { readonly count: number; readonly longestMs: number | null };
  /** Held back by quiet hours or for a digest; when the next of them is due. */
  readonly held: { readonly count: number; readonly nextInMs: number | null };
}

const MOST_COUNTED = 1_000;

/** The ledger as it is read and confirmed by those it is about, and forgotten in the end. */
@Injectable()
export class LedgerRepository implements Prunable {
  constructor(private readonly source: DataSource) {}

  /** Newest first. */
  async listFor(recipients: readonly Recipient[], limit: number): Promise<DeliveryRecord[]> {
    return rows<DeliveryRecord>(
      this.source,
      `SELECT ${RECORD} FROM delivery
       JOIN unnest($1::text[], $2::bytea[]) AS given (kind, id)
         ON recipient_kind = given.kind AND recipient_id = given.id
       ORDER BY created_at DESC, delivery.id LIMIT $3`,
      [recipients.map(({ kind }) => kind), recipients.map(({ id }) => id), limit],
    );
  }

  async listOfCause(cause: string): Promise<DeliveryRecord[]> {
    return rows<DeliveryRecord>(
      this.source,
      `SELECT ${RECORD} FROM delivery WHERE cause = $1 ORDER BY created_at, channel, delivery.id`,
      [cause],
    );
  }

  async findBacklog(): Promise<Backlog> {
    const failing = await firstRow<Backlog['failing']>(
      this.source,
      `SELECT count(*)::int AS count, ${milliseconds('now() - min(created_at)')} AS "longestMs"
       FROM (SELECT created_at FROM delivery
             WHERE ${GOES_ON} AND attempts > 0 AND (claimed_until IS NULL OR claimed_until < now())
             ORDER BY created_at LIMIT ${MOST_COUNTED}) AS failing`,
    );
    const held = await firstRow<Backlog['held']>(
      this.source,
      `SELECT count(*)::int AS count, ${milliseconds('min(held_until) - now()')} AS "nextInMs"
       FROM (SELECT held_until FROM delivery WHERE ${GOES_ON} AND attempts = 0 AND held_until > now()
             ORDER BY held_until LIMIT ${MOST_COUNTED}) AS held`,
    );
    return {
      failing: failing ?? { count: 0, longestMs: null },
      held: held ?? { count: 0, nextInMs: null },
    };
  }

  /** Once: the first word of a device counts. Nothing happens for a delivery that is somebody else's, or none. */
  async confirm(deliveryId: string, person: Uint8Array): Promise<void> {
    await rows(
      this.source,
      `UPDATE delivery SET confirmed_at = now() WHERE id = $1 AND confirmed_at IS NULL
         AND recipient_kind = 'person' AND recipient_id = $2`,
      [deliveryId, person],
    );
  }

  async confirmByToken(token: string): Promise<void> {
    await rows(
      this.source,
      'UPDATE delivery SET confirmed_at = now() WHERE link_token = $1 AND confirmed_at IS NULL',
      [token],
    );
  }

  /**
   * Ended deliveries, and what was tried for them; of an effect that is not done none, or whoever was told is told again.
   */
  async prune(days: number, limit: number): Promise<number> {
    const row = await firstRow<{ count: number }>(
      this.source,
      `WITH old AS (
         SELECT id FROM delivery
         WHERE created_at < now() - $1 * interval '1 day' AND NOT ${IN_WORK}
         ORDER BY created_at LIMIT $2),
       tries AS (DELETE FROM delivery_attempt USING old WHERE delivery_id = old.id),
       gone AS (DELETE FROM delivery USING old WHERE delivery.id = old.id RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [days, limit],
    );
    return row?.count ?? 0;
  }

  async pruneDigests(days: number, limit: number): Promise<number> {
    const gone = await rows(
      this.source,
      `DELETE FROM digest_told WHERE (recipient_id, digest_at) IN (
         SELECT recipient_id, digest_at FROM digest_told
         WHERE digest_at < now() - $1 * interval '1 day' LIMIT $2)
       RETURNING digest_at`,
      [days, limit],
    );
    return gone.length;
  }
}
