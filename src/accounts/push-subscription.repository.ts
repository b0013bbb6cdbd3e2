import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Locale } from '#protocol';
import { firstRow, rows } from '../platform/index.js';
import type { ContactOwner } from './contact.repository.js';

/** What a browser's push service gave one device. */
export interface PushSubscription {
  readonly endpoint: string;
  readonly p256dh: Uint8Array;
  readonly auth: Uint8Array;
  readonly locale: Locale;
}

@Injectable()
export class PushSubscriptionRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * The same endpoint registered again is the same device with newer keys. Nobody can take over another person's
   * device: an endpoint belongs to whoever registered it, once for each of them.
   * @returns the id, or null if there are `most` others already
   */
  async put(owner: ContactOwner, device: PushSubscription, most: number): Promise<string | null> {
    const row = await firstRow<{ id: string }>(
      this.source,
      `INSERT INTO push_subscription (principal_kind, principal_id, endpoint, p256dh, auth, locale)
       SELECT $1, $2, $3, $4, $5, $6
       WHERE (SELECT count(*) FROM push_subscription
              WHERE principal_kind = $1 AND principal_id = $2 AND endpoint <> $3) < $7
       ON CONFLICT (principal_kind, principal_id, endpoint) DO UPDATE SET
         p256dh = excluded.p256dh, auth = excluded.auth, locale = excluded.locale
       RETURNING id`,
      [owner.kind, owner.id, device.endpoint, device.p256dh, device.auth, device.locale, most],
    );
    return row?.id ?? null;
  }

  async remove(owner: Pick<ContactOwner, 'kind' | 'id'>, subscriptionId: string): Promise<void> {
    await rows(
      this.source,
      'DELETE FROM push_subscription WHERE principal_kind = $1 AND principal_id = $2 AND id = $3',
      [owner.kind, owner.id, subscriptionId],
    );
  }
}
