import { Injectable } from '@nestjs/common';
import { URGENCY, nameOf, toHex, type UrgencyName } from '#protocol';
import { DatabaseClock, OutboxRepository, type Late } from '../platform/index.js';
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
  /** Notices that should be told and are not; those that wait by plan are not among them. */
  readonly late: Late;
  /** At most two hundred are counted. */
  readonly deadLetters: number;
  /** There are more overdue, or more undelivered, than are listed. */
  readonly more: { readonly overdue: boolean; readonly undelivered: boolean };
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
    const overdue = await this.standings.listOverdue(null, MOST.overdue + 1);
    const undelivered = await this.undelivered.listRecent(MOST.undelivered + 1);
    return {
      atMs: this.clock.nowMs(),
      engine: await this.health.report(),
      late: await this.outbox.findLate(),
      deadLetters: await this.undeliverable.countDeadLetters(),
      more: {
        overdue: overdue.length > MOST.overdue,
        undelivered: undelivered.length > MOST.undelivered,
      },
      overdue: overdue
        .slice(0, MOST.overdue)
        .map(({ reference, urgency, dueAtMs, taken, attended, organisationId }) => ({
          reference,
          urgency: nameOf(URGENCY, urgency) ?? 'routine',
          dueAtMs: Math.round(dueAtMs),
          level: levelOf(taken),
          attended,
          organisationId: organisationId === null ? null : toHex(organisationId),
        })),
      undelivered: undelivered.slice(0, MOST.undelivered),
    };
  }
}
