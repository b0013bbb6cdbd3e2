import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fromHex, type ChannelName } from '#protocol';
import type { Notice } from '../obligations/index.js';
import { firstRow, rows } from '../platform/index.js';
import type { DeliveryState, TakenWay } from './notice-plan.policy.js';

/** Whom a delivery is for. `organisation` stands in where its administrators left no contact. */
export interface Recipient {
  readonly kind: 'person' | 'administrator' | 'organisation';
  /** User id, administrator key id or organisation id; 16 bytes. */
  readonly id: Uint8Array;
}

/** One way to one recipient; 'none' records that there was no way. */
export interface Target extends Recipient {
  readonly channel: ChannelName | 'none';
  /** Which of his devices, for a push. */
  readonly subscriptionId: string | null;
  /** Held back until this instant of the database's clock; null: for now. */
  readonly heldUntilMs: number | null;
}

export interface Delivery extends Recipient, TakenWay {
  /** Opaque; goes into the link. */
  readonly linkToken: string;
}

/** How a try went. */
export interface EndedAttempt {
  readonly deliveryId: string;
  readonly number: number;
  readonly code: string | null;
  /** Where the delivery stands after it. */
  readonly state: 'sent' | 'failed' | 'pending';
  readonly confirmed: boolean;
}

const DELIVERY = `id AS "deliveryId", recipient_kind AS kind, recipient_id AS id, channel, state,
  subscription_id AS "subscriptionId", confirmed_at IS NOT NULL AS confirmed, link_token AS "linkToken",
  extract(epoch FROM now() - greatest(created_at, held_until))::float8 * 1000 AS "ageMs"`;

/** Deliveries on their way: made, claimed, tried, ended. With the ledger's repository the only SQL on them. */
@Injectable()
export class DeliveryRepository {
  constructor(private readonly source: DataSource) {}

  /** One row per target of this cause, made at most once however often it is asked for; a later hold replaces one. */
  async prepare(cause: string, notice: Notice, targets: readonly Target[]): Promise<void> {
    if (targets.length === 0) return;
    await rows(
      this.source,
      `INSERT INTO delivery (cause, recipient_kind, recipient_id, channel, subscription_id, held_until, state,
         reason, urgency, thread_id, obligation_id)
       SELECT $1, kind, id, channel, device, to_timestamp(held / 1000),
         CASE channel WHEN 'none' THEN 'no_contact' ELSE 'pending' END, $7, $8, $9, $10
       FROM unnest($2::text[], $3::bytea[], $4::text[], $5::uuid[], $6::float8[])
         AS given (kind, id, channel, device, held)
       ON CONFLICT ON CONSTRAINT delivery_once DO UPDATE SET held_until = excluded.held_until
         WHERE delivery.state = 'pending' AND delivery.attempts = 0 AND excluded.held_until IS NOT NULL`,
      [
        cause,
        targets.map(({ kind }) => kind),
        targets.map(({ id }) => id),
        targets.map(({ channel }) => channel),
        targets.map(({ subscriptionId }) => subscriptionId),
        targets.map(({ heldUntilMs }) => heldUntilMs),
        notice.reason,
        notice.urgency,
        notice.threadId === undefined ? null : fromHex(notice.threadId),
        notice.obligation ?? null,
      ],
    );
  }

  /** Every delivery of a cause to one recipient. */
  async listOf(cause: string, recipient: Recipient): Promise<Delivery[]> {
    return rows<Delivery>(
      this.source,
      `SELECT ${DELIVERY} FROM delivery WHERE cause = $1 AND recipient_kind = $2 AND recipient_id = $3
       ORDER BY created_at, id`,
      [cause, recipient.kind, recipient.id],
    );
  }

  /**
   * For exactly one caller until the claim runs out or is given back; only pending deliveries can be claimed. Answers how
   * often it has been tried, or null.
   */
  async claim(deliveryId: string, claimMs: number): Promise<number | null> {
    const row = await firstRow<{ attempts: number }>(
      this.source,
      `UPDATE delivery SET claimed_until = now() + $2 * interval '1 millisecond'
       WHERE id = $1 AND state = 'pending' AND (claimed_until IS NULL OR claimed_until < now())
       RETURNING attempts`,
      [deliveryId, claimMs],
    );
    return row?.attempts ?? null;
  }

  /**
   * Counted before the provider is called: if nobody comes back to tell, its outcome stays `unknown`. The claim begins
   * anew with it. Null when somebody else has tried since `after`: the claim had run out on a process that stood still.
   */
  async beginAttempt(deliveryId: string, after: number, claimMs: number): Promise<number | null> {
    const row = await firstRow<{ number: number }>(
      this.source,
      `WITH counted AS (
         UPDATE delivery SET attempts = attempts + 1, claimed_until = now() + $3 * interval '1 millisecond'
         WHERE id = $1 AND state = 'pending' AND attempts = $2 RETURNING id, attempts)
       INSERT INTO delivery_attempt (delivery_id, number) SELECT id, attempts FROM counted RETURNING number`,
      [deliveryId, after, claimMs],
    );
    return row?.number ?? null;
  }

  /**
   * Writes how an attempt went, and with it where the delivery stands; the claim is given back, unless it ran
   * out and another attempt has begun.
   */
  async endAttempt(ended: EndedAttempt): Promise<void> {
    await rows(
      this.source,
      `WITH ended AS (
         UPDATE delivery_attempt SET ended_at = now(), code = $4,
           outcome = CASE $2 WHEN 'sent' THEN 'sent' ELSE 'failed' END
         WHERE delivery_id = $1 AND number = $3)
       UPDATE delivery SET state = $2,
         claimed_until = CASE WHEN attempts = $3 THEN NULL ELSE claimed_until END,
         sent_at = CASE $2 WHEN 'sent' THEN now() END,
         confirmed_at = coalesce(confirmed_at, CASE WHEN $5 THEN now() END)
       WHERE id = $1 AND state = 'pending'`,
      [ended.deliveryId, ended.state, ended.number, ended.code, ended.confirmed],
    );
  }

  /** Ends a delivery that is not made: no longer true, no such contact, not wanted, told otherwise. */
  async close(
    deliveryId: string,
    state: Exclude<DeliveryState, 'pending' | 'sent' | 'failed'>,
  ): Promise<void> {
    await rows(
      this.source,
      `UPDATE delivery SET state = $2, claimed_until = NULL WHERE id = $1 AND state = 'pending'`,
      [deliveryId, state],
    );
  }

  /** Ends deliveries nobody needs any more, unless they are under way. */
  async spare(deliveryIds: readonly string[]): Promise<void> {
    if (deliveryIds.length === 0) return;
    await rows(
      this.source,
      `UPDATE delivery SET state = 'spared'
       WHERE id = ANY($1) AND state = 'pending' AND (claimed_until IS NULL OR claimed_until < now())`,
      [deliveryIds],
    );
  }

  /**
   * Ends what is for somebody who is not meant any more (an administrator without a contact), unless it is under way.
   * True when nothing of this cause is pending then: whatever a process that died left behind is.
   */
  async isOver(cause: string, meant: readonly Recipient[]): Promise<boolean> {
    const row = await firstRow<{ pending: number }>(
      this.source,
      `WITH ended AS (
         UPDATE delivery SET state = 'no_contact'
         WHERE cause = $1 AND state = 'pending' AND recipient_id <> ALL($2::bytea[])
           AND (claimed_until IS NULL OR claimed_until < now())
         RETURNING id)
       SELECT count(*)::int AS pending FROM delivery
       WHERE cause = $1 AND state = 'pending' AND id NOT IN (SELECT id FROM ended)`,
      [cause, meant.map(({ id }) => id)],
    );
    return row?.pending === 0;
  }

  /** True if this cause is the one that carries the recipient's digest of that instant: the first to ask is. */
  async carriesDigest(recipientId: Uint8Array, digestMs: number, cause: string): Promise<boolean> {
    const row = await firstRow<{ cause: string }>(
      this.source,
      `INSERT INTO digest_told (recipient_id, digest_at, cause) VALUES ($1, to_timestamp($2::float8 / 1000), $3)
       ON CONFLICT (recipient_id, digest_at) DO UPDATE SET cause = digest_told.cause RETURNING cause`,
      [recipientId, digestMs, cause],
    );
    return row?.cause === cause;
  }

  /** The provider took it and could not bring it after all. Answers the cause, or null if that was known already. */
  async markReturned(tx: EntityManager, deliveryId: string): Promise<string | null> {
    const row = await firstRow<{ cause: string }>(
      tx,
      `WITH returned AS (
         UPDATE delivery SET state = 'failed' WHERE id = $1 AND channel = 'sms' AND state = 'sent'
         RETURNING id, cause, attempts),
       noted AS (
         UPDATE delivery_attempt SET outcome = 'failed', code = 'sms.undelivered' FROM returned
         WHERE delivery_id = returned.id AND number = returned.attempts)
       SELECT cause FROM returned`,
      [deliveryId],
    );
    return row?.cause ?? null;
  }

  /** The provider says that the text arrived. */
  async noteArrival(deliveryId: string): Promise<void> {
    await rows(
      this.source,
      `UPDATE delivery_attempt SET code = 'sms.delivered' FROM delivery
       WHERE delivery_id = $1 AND delivery.id = $1 AND number = attempts AND channel = 'sms' AND state = 'sent'`,
      [deliveryId],
    );
  }
}
