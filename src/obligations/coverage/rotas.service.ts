import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BusinessCalendar, Rota } from '#calendar';
import { Problem, ROLE, toHex, type Principal, type RoleName } from '#protocol';
import { CoverageAccess } from './coverage-access.service.js';
import { CoverageActRepository } from './coverage-act.repository.js';
import { OrganisationCalendars } from './organisation-calendars.repository.js';
import { parseCalendar, parseRota, strangersIn } from './planned-documents.policy.js';
import { PoolWatchRepository } from './pool-watch.repository.js';
import { RoleHolders } from './role-holders.repository.js';
import { RotaRepository } from './rota.repository.js';

/** Opening hours and rotas, each as versions: who writes names the version he has read. */
@Injectable()
export class RotasService {
  constructor(
    private readonly source: DataSource,
    private readonly access: CoverageAccess,
    private readonly calendars: OrganisationCalendars,
    private readonly rotas: RotaRepository,
    private readonly holders: RoleHolders,
    private readonly pools: PoolWatchRepository,
    private readonly acts: CoverageActRepository,
  ) {}

  async findCalendar(
    caller: Principal,
    organisation: string,
  ): Promise<{ version: number; calendar: BusinessCalendar | null }> {
    const { organisationId } = await this.access.read(this.source, caller, organisation);
    return (await this.calendars.findVersion(this.source, organisationId)) ?? { version: 0, calendar: null };
  }

  async putCalendar(
    caller: Principal,
    organisation: string,
    given: { readonly replaces: number; readonly calendar: unknown },
  ): Promise<{ version: number }> {
    const calendar = parseCalendar(given.calendar);
    return this.access.govern(caller, organisation, async (tx, by) => {
      const before = await this.calendars.findVersion(tx, by.organisationId);
      const version = nextVersion(before, given.replaces);
      await this.calendars.add(tx, by.organisationId, { version, calendar });
      await this.acts.add(tx, by, { act: 'calendar_set', role: null, subject: String(version) });
      await this.pools.lookSoon(tx, by.organisationId);
      return { version };
    });
  }

  async findRota(
    caller: Principal,
    organisation: string,
    role: RoleName,
  ): Promise<{ version: number; rota: Rota | null }> {
    const { organisationId } = await this.access.read(this.source, caller, organisation);
    const newest = await this.rotas.findNewest(this.source, { organisationId, role: ROLE[role] });
    return newest ?? { version: 0, rota: null };
  }

  async putRota(
    caller: Principal,
    { organisation, role: roleName }: { readonly organisation: string; readonly role: RoleName },
    given: { readonly replaces: number; readonly rota: unknown },
  ): Promise<{ version: number }> {
    const rota = parseRota(given.rota);
    const role = ROLE[roleName];
    return this.access.govern(caller, organisation, async (tx, by) => {
      const pool = { organisationId: by.organisationId, role };
      const [people = []] = await this.holders.find(tx, [pool]);
      const strangers = strangersIn(rota, new Set(people.map(toHex)));
      if (strangers.length > 0)
        throw new Problem('coverage.person_unknown', { fields: strangers.slice(0, 10) });
      const version = nextVersion(await this.rotas.findNewest(tx, pool), given.replaces);
      await this.rotas.add(tx, pool, { version, rota });
      await this.acts.add(tx, by, { act: 'rota_set', role, subject: String(version) });
      await this.pools.begin(tx, pool);
      await this.pools.lookSoon(tx, by.organisationId);
      return { version };
    });
  }
}

function nextVersion(before: { readonly version: number } | null, replaces: number): number {
  const version = before?.version ?? 0;
  if (version !== replaces) throw new Problem('coverage.stale');
  return version + 1;
}
