import { Injectable } from '@nestjs/common';
import type { PoolPlan } from '#calendar';
import type { Executor } from '../../platform/index.js';
import { NO_ROTA, dutyAnswers, type DutyAnswer } from './duty-answer.policy.js';
import { PlanRepository } from './plan.repository.js';
import { grouped, poolKey, type Pool } from './pool.js';

export interface DutyQuery extends Pool {
  readonly atMs: number;
}

/** Who is on duty, by the plan as it stands in the transaction. */
@Injectable()
export class Duty {
  constructor(private readonly plans: PlanRepository) {}

  /** One answer per query, in their order. A pool is read once however many instants are asked. */
  async resolve(tx: Executor, queries: readonly DutyQuery[]): Promise<readonly DutyAnswer[]> {
    if (queries.length === 0) return [];
    const instants = grouped(queries, poolKey, ({ atMs }) => atMs);
    const earliest = queries.reduce((least, { atMs }) => Math.min(least, atMs), Infinity);
    const plans = await this.plans.find(tx, queries, earliest);
    const answers = new Map(
      [...plans].map(([key, plan]) => [key, answersOrNone(plan, instants.get(key) ?? [])]),
    );
    return queries.map((query) => answers.get(poolKey(query))?.(query.atMs) ?? NO_ROTA);
  }
}

/** A rota this machine cannot reckon with is none: nobody is on duty, which is told, and nobody else has to wait. */
function answersOrNone(plan: PoolPlan, instants: readonly number[]): (atMs: number) => DutyAnswer {
  try {
    return dutyAnswers(plan, instants);
  } catch {
    return () => NO_ROTA;
  }
}
