import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Slot } from '#calendar';
import { fromHex, type Role } from '#protocol';
import { rows, type Executor } from '../../platform/index.js';
import { OWED } from '../obligation.repository.js';
import type { HoursBefore } from './coverage-look.policy.js';
import type { Pool } from './pool.js';

export interface NewCheck extends Pool {
  readonly slot: Slot;
  /** Hex. */
  readonly person: string;
  readonly shiftAtMs: number;
  readonly hoursBefore: HoursBefore;
  readonly probeKey: string;
}

export interface DueCheck extends Pool {
  readonly id: number;
  readonly slot: Slot;
  readonly personId: Uint8Array;
  readonly shiftAtMs: number;
  readonly probeKey: string;
}

/** What was found out about somebody before his shift. */
export interface Readiness {
  readonly probeConfirmed: boolean;
  readonly deviceOnline: boolean;
  readonly threads: number;
  readonly missing: readonly Uint8Array[];
}

export interface ListedCheck {
  readonly role: Role;
  readonly slot: Slot;
  readonly personId: Uint8Array;
  readonly shiftAtMs: number;
  readonly hoursBefore: HoursBefore;
  readonly probedAtMs: number;
  readonly state: 'probing' | 'ready' | 'not_ready' | 'void';
  readonly probeConfirmed: boolean | null;
  readonly deviceOnline: boolean | null;
  readonly threads: number | null;
  readonly missing: readonly Uint8Array[] | null;
}

/** Threads that concern a pool ($1 organisation, $2 role): something is owed there, or one of its people has a place. */
const CASES_OF_POOL = `
  SELECT thread_id FROM obligation WHERE organisation_id = $1 AND responder_role = $2 AND ${OWED}
  UNION
  SELECT roster.thread_id FROM live_roster AS roster JOIN thread ON thread.id = roster.thread_id
  WHERE roster.organisation_id = $1 AND roster.role = $2 AND NOT thread.closed`;

/** How long a device has to confirm a probe. */
const PROBE_MS = 5 * 60_000;
const SHIFT_AT = `round(extract(epoch FROM shift_at) * 1000)::float8 AS "shiftAtMs"`;

/** Checks before shifts. The only place with SQL on `readiness_check`. */
@Injectable()
export class ReadinessRepository {
  /** True if nobody has begun this check before. */
  async begin(tx: EntityManager, check: NewCheck): Promise<boolean> {
    const { organisationId, role, slot, person, shiftAtMs, hoursBefore, probeKey } = check;
    const found = await rows(
      tx,
      `INSERT INTO readiness_check
         (organisation_id, role, slot, person_id, shift_at, hours_before, probe_key, evaluate_at)
       VALUES ($1, $2, $3, $4, to_timestamp($5 / 1000.0), $6, $7, now() + ${PROBE_MS} * interval '1 millisecond')
       ON CONFLICT DO NOTHING RETURNING true AS begun`,
      [organisationId, role, slot, fromHex(person), shiftAtMs, hoursBefore, probeKey],
    );
    return found.length > 0;
  }

  /** Locks up to `limit` checks whose time to confirm is over; those somebody else holds are left to him. */
  async takeDue(tx: EntityManager, limit: number): Promise<DueCheck[]> {
    return rows<DueCheck>(
      tx,
      `SELECT id, organisation_id AS "organisationId", role, slot, person_id AS "personId", ${SHIFT_AT},
         probe_key AS "probeKey"
       FROM readiness_check WHERE state = 'probing' AND evaluate_at <= now()
       ORDER BY evaluate_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
  }

  /** Whether a device of the person said that it got the probe, whichever way it came. */
  async isConfirmed(tx: EntityManager, { probeKey, personId }: DueCheck): Promise<boolean> {
    const found = await rows(
      tx,
      `SELECT true AS confirmed FROM delivery
       WHERE cause = $1 AND recipient_kind = 'person' AND recipient_id = $2 AND confirmed_at IS NOT NULL LIMIT 1`,
      [probeKey, personId],
    );
    return found.length > 0;
  }

  /**
   * The threads whoever is on duty must be able to read, those with an open obligation of the pool and those in which
   * somebody of the pool has a place, and which of them this person is not in.
   */
  async findThreads(
    tx: EntityManager,
    { organisationId, role, personId }: DueCheck,
  ): Promise<Pick<Readiness, 'threads' | 'missing'>> {
    const found = await rows<{ threadId: Uint8Array; present: boolean }>(
      tx,
      `SELECT thread_id AS "threadId", EXISTS (
         SELECT FROM live_roster AS place
         WHERE place.thread_id = of_pool.thread_id AND place.user_id = $3) AS present
       FROM (${CASES_OF_POOL}) AS of_pool`,
      [organisationId, role, personId],
    );
    return {
      threads: found.length,
      missing: found.filter(({ present }) => !present).map(({ threadId }) => threadId),
    };
  }

  /** @param readiness null: the shift is not his any more */
  async close(tx: EntityManager, id: number, readiness: Readiness | null): Promise<void> {
    await rows(
      tx,
      `UPDATE readiness_check SET state = $2, probe_confirmed = $3, device_online = $4, threads = $5, missing = $6
       WHERE id = $1`,
      [
        id,
        readiness === null ? 'void' : isReady(readiness) ? 'ready' : 'not_ready',
        readiness?.probeConfirmed ?? null,
        readiness?.deviceOnline ?? null,
        readiness?.threads ?? null,
        readiness?.missing ?? null,
      ],
    );
  }

  /** Of shifts that began within the last week or are still to come. */
  async list(executor: Executor, organisationId: Uint8Array): Promise<ListedCheck[]> {
    return rows<ListedCheck>(
      executor,
      `SELECT role, slot, person_id AS "personId", ${SHIFT_AT}, hours_before AS "hoursBefore",
         round(extract(epoch FROM probed_at) * 1000)::float8 AS "probedAtMs", state,
         probe_confirmed AS "probeConfirmed", device_online AS "deviceOnline", threads, missing
       FROM readiness_check WHERE organisation_id = $1 AND shift_at > now() - interval '7 days'
       ORDER BY shift_at DESC, id DESC LIMIT 500`,
      [organisationId],
    );
  }

  /** Checks of shifts that have long begun; what nobody has looked at yet is still to be said. */
  async prune(executor: Executor, days: number, limit: number): Promise<number> {
    const gone = await rows(
      executor,
      `DELETE FROM readiness_check WHERE id IN (
         SELECT id FROM readiness_check
         WHERE state <> 'probing' AND shift_at < now() - $1 * interval '1 day' ORDER BY id LIMIT $2)
       RETURNING id`,
      [days, limit],
    );
    return gone.length;
  }
}

/** His device answers, and he can read every case he may be asked about. */
export function isReady({ probeConfirmed, missing }: Readiness): boolean {
  return probeConfirmed && missing.length === 0;
}
