import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DeliveryRecord } from '#protocol';
import { firstRow, rows } from '../platform/index.js';
import type { Recipient } from './delivery.repository.js';

const milliseconds = (column: string): string => `extract(epoch FROM ${column})::float8 * 1000`;

const RECORD = `delivery.id, reason, channel, state, attempts,
  (SELECT code FROM delivery_attempt WHERE delivery_id = delivery.id ORDER BY number DESC LIMIT 1) AS code,
  round(${milliseconds('created_at')}) AS "createdAtMs", round(${milliseconds('held_until')}) AS "heldUntilMs",
  round(${milliseconds('sent_at')}) AS "sentAtMs", round(${milliseconds('confirmed_at')}) AS "confirmedAtMs"`;

/** The ledger as it is read and confirmed by those it is about, and forgotten in the end. */
@Injectable()
export class LedgerRepository {
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

  /** Removes up to `limit` ended deliveries, and what was tried for them, that are older than `days`. */
  async prune(days: number, limit: number): Promise<number> {
    const row = await firstRow<{ count: number }>(
      this.source,
      `WITH old AS (
         SELECT id FROM delivery
         WHERE created_at < now() - $1 * interval '1 day' AND state <> 'pending'
         ORDER BY created_at LIMIT $2),
       tries AS (DELETE FROM delivery_attempt USING old WHERE delivery_id = old.id),
       gone AS (DELETE FROM delivery USING old WHERE delivery.id = old.id RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [days, limit],
    );
    return row?.count ?? 0;
  }

  async pruneDigests(days: number): Promise<void> {
    await rows(this.source, `DELETE FROM digest_told WHERE digest_at < now() - $1 * interval '1 day'`, [
      days,
    ]);
  }
}
