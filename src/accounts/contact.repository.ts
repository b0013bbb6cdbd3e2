import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ContactChannel, Locale } from '#protocol';
import { firstRow, rows } from '../platform/index.js';

/** Whom a contact belongs to: a person, or one administrator key of an organisation. Ids in bytes. */
export interface ContactOwner {
  readonly kind: 'user' | 'admin';
  readonly id: Uint8Array;
  readonly organisationId: Uint8Array | null;
}

export type OwnerKind = ContactOwner['kind'];

/** Where somebody wants to be told. The address is personal data: never logged, never in a payload. */
export interface Contact {
  readonly ownerId: Uint8Array;
  readonly channel: ContactChannel;
  /** E-mail address, URL, number, or the endpoint of a push subscription. */
  readonly address: string;
  /** HMAC-SHA-256 key of a webhook's signature. */
  readonly secret: Uint8Array | null;
  readonly locale: Locale;
  /** Which of the person's devices; only pushes have it. */
  readonly subscriptionId: string | null;
  readonly p256dh: Uint8Array | null;
  readonly auth: Uint8Array | null;
  /** The owner of this number asked for no more texts. */
  readonly optedOut: boolean;
}

/** One address of a person; a push goes to one device of several. */
export interface ContactName {
  readonly channel: ContactChannel;
  readonly subscriptionId: string | null;
}

const CONTACTS = `
  SELECT principal_kind, principal_id AS "ownerId", channel, address, secret, locale,
    NULL::uuid AS "subscriptionId", NULL::bytea AS p256dh, NULL::bytea AS auth,
    EXISTS (SELECT 1 FROM sms_wish WHERE channel = 'sms' AND number = address AND opted_out) AS "optedOut",
    updated_at AS at
  FROM contact
  UNION ALL
  SELECT principal_kind, principal_id, 'push', endpoint, NULL, locale, id, p256dh, auth, false, created_at
  FROM push_subscription`;

@Injectable()
export class ContactRepository {
  constructor(private readonly source: DataSource) {}

  async put(
    owner: ContactOwner,
    contact: Pick<Contact, 'channel' | 'address' | 'secret' | 'locale'>,
  ): Promise<void> {
    await rows(
      this.source,
      `INSERT INTO contact (principal_kind, principal_id, organisation_id, channel, address, secret, locale)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (principal_kind, principal_id, channel) DO UPDATE SET
         address = excluded.address, secret = excluded.secret, locale = excluded.locale, updated_at = now()`,
      [
        owner.kind,
        owner.id,
        owner.organisationId,
        contact.channel,
        contact.address,
        contact.secret,
        contact.locale,
      ],
    );
  }

  async remove(owner: ContactOwner, channel: ContactChannel): Promise<void> {
    await rows(
      this.source,
      'DELETE FROM contact WHERE principal_kind = $1 AND principal_id = $2 AND channel = $3',
      [owner.kind, owner.id, channel],
    );
  }

  async list(kind: OwnerKind, ownerIds: readonly Uint8Array[]): Promise<Contact[]> {
    return rows<Contact>(
      this.source,
      `SELECT * FROM (${CONTACTS}) AS every WHERE principal_kind = $1 AND "ownerId" = ANY($2)
       ORDER BY "ownerId", channel, at`,
      [kind, ownerIds],
    );
  }

  async find(kind: OwnerKind, ownerId: Uint8Array, name: ContactName): Promise<Contact | null> {
    return firstRow<Contact>(
      this.source,
      `SELECT * FROM (${CONTACTS}) AS every
       WHERE principal_kind = $1 AND "ownerId" = $2 AND channel = $3 AND "subscriptionId" IS NOT DISTINCT FROM $4`,
      [kind, ownerId, name.channel, name.subscriptionId],
    );
  }
}
