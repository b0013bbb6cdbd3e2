import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { LENGTH, toHex, type Principal } from '#protocol';
import type { FoldedThread, Member } from '../obligations/folded.thread.js';

/** Contacts and administrator keys, as the rooms behind would have written them. */
export function people(source: DataSource) {
  return {
    hasEmail: (who: Member, address: string, locale: 'en' | 'es' = 'en') =>
      putContact(source, { kind: 'user', id: who.id, channel: 'email', address, locale }),
    hasWebhook: (who: Member, address: string, secret: Uint8Array) =>
      putContact(source, { kind: 'user', id: who.id, channel: 'webhook', address, secret }),
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
  readonly channel: 'email' | 'webhook';
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
