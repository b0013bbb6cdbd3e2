import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { firstRow, rows } from '../platform/index.js';

export type ChannelName = 'email' | 'webhook';
export type Locale = 'en' | 'es';

/** Whom a contact belongs to: a person, or one administrator key of an organisation. Ids in bytes. */
export interface ContactOwner {
  readonly kind: 'user' | 'admin';
  readonly id: Uint8Array;
  readonly organisationId: Uint8Array | null;
}

/** Where somebody wants to be told. The address is personal data: never logged, never in a payload. */
export interface Contact {
  readonly ownerId: Uint8Array;
  readonly channel: ChannelName;
  readonly address: string;
  /** HMAC-SHA-256 key of a webhook's signature. */
  readonly secret: Uint8Array | null;
  readonly locale: Locale;
}

const COLUMNS = 'principal_id AS "ownerId", channel, address, secret, locale';

@Injectable()
export class ContactRepository {
  constructor(private readonly source: DataSource) {}

  async put(owner: ContactOwner, contact: Omit<Contact, 'ownerId'>): Promise<void> {
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

  async remove(owner: ContactOwner, channel: ChannelName): Promise<void> {
    await rows(
      this.source,
      'DELETE FROM contact WHERE principal_kind = $1 AND principal_id = $2 AND channel = $3',
      [owner.kind, owner.id, channel],
    );
  }

  async list(kind: ContactOwner['kind'], ownerIds: readonly Uint8Array[]): Promise<Contact[]> {
    return rows<Contact>(
      this.source,
      `SELECT ${COLUMNS} FROM contact WHERE principal_kind = $1 AND principal_id = ANY($2)
       ORDER BY principal_id, channel`,
      [kind, ownerIds],
    );
  }

  async find(kind: ContactOwner['kind'], ownerId: Uint8Array, channel: ChannelName): Promise<Contact | null> {
    return firstRow<Contact>(
      this.source,
      `SELECT ${COLUMNS} FROM contact WHERE principal_kind = $1 AND principal_id = $2 AND channel = $3`,
      [kind, ownerId, channel],
    );
  }
}
