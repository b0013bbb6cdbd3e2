import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { shiftsBetween } from '#calendar';
import { Problem, ROLE, fromHex, toHex, type Principal, type RoleName } from '#protocol';
import { OutboxRepository, databaseNowMs } from '../../platform/index.js';
import { CoverageAccess, type Standing } from './coverage-access.service.js';
import { CoverageActRepository } from './coverage-act.repository.js';
import { swapAskedRow, swapSettledRow } from './coverage-notices.policy.js';
import { PlanRepository } from './plan.repository.js';
import { PoolWatchRepository } from './pool-watch.repository.js';
import { poolKey } from './pool.js';
import type { NewSwap, SettledState, Swap } from './swap.js';
import { SwapRepository } from './swap.repository.js';

/** Duty that changes hands because both say so: proposed by whoever has it, effective when its taker accepts. */
@Injectable()
export class SwapsService {
  constructor(
    private readonly access: CoverageAccess,
    private readonly swaps: SwapRepository,
    private readonly plans: PlanRepository,
    private readonly pools: PoolWatchRepository,
    private readonly acts: CoverageActRepository,
    private readonly outbox: OutboxRepository,
  ) {}

  propose(
    caller: Principal,
    organisation: string,
    given: {
      readonly role: RoleName;
      readonly slot: 'primary' | 'secondary';
      readonly takerId: string;
      readonly fromMs: number;
      readonly toMs: number;
    },
  ): Promise<{ id: string }> {
    return this.access.write(caller, organisation, async (tx, by) => {
      const { role, slot, fromMs, toMs, takerId } = given;
      const { organisationId } = by;
      const swap: NewSwap = {
        ...{ organisationId, role: ROLE[role], slot, fromMs, toMs },
        ...{ giverId: by.id, takerId: fromHex(takerId) },
      };
      await this.requireEffective(tx, swap);
      const id = await this.swaps.add(tx, swap);
      if (id === null) throw new Problem('coverage.overlap');
      await this.acts.add(tx, by, { act: 'swap_proposed', role: swap.role, subject: id });
      await this.outbox.add(tx, [swapAskedRow({ ...swap, id })]);
      return { id };
    });
  }

  settle(
    caller: Principal,
    { organisation, id }: { readonly organisation: string; readonly id: string },
    state: SettledState,
  ): Promise<void> {
    return this.access.write(caller, organisation, async (tx, by) => {
      const swap = await this.swaps.find(tx, by.organisationId, id);
      if (swap === null || !maySettle(by, swap, state)) throw new Problem('coverage.not_found');
      if (swap.state !== 'proposed') throw new Problem('coverage.settled');
      if (state === 'accepted') await this.requireEffective(tx, swap);
      await this.swaps.settle(tx, id, state);
      await this.acts.add(tx, by, { act: `swap_${state}`, role: swap.role, subject: id });
      await this.pools.lookSoon(tx, by.organisationId);
      await this.outbox.add(tx, [swapSettledRow(swap, state)]);
    });
  }

  /** By the plan as it stands: the giver has all of that time to give, and the taker may have it. */
  private async requireEffective(tx: EntityManager, swap: NewSwap): Promise<void> {
    if (swap.toMs <= (await databaseNowMs(tx))) throw new Problem('coverage.time_over');
    const plan = (await this.plans.find(tx, [swap], swap.fromMs)).get(poolKey(swap));
    if (plan === undefined) throw new Problem('coverage.no_rota');
    if (!plan.people.has(toHex(swap.takerId)) || toHex(swap.takerId) === toHex(swap.giverId)) {
      throw new Problem('coverage.person_unknown', { fields: ['takerId'] });
    }
    const held = shiftsBetween(plan, swap)
      .filter(({ slot }) => slot === swap.slot)
      .every(({ person }) => person === toHex(swap.giverId));
    if (!held) throw new Problem('coverage.not_on_duty');
  }
}

function maySettle({ kind, id }: Standing, { giverId, takerId }: Swap, state: SettledState): boolean {
  const entitled = state === 'withdrawn' ? giverId : takerId;
  return kind === 'person' && toHex(id) === toHex(entitled);
}
