import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { keyIdOf, type OrganisationState, type ThreadState } from '#chain';
import {
  IDENTITY,
  ORGANISATION,
  SUBJECT,
  THREAD,
  fromHex,
  parseAttest,
  parseClaim,
  parseRevoke,
  parseSuspend,
  type Attest,
} from '#protocol';
import { rows } from '../platform/index.js';
import type { AppliedEntry, AppliedIdentity, AppliedOrganisation, AppliedThread } from './applied.js';

/**
 * What the server reads off verified entries: who may sign in, who is attested, who is in a roster. A projection
 * decides what is served and to whom; it is never what a client believes.
 */
@Injectable()
export class ProjectionRepository {
  /** @returns ids of keys that may no longer sign in */
  async project(tx: EntityManager, applied: readonly AppliedEntry[]): Promise<Uint8Array[]> {
    const deactivated: Uint8Array[] = [];
    for (const each of applied) {
      if (each.kind === 'identity') await this.projectIdentity(tx, each);
      else if (each.kind === 'organisation') deactivated.push(...(await this.projectOrganisation(tx, each)));
      else await this.projectThread(tx, each);
    }
    return deactivated;
  }

  private async projectIdentity(tx: EntityManager, { entry, state }: AppliedIdentity): Promise<void> {
    if (entry.header.type !== IDENTITY.genesis) return;
    for (const device of state.devices) {
      await rows(
        tx,
        `INSERT INTO signing_key (key_id, kind, public_key, user_id) VALUES ($1, 'device', $2, $3)`,
        [fromHex(device.deviceId), device.signingKey, state.chainId],
      );
    }
    await rows(
      tx,
      `UPDATE attestation SET user_id = $1 WHERE subject_kind = $2 AND subject = $3 AND user_id IS NULL`,
      [state.chainId, SUBJECT.user, state.genesisHash],
    );
  }

  private async projectOrganisation(tx: EntityManager, applied: AppliedOrganisation): Promise<Uint8Array[]> {
    const { entry, entryHash, state } = applied;
    switch (entry.header.type) {
      case ORGANISATION.admins:
        return this.appointAdmins(tx, state);
      case ORGANISATION.attest:
        await this.recordAttest(tx, state, { ...parseAttest(entry.body), hash: entryHash });
        return [];
      case ORGANISATION.claim:
        await this.recordClaim(tx, entryHash, parseClaim(entry.body));
        return [];
      case ORGANISATION.revoke:
        return this.recordRevoke(tx, parseRevoke(entry.body).attestHash);
      case ORGANISATION.suspend:
        await this.recordSuspend(tx, parseSuspend(entry.body));
        return [];
      default:
        return [];
    }
  }

  /** The first chain to name a key keeps it: nobody can take over another organisation's sign-in. */
  private async appointAdmins(tx: EntityManager, state: OrganisationState): Promise<Uint8Array[]> {
    const ids = state.admins.map((admin) => keyIdOf(admin.publicKey));
    await rows(
      tx,
      `INSERT INTO signing_key (key_id, kind, public_key, organisation_id)
       SELECT key_id, 'admin', public_key, $3 FROM unnest($1::bytea[], $2::bytea[]) k (key_id, public_key)
       ON CONFLICT (key_id) DO UPDATE SET active = true
       WHERE signing_key.kind = 'admin' AND signing_key.organisation_id = excluded.organisation_id`,
      [ids, state.admins.map((admin) => admin.publicKey), state.chainId],
    );
    const dropped = await rows<{ key_id: Uint8Array }>(
      tx,
      `UPDATE signing_key SET active = false
       WHERE organisation_id = $1 AND kind = 'admin' AND active AND key_id <> ALL($2) RETURNING key_id`,
      [state.chainId, ids],
    );
    return dropped.map((row) => row.key_id);
  }

  private async recordAttest(
    tx: EntityManager,
    state: OrganisationState,
    attest: Attest & { readonly hash: Uint8Array },
  ): Promise<void> {
    const known = attest.subjectKind === SUBJECT.user;
    await rows(
      tx,
      `INSERT INTO attestation
         (hash, organisation_id, subject_kind, subject, role, valid_to, claim_by, user_id, basis_hash)
       VALUES ($1::bytea, $2, $3, $4::bytea, $5, to_timestamp($6::float8 / 1000),
         CASE WHEN $7::float8 = 0 THEN NULL ELSE to_timestamp($7::float8 / 1000) END,
         (SELECT id FROM chain WHERE $8 AND kind = 1 AND genesis_hash = $4::bytea), CASE WHEN $8 THEN $1::bytea END)`,
      [
        attest.hash,
        state.chainId,
        attest.subjectKind,
        attest.subject,
        attest.role,
        attest.validToMs,
        attest.claimByMs,
        known,
      ],
    );
    if (known) return;
    await rows(
      tx,
      `INSERT INTO signing_key (key_id, kind, public_key, organisation_id, attest_hash)
       VALUES ($1, 'invite', $2, $3, $4) ON CONFLICT (key_id) DO NOTHING`,
      [keyIdOf(attest.subject), attest.subject, state.chainId, attest.hash],
    );
  }

  /** The invite key is spent: it cannot sign in again. (Its session ends by itself, so that a retry is answered.) */
  private async recordClaim(
    tx: EntityManager,
    claimHash: Uint8Array,
    claim: { readonly attestHash: Uint8Array; readonly genesisHash: Uint8Array },
  ): Promise<void> {
    await rows(
      tx,
      `UPDATE attestation SET basis_hash = $1,
         user_id = (SELECT id FROM chain WHERE kind = 1 AND genesis_hash = $2) WHERE hash = $3`,
      [claimHash, claim.genesisHash, claim.attestHash],
    );
    await rows(tx, 'UPDATE signing_key SET active = false WHERE attest_hash = $1', [claim.attestHash]);
  }

  private async recordRevoke(tx: EntityManager, attestHash: Uint8Array): Promise<Uint8Array[]> {
    await rows(tx, `UPDATE attestation SET state = 'revoked' WHERE hash = $1`, [attestHash]);
    const keys = await rows<{ key_id: Uint8Array }>(
      tx,
      'UPDATE signing_key SET active = false WHERE attest_hash = $1 AND active RETURNING key_id',
      [attestHash],
    );
    return keys.map((row) => row.key_id);
  }

  private async recordSuspend(
    tx: EntityManager,
    { attestHash, suspended }: { readonly attestHash: Uint8Array; readonly suspended: boolean },
  ): Promise<void> {
    await rows(tx, `UPDATE attestation SET state = $2 WHERE hash = $1 AND state <> 'revoked'`, [
      attestHash,
      suspended ? 'suspended' : 'live',
    ]);
  }

  private async projectThread(tx: EntityManager, { entry, state }: AppliedThread): Promise<void> {
    switch (entry.header.type) {
      case THREAD.genesis:
        await rows(tx, 'INSERT INTO thread (id, case_id, lane) VALUES ($1, $2, $3)', [
          state.chainId,
          fromHex(state.caseId),
          state.lane,
        ]);
        return;
      case THREAD.rotate:
        await this.restateRoster(tx, state);
        return;
      case THREAD.leave:
        await rows(tx, 'DELETE FROM roster_row WHERE thread_id = $1 AND user_id = $2', [
          state.chainId,
          entry.header.authorUser,
        ]);
        return;
      case THREAD.close:
        await rows(tx, 'UPDATE thread SET closed = true WHERE id = $1', [state.chainId]);
        return;
    }
  }

  private async restateRoster(tx: EntityManager, state: ThreadState): Promise<void> {
    const current = state.rows.filter((row) => !row.left);
    await rows(tx, 'DELETE FROM roster_row WHERE thread_id = $1', [state.chainId]);
    await rows(
      tx,
      `INSERT INTO roster_row (thread_id, user_id, role, organisation_id, basis_hash, expires_at)
       SELECT $1::bytea, r.user_id, r.role, o.id, r.basis_hash, to_timestamp(r.expires_ms / 1000)
       FROM unnest($2::bytea[], $3::smallint[], $4::bytea[], $5::bytea[], $6::float8[])
         r (user_id, role, genesis_hash, basis_hash, expires_ms)
       JOIN chain o ON o.kind = 2 AND o.genesis_hash = r.genesis_hash`,
      [
        state.chainId,
        current.map((row) => fromHex(row.userId)),
        current.map((row) => row.role),
        current.map((row) => fromHex(row.organisation)),
        current.map((row) => row.basis),
        current.map((row) => row.expiresMs),
      ],
    );
    await rows(
      tx,
      `INSERT INTO thread_stated (thread_id, chain_id)
       SELECT $1::bytea, unnest($2::bytea[]) UNION
       SELECT $1::bytea, id FROM chain WHERE kind = 2 AND genesis_hash = ANY($3)
       ON CONFLICT DO NOTHING`,
      [
        state.chainId,
        state.rows.map((row) => fromHex(row.userId)),
        state.organisations.map((stated) => stated.genesisHash),
      ],
    );
  }
}
