import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Problem, ROLE, fromHex, toHex, type Principal, type Role, type RoleName } from '#protocol';
import { databaseNowMs } from '../../platform/index.js';
import { AbsenceRepository } from './absence.repository.js';
import { CoverageAccess, governs, type Standing } from './coverage-access.service.js';
import { CoverageActRepository } from './coverage-act.repository.js';
import { OverrideRepository } from './override.repository.js';
import { PoolWatchRepository } from './pool-watch.repository.js';
import { RoleHolders } from './role-holders.repository.js';
import { RotaRepository } from './rota.repository.js';

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Overrides and leave: what is decided upon a rota without asking the other person. */
@Injectable()
export class DutyChangesService {
  constructor(
    private readonly access: CoverageAccess,
    private readonly overrides: OverrideRepository,
    private readonly absences: AbsenceRepository,
    private readonly rotas: RotaRepository,
    private readonly holders: RoleHolders,
    private readonly pools: PoolWatchRepository,
    private readonly acts: CoverageActRepository,
  ) {}

  async addOverride(
    caller: Principal,
    organisation: string,
    given: Stretch & {
      readonly role: RoleName;
      readonly slot: 'primary' | 'secondary';
      readonly personId: string | null;
    },
  ): Promise<{ id: string }> {
    const { role: name, slot, personId, ...stretch } = given;
    return this.access.govern(caller, organisation, async (tx, by) => {
      const pool = { organisationId: by.organisationId, role: ROLE[name] };
      await requireFuture(tx, stretch);
      if ((await this.rotas.findNewest(tx, pool)) === null) throw new Problem('coverage.no_rota');
      const person = personId === null ? null : fromHex(personId);
      if (person !== null) await this.requireHolder(tx, person, { ...pool, field: 'personId' });
      const id = required(await this.overrides.add(tx, { ...pool, slot, ...stretch, personId: person }));
      await this.record(tx, by, { act: 'override_set', role: pool.role, subject: id });
      return { id };
    });
  }

  withdrawOverride(caller: Principal, organisation: string, id: string): Promise<void> {
    return this.access.govern(caller, organisation, async (tx, by) => {
      const withdrawn = await this.overrides.withdraw(tx, by.organisationId, id);
      if (withdrawn === null) throw new Problem('coverage.not_found');
      await this.record(tx, by, { act: 'override_withdrawn', role: withdrawn.role, subject: id });
    });
  }

  /** One's own, or anybody's for those who plan. */
  async addLeave(
    caller: Principal,
    organisation: string,
    given: Stretch & { readonly personId?: string | undefined; readonly coverId: string | null },
  ): Promise<{ id: string }> {
    return this.access.write(caller, organisation, async (tx, by) => {
      const personId = whoseLeave(by, given.personId);
      const { fromMs, toMs } = given;
      await requireFuture(tx, { fromMs, toMs });
      const coverId = given.coverId === null ? null : fromHex(given.coverId);
      if (coverId !== null && toHex(coverId) === toHex(personId)) {
        throw new Problem('request.malformed', { fields: ['coverId'] });
      }
      const { organisationId } = by;
      await this.requireStaff(tx, personId, { organisationId, field: 'personId' });
      if (coverId !== null) await this.requireStaff(tx, coverId, { organisationId, field: 'coverId' });
      const id = required(await this.absences.add(tx, { organisationId, personId, fromMs, toMs, coverId }));
      await this.record(tx, by, { act: 'leave_set', role: null, subject: id });
      return { id };
    });
  }

  withdrawLeave(caller: Principal, organisation: string, id: string): Promise<void> {
    return this.access.write(caller, organisation, async (tx, by) => {
      const { organisationId } = by;
      const ownerId = governs(by) ? null : by.id;
      const withdrawn = await this.absences.withdraw(tx, { organisationId, id, ownerId });
      if (!withdrawn) throw new Problem('coverage.not_found');
      await this.record(tx, by, { act: 'leave_withdrawn', role: null, subject: id });
    });
  }

  private async record(
    tx: EntityManager,
    by: Standing,
    act: { readonly act: string; readonly role: Role | null; readonly subject: string },
  ): Promise<void> {
    await this.acts.add(tx, by, act);
    await this.pools.lookSoon(tx, by.organisationId);
  }

  private async requireHolder(
    tx: EntityManager,
    person: Uint8Array,
    { organisationId, role, field }: { organisationId: Uint8Array; role: Role; field: string },
  ): Promise<void> {
    const [people = []] = await this.holders.find(tx, [{ organisationId, role }]);
    requireAmong(people, person, field);
  }

  private async requireStaff(
    tx: EntityManager,
    person: Uint8Array,
    { organisationId, field }: { organisationId: Uint8Array; field: string },
  ): Promise<void> {
    const roles = Object.values(ROLE).filter((role) => role !== ROLE.client);
    const people = await this.holders.find(
      tx,
      roles.map((role) => ({ organisationId, role })),
    );
    requireAmong(people.flat(), person, field);
  }
}

function whoseLeave(by: Standing, personId: string | undefined): Uint8Array {
  if (by.kind === 'person' && (personId === undefined || personId === toHex(by.id))) return by.id;
  if (personId === undefined) throw new Problem('request.malformed', { fields: ['personId'] });
  if (!governs(by)) throw new Problem('coverage.not_found');
  return fromHex(personId);
}

async function requireFuture(tx: EntityManager, { toMs }: Stretch): Promise<void> {
  if (toMs <= (await databaseNowMs(tx))) throw new Problem('coverage.time_over');
}

function requireAmong(people: readonly Uint8Array[], person: Uint8Array, field: string): void {
  const known = people.some((each) => toHex(each) === toHex(person));
  if (!known) throw new Problem('coverage.person_unknown', { fields: [field] });
}

function required(id: string | null): string {
  if (id === null) throw new Problem('coverage.overlap');
  return id;
}
