import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BusinessCalendar } from '#calendar';
import { toHex } from '#protocol';
import { firstRow, rows, type Executor } from '../../platform/index.js';

interface CalendarVersion {
  readonly version: number;
  readonly calendar: BusinessCalendar;
}

/** The only place with SQL on `organisation_calendar`. */
@Injectable()
export class OrganisationCalendars {
  /** The calendar in force of each organisation that has one, by its id in hex. */
  async find(
    tx: Executor,
    organisationIds: readonly Uint8Array[],
  ): Promise<ReadonlyMap<string, BusinessCalendar>> {
    const found = await rows<{ organisationId: Uint8Array; calendar: BusinessCalendar }>(
      tx,
      `SELECT DISTINCT ON (organisation_id) organisation_id AS "organisationId", calendar
       FROM organisation_calendar WHERE organisation_id = ANY($1::bytea[])
       ORDER BY organisation_id, version DESC`,
      [organisationIds],
    );
    return new Map(found.map(({ organisationId, calendar }) => [toHex(organisationId), calendar]));
  }

  /** The newest version of one organisation, or null. */
  async findVersion(executor: Executor, organisationId: Uint8Array): Promise<CalendarVersion | null> {
    return firstRow<CalendarVersion>(
      executor,
      `SELECT version, calendar FROM organisation_calendar WHERE organisation_id = $1
       ORDER BY version DESC LIMIT 1`,
      [organisationId],
    );
  }

  async add(
    tx: EntityManager,
    organisationId: Uint8Array,
    { version, calendar }: CalendarVersion,
  ): Promise<void> {
    await rows(
      tx,
      'INSERT INTO organisation_calendar (organisation_id, version, calendar) VALUES ($1, $2, $3)',
      [organisationId, version, JSON.stringify(calendar)],
    );
  }
}
