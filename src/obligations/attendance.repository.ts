import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ROLE, fromHex, toHex, type Role } from '#protocol';
import { firstRow, rows } from '../platform/index.js';
import { OWED, PARTIES } from './obligation.repository.js';
import type { Parties } from './parties.js';

/** An obligation nobody answers for, and how often it has come to that. */
export interface Unattended extends Parties {
  readonly times: number;
}

/**
 * Is there still somebody who answers for an obligation? Reads `live_roster`, which the room of the chains keeps for
 * that: the signed roster minus who left, ran out, or is known to be revoked or suspended.
 */
@Injectable()
export class AttendanceRepository {
  constructor(private readonly source: DataSource) {}

  /** The role in which a person has a place in a thread now, or null. */
  async findRole(threadId: Uint8Array, userId: Uint8Array): Promise<Role | null> {
    const row = await firstRow<{ role: Role }>(
      this.source,
      'SELECT role FROM live_roster WHERE thread_id = $1 AND user_id = $2',
      [threadId, userId],
    );
    return row?.role ?? null;
  }

  /** A role in which a person is attested in an organisation now, staff roles first, or null. */
  async findRoleIn(organisationId: Uint8Array, userId: Uint8Array): Promise<Role | null> {
    const row = await firstRow<{ role: Role }>(
      this.source,
      `SELECT role FROM live_attestation WHERE organisation_id = $1 AND user_id = $2
       ORDER BY role = ${ROLE.client}, role LIMIT 1`,
      [organisationId, userId],
    );
    return row?.role ?? null;
  }

  /** Every role in which a person is attested in an organisation now. */
  async findRolesIn(organisationId: Uint8Array, userId: Uint8Array): Promise<Role[]> {
    const found = await rows<{ role: Role }>(
      this.source,
      'SELECT DISTINCT role FROM live_attestation WHERE organisation_id = $1 AND user_id = $2',
      [organisationId, userId],
    );
    return found.map(({ role }) => role);
  }

  /** Organisation ids by genesis hash, both as the caller needs them: hex in, id bytes out. */
  async findOrganisationIds(
    tx: EntityManager,
    genesisHashes: readonly string[],
  ): Promise<Map<string, Uint8Array>> {
    const found = await rows<{ id: Uint8Array; hash: Uint8Array }>(
      tx,
      'SELECT id, genesis_hash AS hash FROM chain WHERE genesis_hash = ANY($1::bytea[])',
      [genesisHashes.map(fromHex)],
    );
    return new Map(found.map(({ id, hash }) => [toHex(hash), id]));
  }

  /**
   * Marks owed obligations whose owner and responder have both lost their place: left, dropped, expired, or no
   * longer attested. Each is returned once, until somebody is there again. Locked rows are left to the next look.
   */
  async markUnattended(
    tx: EntityManager,
    { threads, limit = 1_000 }: { threads?: readonly Uint8Array[]; limit?: number },
  ): Promise<Unattended[]> {
    return rows<Unattended>(
      tx,
      `UPDATE obligation SET attended = false, unattended_times = unattended_times + 1
       WHERE (thread_id, id) IN (
         SELECT thread_id, id FROM obligation AS owed
         WHERE attended AND ${OWED} AND ($1::bytea[] IS NULL OR thread_id = ANY($1)) AND NOT ${SOMEBODY_THERE}
         LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING ${PARTIES}, unattended_times AS times`,
      [threads ?? null, limit],
    );
  }

  /** Marks those at which somebody is there again, so that a later loss is an alarm again. */
  async markAttended(tx: EntityManager): Promise<void> {
    await rows(
      tx,
      `UPDATE obligation SET attended = true
       WHERE (thread_id, id) IN (
         SELECT thread_id, id FROM obligation AS owed WHERE NOT attended AND ${OWED} AND ${SOMEBODY_THERE}
         FOR UPDATE SKIP LOCKED)`,
    );
  }
}

/** Asked of each open obligation by itself (OFFSET keeps it from becoming a join with every roster there is). */
const SOMEBODY_THERE = `EXISTS (
  SELECT FROM live_roster AS place
  WHERE place.thread_id = owed.thread_id AND place.user_id IN (owed.responder_id, owed.owner_id) OFFSET 0)`;
