import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem, ROLE, fromHex, toHex, type AvailabilityReply, type Principal } from '#protocol';
import { databaseNowMs } from '../../platform/index.js';
import { availabilityAt } from './availability.policy.js';
import { OrganisationCalendars } from './organisation-calendars.repository.js';
import { PlaceRepository } from './place.repository.js';
import { PlanRepository } from './plan.repository.js';
import { grouped, poolKey, poolRoleName } from './pool.js';

/** Will somebody read a thread? For everybody who is in it, clients above all. Names nobody. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly source: DataSource,
    private readonly places: PlaceRepository,
    private readonly plans: PlanRepository,
    private readonly calendars: OrganisationCalendars,
  ) {}

  /** Whoever is not in the thread is answered as if it did not exist. */
  async ofThread(caller: Principal, threadId: string): Promise<AvailabilityReply> {
    const places = await this.places.inThread(this.source, fromHex(threadId));
    const member = caller.kind === 'device' && places.some(({ userId }) => toHex(userId) === caller.userId);
    if (!member) throw new Problem('chain.not_found');
    const atMs = Math.round(await databaseNowMs(this.source));
    const staff = places.filter(({ role }) => role !== ROLE.client);
    const plans = await this.plans.find(this.source, staff, atMs);
    const calendars = await this.calendars.find(
      this.source,
      staff.map(({ organisationId }) => organisationId),
    );
    const pools = [...grouped(staff, poolKey, (place) => place)];
    return {
      atMs,
      roles: pools.flatMap(([key, [pool, ...rest]]) => {
        if (pool === undefined) return [];
        const present = new Set([pool, ...rest].map(({ userId }) => toHex(userId)));
        const calendar = calendars.get(toHex(pool.organisationId));
        return [
          {
            role: poolRoleName(pool.role),
            ...availabilityAt({ plan: plans.get(key), calendar, present }, atMs),
          },
        ];
      }),
    };
  }
}
