import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OutboxRepository } from '../platform/index.js';
import type { Unattended } from './attendance.repository.js';
import type { HistoryRow } from './history.js';
import { ObligationHistoryRepository } from './obligation-history.repository.js';
import type { EndedWait, Parties } from './parties.js';
import { noticesOfUnattended, noticesOfWaitOver } from './step-notices.policy.js';

/** Alarms that belong to no ladder: the notices and the line in the history, in the caller's transaction. */
@Injectable()
export class Alarms {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly history: ObligationHistoryRepository,
  ) {}

  async raiseUnattended(tx: EntityManager, unattended: readonly Unattended[]): Promise<void> {
    await this.outbox.add(
      tx,
      unattended.flatMap((each) => noticesOfUnattended(each, each.times)),
    );
    await this.history.add(
      tx,
      unattended.map((each) => happened('unattended', each, each.times)),
    );
  }

  async raiseWaitOver(tx: EntityManager, ended: readonly EndedWait[]): Promise<void> {
    await this.outbox.add(
      tx,
      ended.flatMap((each) => noticesOfWaitOver(each, each.waitedUntilMs)),
    );
    await this.history.add(
      tx,
      ended.map((each) => happened('wait_over', each, Math.round(each.waitedUntilMs))),
    );
  }
}

function happened(kind: 'unattended' | 'wait_over', of: Parties, which: number): HistoryRow {
  return { threadId: of.threadId, obligation: of.id, cause: [kind, of.openedSeq, which].join('.'), kind };
}
