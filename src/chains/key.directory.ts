import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fromHex, toHex, type KeyId } from '#protocol';
import { firstRow, rows } from '../platform/index.js';

/** What became of an invitation, looked at on the database clock. */
export type InviteStanding = 'open' | 'used' | 'expired' | 'revoked';

/** A key that signed entries name. Ids and hashes in bytes. */
export interface SigningKey {
  readonly kind: 'device' | 'admin' | 'invite';
  readonly publicKey: Uint8Array;
  readonly active: boolean;
  readonly userId: Uint8Array | null;
  readonly organisationId: Uint8Array | null;
  readonly attestHash: Uint8Array | null;
  /** For invite keys. */
  readonly invite: InviteStanding | null;
}

/** Which keys may speak, as the verified chains have it. */
@Injectable()
export class KeyDirectory {
  constructor(private readonly source: DataSource) {}

  async findKey(keyId: string): Promise<SigningKey | null> {
    return firstRow<SigningKey>(
      this.source,
      `SELECT k.kind, k.public_key AS "publicKey", k.active, k.user_id AS "userId",
         k.organisation_id AS "organisationId", k.attest_hash AS "attestHash",
         CASE WHEN k.kind <> 'invite' THEN NULL
              WHEN a.state <> 'live' THEN 'revoked'
              WHEN a.basis_hash IS NOT NULL THEN 'used'
              WHEN a.claim_by < now() OR a.valid_to < now() THEN 'expired'
              ELSE 'open' END AS invite
       FROM signing_key k LEFT JOIN attestation a ON a.hash = k.attest_hash
       WHERE k.key_id = $1`,
      [fromHex(keyId)],
    );
  }

  /** Key ids of an organisation's administrators now. */
  async findActiveAdmins(organisationId: Uint8Array): Promise<KeyId[]> {
    const found = await rows<{ key_id: Uint8Array }>(
      this.source,
      `SELECT key_id FROM signing_key WHERE organisation_id = $1 AND kind = 'admin' AND active ORDER BY key_id`,
      [organisationId],
    );
    return found.map((row) => toHex(row.key_id) as KeyId);
  }
}
