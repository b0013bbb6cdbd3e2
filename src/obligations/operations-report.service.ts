import { Injectable } from '@nestjs/common';
import { URGENCY, nameOf, toHex, type UrgencyName } from '#protocol';
import { DatabaseClock, OutboxRepository } from '../platform/index.js';
import { EngineHealth, type EngineHealthReport } from './engine-health.service.js';
import { levelOf } from './ladder.policy.js';
import { StandingRepository } from './standing.repository.js';
import { Undeliverable } from './undeliverable.service.js';
import { UndeliveredRepository, type UndeliveredNotice } from './undelivered.repository.js';

/** Most lines of each list. */
const MOST = { overdue: 500, undelivered: 100 } as const;

/** What an operator must see, read from the database: it is there whatever became of the queue. */
export interface Operations {
  readonly atMs: number;
  readonly engine: EngineHealthReport;
  readonly oldestUndoneEffectMs: number | null;
  readonly deadLetters: number;
  /** The latest first. `reference` leads nobody back to the case. */
  readonly overdue: readonly {
    readonly reference: string;
    readonly urgency: UrgencyName;
    readonly dueAtMs: number;
    readonly level: number;
    readonly attended: boolean;
    readonly organisationId: string | null;
  }[];
  readonly undelivered: readonly UndeliveredNotice[];
}

@Injectable()
export class OperationsReport {
  constructor(
    private readonly standings: StandingRepository,
    private readonly health: EngineHealth,
    private readonly undelivered: UndeliveredRepository,
    private readonly undeliverable: Undeliverable,
    private readonly outbox: OutboxRepository,
    private readonly clock: DatabaseClock,
  ) {}

  async make(): Promise<Operations> {
    const overdue = await this.standings.listOverdue(null, MOST.overdue);
    return {
      atMs: this.clock.nowMs(),
      engine: await this.health.report(),
      oldestUndoneEffectMs: await this.outbox.findOldestUndoneMs(),
      deadLetters: await this.undeliverable.countDeadLetters(),
      overdue: overdue.map(({ reference, urgency, dueAtMs, taken, attended, organisationId }) => ({
        reference,
        urgency: nameOf(URGENCY, urgency) ?? 'routine',
        dueAtMs: Math.round(dueAtMs),
        level: levelOf(taken),
        attended,
        organisationId: organisationId === null ? null : toHex(organisationId),
      })),
      undelivered: await this.undelivered.listRecent(MOST.undelivered),
    };
  }
}
