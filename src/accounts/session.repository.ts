import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fromHex, toBase64Url, toHex, type Principal } from '#protocol';
import { firstRow, rows } from '../platform/index.js';

interface SessionSql {
  id: Uint8Array;
  key_id: Uint8Array;
  kind: Principal['kind'];
  user_id: Uint8Array | null;
  organisation_id: Uint8Array | null;
  attest_hash: Uint8Array | null;
}

export interface LiveSession {
  readonly sessionId: Uint8Array;
  readonly principal: Principal;
}

const COLUMNS = 'id, key_id, kind, user_id, organisation_id, attest_hash';

/** Tables challenge, session and refresh_token. */
@Injectable()
export class SessionRepository {
  constructor(private readonly source: DataSource) {}

  async addChallenge(challenge: Uint8Array, keyId: string, validForMs: number): Promise<number> {
    const row = await firstRow<{ expires_ms: number }>(
      this.source,
      `INSERT INTO challenge (challenge, key_id, expires_at)
       VALUES ($1, $2, date_trunc('milliseconds', now() + $3 * interval '1 millisecond'))
       RETURNING round(extract(epoch FROM expires_at) * 1000)::float8 AS expires_ms`,
      [challenge, fromHex(keyId), validForMs],
    );
    if (row === null) throw new Error('an insert returned nothing');
    return row.expires_ms;
  }

  /** Uses a challenge up. True if it was given to this key with this expiry and is not late. */
  async takeChallenge(challenge: Uint8Array, keyId: string, expiresAtMs: number): Promise<boolean> {
    const row = await firstRow<{ fits: boolean }>(
      this.source,
      `DELETE FROM challenge WHERE challenge = $1
       RETURNING key_id = $2 AND expires_at > now()
         AND round(extract(epoch FROM expires_at) * 1000) = $3 AS fits`,
      [challenge, fromHex(keyId), expiresAtMs],
    );
    return row?.fits ?? false;
  }

  async addSession(tx: EntityManager, session: LiveSession, validForMs: number): Promise<void> {
    const { principal } = session;
    await rows(
      tx,
      `INSERT INTO session (id, key_id, kind, user_id, organisation_id, attest_hash, expires_at)
       VALUES ($1, $2, $3, $4, $5, (SELECT attest_hash FROM signing_key WHERE key_id = $2),
         now() + $6 * interval '1 millisecond')`,
      [
        session.sessionId,
        fromHex(principal.keyId),
        principal.kind,
        principal.kind === 'device' ? fromHex(principal.userId) : null,
        principal.kind === 'device' ? null : fromHex(principal.organisationId),
        validForMs,
      ],
    );
  }

  async addRefreshToken(
    tx: EntityManager,
    token: { readonly hash: Uint8Array; readonly sessionId: Uint8Array },
    validForMs: number,
  ): Promise<void> {
    await rows(
      tx,
      `INSERT INTO refresh_token (hash, session_id, expires_at)
       VALUES ($1, $2, now() + $3 * interval '1 millisecond')`,
      [token.hash, token.sessionId, validForMs],
    );
  }

  /** Locks a refresh token. `used` tells that it was presented before: somebody else has it too. */
  async lockRefreshToken(
    tx: EntityManager,
    hash: Uint8Array,
  ): Promise<{ readonly sessionId: Uint8Array; readonly used: boolean; readonly late: boolean } | null> {
    return firstRow(
      tx,
      `SELECT session_id AS "sessionId", used_at IS NOT NULL AS used, expires_at <= now() AS late
       FROM refresh_token WHERE hash = $1 FOR UPDATE`,
      [hash],
    );
  }

  async markRefreshTokenUsed(tx: EntityManager, hash: Uint8Array): Promise<void> {
    await rows(tx, 'UPDATE refresh_token SET used_at = now() WHERE hash = $1', [hash]);
  }

  /** Which of these sessions are live now, one statement for all. */
  async findLive(
    sessionIds: readonly Uint8Array[],
    executor: EntityManager | DataSource = this.source,
  ): Promise<LiveSession[]> {
    const found = await rows<SessionSql>(
      executor,
      `SELECT ${COLUMNS} FROM session WHERE id = ANY($1) AND revoked_at IS NULL AND expires_at > now()`,
      [sessionIds],
    );
    return found.map(toSession);
  }

  async extend(tx: EntityManager, sessionId: Uint8Array, validForMs: number): Promise<void> {
    await rows(tx, `UPDATE session SET expires_at = now() + $2 * interval '1 millisecond' WHERE id = $1`, [
      sessionId,
      validForMs,
    ]);
  }

  async revoke(executor: EntityManager | DataSource, sessionId: Uint8Array): Promise<void> {
    await rows(executor, 'UPDATE session SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL', [
      sessionId,
    ]);
  }

  /** Every sign-in with one of these keys. */
  async revokeKeys(tx: EntityManager, keyIds: readonly Uint8Array[]): Promise<void> {
    if (keyIds.length === 0) return;
    await rows(tx, 'UPDATE session SET revoked_at = now() WHERE key_id = ANY($1) AND revoked_at IS NULL', [
      keyIds,
    ]);
  }

  /** Whether a device of this person signed in or exchanged its token within the last `withinMs`: it runs and is online. */
  async isInUse(
    executor: EntityManager | DataSource,
    userId: Uint8Array,
    withinMs: number,
  ): Promise<boolean> {
    const found = await rows(
      executor,
      `SELECT true AS used FROM session
       WHERE user_id = $1 AND kind = 'device' AND revoked_at IS NULL AND expires_at > now()
         AND (created_at > now() - $2 * interval '1 millisecond' OR EXISTS (
           SELECT FROM refresh_token AS token
           WHERE token.session_id = session.id AND token.used_at > now() - $2 * interval '1 millisecond'))
       LIMIT 1`,
      [userId, withinMs],
    );
    return found.length > 0;
  }

  /** Sessions revoked within the last `withinMs`, whichever process did it. */
  async findRevoked(withinMs: number): Promise<Uint8Array[]> {
    const found = await rows<{ id: Uint8Array }>(
      this.source,
      `SELECT id FROM session WHERE revoked_at > now() - $1 * interval '1 millisecond'`,
      [withinMs],
    );
    return found.map((row) => row.id);
  }

  /** Removes what can no longer be used; until they expire, used refresh tokens stay so that reuse is recognised. */
  async sweep(): Promise<void> {
    await rows(this.source, 'DELETE FROM challenge WHERE expires_at < now()');
    await rows(this.source, 'DELETE FROM refresh_token WHERE expires_at < now()');
    await rows(this.source, `DELETE FROM session WHERE expires_at < now() - interval '1 day'`);
  }
}

function toSession(row: SessionSql): LiveSession {
  return { sessionId: row.id, principal: toPrincipal(row) };
}

function toPrincipal(row: SessionSql): Principal {
  const keyId = toHex(row.key_id);
  if (row.kind === 'device' && row.user_id !== null) {
    return { kind: 'device', keyId, userId: toHex(row.user_id) };
  }
  if (row.organisation_id === null) throw new Error('a session without its principal');
  const organisationId = toHex(row.organisation_id);
  if (row.kind === 'admin') return { kind: 'admin', keyId, organisationId };
  if (row.attest_hash === null) throw new Error('an invite session without its attestation');
  return { kind: 'invite', keyId, organisationId, attestHash: toBase64Url(row.attest_hash) };
}
