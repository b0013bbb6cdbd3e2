import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ladder, type Ladder, type Urgency } from '#protocol';
import { firstRow, rows, type Executor } from '../platform/index.js';
import { ladderKey, type KeptLadder } from './ladder.policy.js';

/** A written or approved version; the built-in ladder (version 0) has no content here. */
export interface LadderVersion {
  readonly urgency: Urgency;
  readonly version: number;
  readonly content: Ladder | null;
  readonly approvedBy: Uint8Array | null;
  readonly approvedAtMs: number | null;
}

/** The only place with SQL on `ladder` and `ladder_approval`. Rows are added, never changed. */
@Injectable()
export class LadderRepository {
  constructor(private readonly source: DataSource) {}

  /** The newest approved ladder of each organisation and urgency that has one, by `ladderKey`; version 0 is none. */
  async findInForce(
    tx: Executor,
    organisationIds: readonly Uint8Array[],
  ): Promise<ReadonlyMap<string, KeptLadder>> {
    if (organisationIds.length === 0) return new Map();
    const found = await rows<{
      organisationId: Uint8Array;
      urgency: Urgency;
      id: number | null;
      content: unknown;
    }>(
      tx,
      `SELECT DISTINCT ON (organisation_id, urgency)
         organisation_id AS "organisationId", urgency, ladder.id, ladder.content
       FROM ladder_approval LEFT JOIN ladder USING (organisation_id, urgency, version)
       WHERE organisation_id = ANY($1::bytea[])
       ORDER BY organisation_id, urgency, version DESC`,
      [organisationIds],
    );
    return new Map(
      found.flatMap(({ organisationId, urgency, id, content }) =>
        id === null ? [] : [[ladderKey(organisationId, urgency), { id, content: ladder.parse(content) }]],
      ),
    );
  }

  /** What these numbers stand for. */
  async findContents(tx: Executor, ids: readonly number[]): Promise<ReadonlyMap<number, Ladder>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const found = await rows<{ id: number; content: unknown }>(
      tx,
      'SELECT id, content FROM ladder WHERE id = ANY($1::bigint[])',
      [wanted],
    );
    return new Map(found.map(({ id, content }) => [id, ladder.parse(content)]));
  }

  /** Every version written or approved in an organisation, newest first. */
  async listVersions(organisationId: Uint8Array): Promise<LadderVersion[]> {
    const found = await rows<Omit<LadderVersion, 'content'> & { content: unknown }>(
      this.source,
      `SELECT urgency, version, content, approved_by AS "approvedBy",
         extract(epoch FROM approved_at)::float8 * 1000 AS "approvedAtMs"
       FROM ladder FULL JOIN ladder_approval USING (organisation_id, urgency, version)
       WHERE organisation_id = $1 ORDER BY version DESC`,
      [organisationId],
    );
    return found.map((row) => ({ ...row, content: row.content === null ? null : ladder.parse(row.content) }));
  }

  /** @returns the number of the new version, one above the newest */
  async add(
    tx: EntityManager,
    added: { organisationId: Uint8Array; urgency: Urgency; content: Ladder; writtenBy: Uint8Array },
  ): Promise<number> {
    const { organisationId, urgency, content, writtenBy } = added;
    // Two administrators who write at once get two versions, not a collision.
    await rows(tx, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      ladderKey(organisationId, urgency),
    ]);
    const row = await firstRow<{ version: number }>(
      tx,
      `INSERT INTO ladder (organisation_id, urgency, version, content, written_by)
       SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4 FROM ladder WHERE organisation_id = $1 AND urgency = $2
       RETURNING version`,
      [organisationId, urgency, JSON.stringify(content), writtenBy],
    );
    if (row === null) throw new Error('the ladder was not written');
    return row.version;
  }

  /** False when there is no such version. Approving twice is approving once. */
  async approve(
    tx: EntityManager,
    approved: { organisationId: Uint8Array; urgency: Urgency; version: number; approvedBy: Uint8Array },
  ): Promise<boolean> {
    const { organisationId, urgency, version, approvedBy } = approved;
    const known = await rows(
      tx,
      'SELECT 1 FROM ladder WHERE organisation_id = $1 AND urgency = $2 AND version = $3',
      [organisationId, urgency, version],
    );
    if (known.length === 0 && version !== 0) return false;
    await rows(
      tx,
      `INSERT INTO ladder_approval (organisation_id, urgency, version, approved_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [organisationId, urgency, version, approvedBy],
    );
    return true;
  }
}
