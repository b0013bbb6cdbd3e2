import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { gapsBetween, shiftsBetween } from '#calendar';
import {
  Problem,
  ROLE,
  fromHex,
  toHex,
  type ChangesReply,
  type CoverageActsReply,
  type DutyReply,
  type HandoversReply,
  type Principal,
  type ReadinessReply,
  type RoleName,
  type ShiftsReply,
} from '#protocol';
import { databaseNowMs } from '../../platform/index.js';
import { AbsenceRepository } from './absence.repository.js';
import { CoverageAccess } from './coverage-access.service.js';
import { CoverageActRepository } from './coverage-act.repository.js';
import { AHEAD_MS } from './duty-answer.policy.js';
import { Duty } from './duty.service.js';
import { HandoverRepository } from './handover.repository.js';
import { OrganisationCalendars } from './organisation-calendars.repository.js';
import { OverrideRepository } from './override.repository.js';
import { PlaceRepository } from './place.repository.js';
import { PlanRepository } from './plan.repository.js';
import { poolKey, poolRoleName } from './pool.js';
import { ReadinessRepository } from './readiness.repository.js';
import { SwapRepository } from './swap.repository.js';

/** What staff may know of the coverage of their organisation. */
@Injectable()
export class CoverageReport {
  constructor(
    private readonly source: DataSource,
    private readonly access: CoverageAccess,
    private readonly duty: Duty,
    private readonly plans: PlanRepository,
    private readonly calendars: OrganisationCalendars,
    private readonly overrides: OverrideRepository,
    private readonly swaps: SwapRepository,
    private readonly absences: AbsenceRepository,
    private readonly readiness: ReadinessRepository,
    private readonly handovers: HandoverRepository,
    private readonly places: PlaceRepository,
    private readonly acts: CoverageActRepository,
  ) {}

  async findDuty(
    caller: Principal,
    organisation: string,
    asked: { readonly role: RoleName; readonly atMs?: number | undefined },
  ): Promise<DutyReply> {
    const { organisationId } = await this.access.read(this.source, caller, organisation);
    const atMs = asked.atMs ?? Math.round(await databaseNowMs(this.source));
    const query = { organisationId, role: ROLE[asked.role], atMs };
    const [answer] = await this.duty.resolve(this.source, [query]);
    if (answer === undefined) throw new Error('a query without an answer');
    const { primary, secondary, ...rest } = answer;
    return { atMs, primary: hexOrNull(primary), secondary: hexOrNull(secondary), ...rest };
  }

  async listShifts(caller: Principal, organisation: string): Promise<ShiftsReply> {
    const { organisationId } = await this.access.read(this.source, caller, organisation);
    const fromMs = Math.round(await databaseNowMs(this.source));
    const range = { fromMs, toMs: fromMs + AHEAD_MS };
    const pools = Object.values(ROLE).map((role) => ({ organisationId, role }));
    const plans = await this.plans.find(this.source, pools, fromMs);
    const calendar = (await this.calendars.findVersion(this.source, organisationId))?.calendar ?? null;
    const planned = pools.flatMap((pool) => {
      const plan = plans.get(poolKey(pool));
      return plan === undefined ? [] : [{ role: poolRoleName(pool.role), plan }];
    });
    return {
      untilMs: range.toMs,
      shifts: planned.flatMap(({ role, plan }) =>
        shiftsBetween(plan, range).map(({ person, ...shift }) => ({ role, ...shift, personId: person })),
      ),
      gaps: planned.flatMap(({ role, plan }) =>
        gapsBetween(plan, range, calendar).map((gap) => ({ role, ...gap })),
      ),
    };
  }

  async listChanges(caller: Principal, organisation: string): Promise<ChangesReply> {
    const { organisationId } = await this.access.read(this.source, caller, organisation);
    const overrides = await this.overrides.listCurrent(this.source, organisationId);
    const swaps = await this.swaps.listCurrent(this.source, organisationId);
    const leave = await this.absences.listCurrent(this.source, organisationId);
    return {
      overrides: overrides.map(({ role, personId, ...rest }) => ({
        ...rest,
        role: poolRoleName(role),
        personId: hexOrNull(personId),
      })),
      swaps: swaps.map(({ organisationId: _, role, giverId, takerId, ...rest }) => ({
        ...rest,
        role: poolRoleName(role),
        giverId: toHex(giverId),
        takerId: toHex(takerId),
      })),
      leave: leave.map(({ personId, coverId, ...rest }) => ({
        ...rest,
        personId: toHex(personId),
        coverId: hexOrNull(coverId),
      })),
    };
  }

  async listActs(caller: Principal, organisation: string): Promise<CoverageActsReply> {
    const { organisationId } = await this.access.read(this.source, caller, organisation);
    const acts = await this.acts.listNewest(this.source, organisationId);
    return {
      acts: acts.map(({ actorId, role, ...act }) => ({
        ...act,
        actorId: toHex(actorId),
        role: role === null ? null : poolRoleName(role),
      })),
    };
  }

  /** Threads somebody is missing in are named to those who are in them and can let him in. */
  async listReadiness(caller: Principal, organisation: string): Promise<ReadinessReply> {
    const { organisationId } = await this.access.read(this.source, caller, organisation);
    const checks = await this.readiness.list(this.source, organisationId);
    const mine =
      caller.kind === 'device' ? await this.places.threadsOf(this.source, fromHex(caller.userId)) : [];
    const known = new Set(mine.map(toHex));
    return {
      checks: checks.map(({ role, personId, missing, ...check }) => ({
        ...check,
        role: poolRoleName(role),
        personId: toHex(personId),
        missing: missing?.length ?? null,
        missingThreadIds: (missing ?? []).map(toHex).filter((threadId) => known.has(threadId)),
      })),
    };
  }

  async listHandovers(caller: Principal): Promise<HandoversReply> {
    if (caller.kind !== 'device') throw new Problem('auth.forbidden');
    const userId = fromHex(caller.userId);
    const notes = [];
    for (const { role, organisationId, outgoingId, ...note } of await this.handovers.listFor(
      this.source,
      userId,
    )) {
      const { items, elsewhere } = await this.handovers.listItems(this.source, note.id, userId);
      notes.push({
        ...note,
        role: poolRoleName(role),
        organisationId: toHex(organisationId),
        outgoingId: hexOrNull(outgoingId),
        items: items.map(({ threadId, ...item }) => ({ ...item, threadId: toHex(threadId) })),
        elsewhere,
      });
    }
    return { notes };
  }
}

function hexOrNull(id: Uint8Array | null): string | null {
  return id === null ? null : toHex(id);
}
