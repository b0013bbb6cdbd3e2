import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NO_PREFERENCES, noticePreferences, type NoticePreferences } from '#protocol';
import { firstRow, rows } from '../platform/index.js';
import type { ContactOwner, OwnerKind } from './contact.repository.js';

/** What a person's preferences mean at this instant of the database's clock; Unix milliseconds. */
export interface PreferencesNow {
  readonly ownerId: Uint8Array;
  readonly preferences: NoticePreferences;
  readonly nowMs: number;
  /** End of the quiet hours that run now; null if none do. */
  readonly quietUntilMs: number | null;
  /** The latest time of his digest that has come, and the next one; null without a digest. */
  readonly lastDigestMs: number | null;
  readonly nextDigestMs: number | null;
}

/**
 * A time of day lies on the wall clock of the person's zone; PostgreSQL knows its switches. Yesterday to the day
 * after tomorrow is enough to find the neighbours of now, whatever the zone does in between.
 */
const instantOf = (time: string): string =>
  `(date_trunc('day', local) + days * interval '1 day' + (${time})::time) AT TIME ZONE zone`;
const milliseconds = (instant: string): string => `extract(epoch FROM ${instant})::float8 * 1000`;

@Injectable()
export class PreferenceRepository {
  constructor(private readonly source: DataSource) {}

  async find(owner: Pick<ContactOwner, 'kind' | 'id'>): Promise<NoticePreferences> {
    const row = await firstRow<{ preferences: unknown }>(
      this.source,
      'SELECT preferences FROM notice_preference WHERE principal_kind = $1 AND principal_id = $2',
      [owner.kind, owner.id],
    );
    return row === null ? NO_PREFERENCES : read(row.preferences);
  }

  async put(owner: ContactOwner, preferences: NoticePreferences): Promise<void> {
    await rows(
      this.source,
      `INSERT INTO notice_preference (principal_kind, principal_id, preferences) VALUES ($1, $2, $3)
       ON CONFLICT (principal_kind, principal_id) DO UPDATE SET
         preferences = excluded.preferences, updated_at = now()`,
      [owner.kind, owner.id, JSON.stringify(preferences)],
    );
  }

  /** Zones are computed by the database, so it must know the name. */
  async isZoneKnown(zone: string): Promise<boolean> {
    return (
      (await firstRow(this.source, 'SELECT 1 AS known FROM pg_timezone_names WHERE name = $1', [zone])) !==
      null
    );
  }

  /** Of those among the given owners who have set any. */
  async listNow(kind: OwnerKind, ownerIds: readonly Uint8Array[]): Promise<PreferencesNow[]> {
    const found = await rows<Omit<PreferencesNow, 'preferences'> & { readonly preferences: unknown }>(
      this.source,
      `SELECT principal_id AS "ownerId", preferences, ${milliseconds('now()')} AS "nowMs",
         (SELECT ${milliseconds(`min(${instantOf('"to"')})`)}
          FROM generate_series(-1, 2) AS days
          WHERE ${instantOf('"to"')} > now() AND is_quiet) AS "quietUntilMs",
         (SELECT ${milliseconds(`max(${instantOf('digest')})`)}
          FROM generate_series(-2, 1) AS days, jsonb_array_elements_text(preferences -> 'digestAt') AS digest
          WHERE ${instantOf('digest')} <= now()) AS "lastDigestMs",
         (SELECT ${milliseconds(`min(${instantOf('digest')})`)}
          FROM generate_series(-1, 2) AS days, jsonb_array_elements_text(preferences -> 'digestAt') AS digest
          WHERE ${instantOf('digest')} > now()) AS "nextDigestMs"
       FROM notice_preference,
         LATERAL (SELECT preferences ->> 'zone' AS zone, now() AT TIME ZONE (preferences ->> 'zone') AS local,
           nullif(preferences -> 'quiet', 'null') AS quiet) AS here,
         LATERAL (SELECT (quiet ->> 'from')::time AS "from", (quiet ->> 'to')::time AS "to") AS hours,
         LATERAL (SELECT CASE WHEN "from" < "to" THEN local::time >= "from" AND local::time < "to"
           ELSE local::time >= "from" OR local::time < "to" END AS is_quiet) AS now_quiet
       WHERE principal_kind = $1 AND principal_id = ANY($2)`,
      [kind, ownerIds],
    );
    return found.map((row) => ({ ...row, preferences: read(row.preferences) }));
  }
}

/** What an older version wrote and this one cannot read must not keep anybody from being told. */
function read(stored: unknown): NoticePreferences {
  return noticePreferences.safeParse(stored).data ?? NO_PREFERENCES;
}
