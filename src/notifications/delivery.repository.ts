import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fromHex, type DeliveriesReply } from '#protocol';
import type { ChannelName } from '../accounts/index.js';
import type { Notice } from '../obligations/index.js';
import { firstRow, rows } from '../platform/index.js';

/** Whom a delivery is for. `organisation` stands in where its administrators left no contact. */
export interface Recipient {
  readonly kind: 'person' | 'administrator' | 'organisation';
  /** User id, administrator key id or organisation id; 16 bytes. */
  readonly id: Uint8Array;
}

/** One way to one recipient; 'none' records that there was no way. */
export interface Target extends Recipient {
  readonly channel: ChannelName | 'none';
}

export type DeliveryState = DeliveriesReply['deliveries'][number]['state'];

export interface Delivery extends Target {
  readonly deliveryId: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Opaque; goes into the link. */
  readonly linkToken: string;
}

export interface LedgerRow {
  readonly id: string;
  readonly reason: DeliveriesReply['deliveries'][number]['reason'];
  readonly channel: ChannelName | 'none';
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
}

const DELIVERY = `id AS "deliveryId", recipient_kind AS kind, recipient_id AS id, channel, state, attempts,
  link_token AS "linkToken"`;

/** The ledger. The only place with SQL on `delivery` and `delivery_attempt`. */
@Injectable()
export class DeliveryRepository {
  constructor(private readonly source: DataSource) {}

  /** One row per target of this cause, made at most once however often it is asked for; returns all of the cause. */
  async prepare(cause: string, notice: Notice, targets: readonly Target[]): Promise<Delivery[]> {
    const found = await rows<Delivery>(
      this.source,
      `WITH made AS (
         INSERT INTO delivery
           (cause, recipient_kind, recipient_id, channel, state, reason, urgency, thread_id, obligation_id)
         SELECT $1, kind, id, channel, CASE channel WHEN 'none' THEN 'no_contact' ELSE 'pending' END, $5, $6, $7, $8
         FROM unnest($2::text[], $3::bytea[], $4::text[]) AS given (kind, id, channel)
         ON CONFLICT DO NOTHING
         RETURNING ${DELIVERY})
       SELECT * FROM made UNION ALL SELECT ${DELIVERY} FROM delivery WHERE cause = $1`,
      [
        cause,
        targets.map(({ kind }) => kind),
        targets.map(({ id }) => id),
        targets.map(({ channel }) => channel),
        notice.reason,
        notice.urgency,
        notice.threadId === undefined ? null : fromHex(notice.threadId),
        notice.obligation ?? null,
      ],
    );
    if (found.length >= targets.length) return found;
    // Somebody made them while this statement ran: it could not see them yet.
    return rows<Delivery>(this.source, `SELECT ${DELIVERY} FROM delivery WHERE cause = $1`, [cause]);
  }

  /** True for exactly one caller until the claim runs out or is given back; only pending deliveries can be claimed. */
  async claim(deliveryId: string, claimMs: number): Promise<boolean> {
    const row = await firstRow(
      this.source,
      `UPDATE delivery SET claimed_until = now() + $2 * interval '1 millisecond'
       WHERE id = $1 AND state = 'pending' AND (claimed_until IS NULL OR claimed_until < now())
       RETURNING id`,
      [deliveryId, claimMs],
    );
    return row !== null;
  }

  /** Counted before the provider is called: if nobody comes back to tell, its outcome stays `unknown`. */
  async beginAttempt(deliveryId: string): Promise<number> {
    const row = await firstRow<{ number: number }>(
      this.source,
      `WITH counted AS (UPDATE delivery SET attempts = attempts + 1 WHERE id = $1 RETURNING id, attempts)
       INSERT INTO delivery_attempt (delivery_id, number) SELECT id, attempts FROM counted RETURNING number`,
      [deliveryId],
    );
    if (row === null) throw new Error('an attempt without its delivery');
    return row.number;
  }

  /**
   * Writes how an attempt went, and with it where the delivery stands; the claim is given back, unless it ran
   * out and another attempt has begun.
   */
  async endAttempt(ended: {
    readonly deliveryId: string;
    readonly number: number;
    readonly code: string | null;
    readonly state: 'sent' | 'failed' | 'pending';
  }): Promise<void> {
    await rows(
      this.source,
      `WITH ended AS (
         UPDATE delivery_attempt SET ended_at = now(), code = $4,
           outcome = CASE $2 WHEN 'sent' THEN 'sent' ELSE 'failed' END
         WHERE delivery_id = $1 AND number = $3)
       UPDATE delivery SET state = $2,
         claimed_until = CASE WHEN attempts = $3 THEN NULL ELSE claimed_until END,
         sent_at = CASE $2 WHEN 'sent' THEN now() END
       WHERE id = $1 AND state = 'pending'`,
      [ended.deliveryId, ended.state, ended.number, ended.code],
    );
  }

  /** Ends a delivery that is not made: it is no longer true, or the contact is gone. */
  async close(deliveryId: string, state: 'skipped' | 'no_contact'): Promise<void> {
    await rows(
      this.source,
      `UPDATE delivery SET state = $2, claimed_until = NULL WHERE id = $1 AND state = 'pending'`,
      [deliveryId, state],
    );
  }

  /** Newest first. */
  async listFor(recipients: readonly Recipient[], limit: number): Promise<LedgerRow[]> {
    return rows<LedgerRow>(
      this.source,
      `SELECT delivery.id, reason, channel, state, attempts, created_at AS "createdAt", sent_at AS "sentAt"
       FROM delivery
       JOIN unnest($1::text[], $2::bytea[]) AS given (kind, id)
         ON recipient_kind = given.kind AND recipient_id = given.id
       ORDER BY created_at DESC, delivery.id LIMIT $3`,
      [recipients.map(({ kind }) => kind), recipients.map(({ id }) => id), limit],
    );
  }
}
