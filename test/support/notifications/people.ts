import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { LENGTH, NO_PREFERENCES, toHex, type NoticePreferences, type Principal } from '#protocol';
import type { Subscribed } from './push.service.js';
import type { FoldedThread, Member } from '../obligations/folded.thread.js';

/** Contacts and administrator keys, as the rooms behind would have written them. */
export function people(source: DataSource) {
  return {
    hasEmail: (who: Member, address: string, locale: 'en' | 'es' = 'en') =>
      putContact(source, { kind: 'user', id: who.id, channel: 'email', address, locale }),
    hasWebhook: (who: Member, address: string, secret: Uint8Array) =>
      putContact(source, { kind: 'user', id: who.id, channel: 'webhook', address, secret }),
    hasNumber: (who: Member, address: string) =>
      putContact(source, { kind: 'user', id: who.id, channel: 'sms', address }),
    hasDevice: (who: Member, device: Subscribed) =>
      source.query(
        `INSERT INTO push_subscription (principal_kind, principal_id, endpoint, p256dh, auth)
         VALUES ('user', $1, $2, $3, $4)`,
        [who.id, device.endpoint, device.p256dh, device.auth],
      ),
    prefers: (who: Member, preferences: Partial<NoticePreferences>) =>
      source.query(
        `INSERT INTO notice_preference (principal_kind, principal_id, preferences) VALUES ('user', $1, $2)
         ON CONFLICT (principal_kind, principal_id) DO UPDATE SET preferences = excluded.preferences`,
        [who.id, JSON.stringify({ ...NO_PREFERENCES, ...preferences })],
      ),
    forgets: (who: Member) => source.query('DELETE FROM contact WHERE principal_id = $1', [who.id]),
    /** An active administrator key of the thread's organisation, with an e-mail address or without any contact. */
    newAdministrator: async (thread: FoldedThread, address?: string): Promise<Principal> => {
      const keyId = randomBytes(LENGTH.id);
      await source.query(
        `INSERT INTO signing_key (key_id, kind, public_key, organisation_id) VALUES ($1, 'admin', $2, $3)`,
        [keyId, randomBytes(32), thread.organisationId],
      );
      if (address !== undefined)
        await putContact(source, { kind: 'admin', id: keyId, channel: 'email', address });
      return { kind: 'admin', keyId: toHex(keyId), organisationId: toHex(thread.organisationId) };
    },
    principalOf: (who: Member): Principal => ({ kind: 'device', keyId: who.userId, userId: who.userId }),
  };
}

interface ContactGiven {
  readonly kind: 'user' | 'admin';
  readonly id: Uint8Array;
  readonly channel: 'email' | 'webhook' | 'sms';
  readonly address: string;
  readonly secret?: Uint8Array;
  readonly locale?: 'en' | 'es';
}

async function putContact(source: DataSource, given: ContactGiven): Promise<void> {
  await source.query(
    `INSERT INTO contact (principal_kind, principal_id, channel, address, secret, locale)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [given.kind, given.id, given.channel, given.address, given.secret ?? null, given.locale ?? 'en'],
  );
}
