import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, Loop, OutboxRepository, Transactions, type Logger } from '../platform/index.js';
import { AttendanceRepository } from './attendance.repository.js';
import { EngineHeartbeatRepository } from './engine-heartbeat.repository.js';
import { updateRow } from './notice.js';
import { ObligationRepository } from './obligation.repository.js';
import { noticesOfStep, noticesOfUnattended } from './step-notices.policy.js';
import { stepAfter } from './step.policy.js';
import { UpdateWindowRepository } from './update-window.repository.js';

/** How often the engine looks, how much it moves in one transaction, and every how many looks it checks places. */
export const ENGINE = { everyMs: 1_000, batch: 500, attendanceEvery: 5 } as const;

/**
 * Finds due work and moves it one step: the step and the outbox rows that tell of it commit together, so a crash
 * between steps repeats nothing and loses nothing. Any number of engines may run; locked rows are skipped.
 */
@Injectable()
export class ObligationEngine implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private round = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly obligations: ObligationRepository,
    private readonly attendance: AttendanceRepository,
    private readonly windows: UpdateWindowRepository,
    private readonly outbox: OutboxRepository,
    private readonly heartbeat: EngineHeartbeatRepository,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.loop = new Loop({ name: 'obligation engine', everyMs: ENGINE.everyMs, logger }, () => this.run());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  /** One look: everything that is due now, batch by batch, then a sign of life. */
  async run(): Promise<void> {
    await untilLessThan(ENGINE.batch, () => this.advanceDue());
    await untilLessThan(ENGINE.batch, () => this.tellEndedWindows());
    if (this.round % ENGINE.attendanceEvery === 0) {
      await untilLessThan(ENGINE.batch, () => this.alarmUnattended());
    }
    this.round += 1;
    await this.heartbeat.beat();
  }

  /** @returns how many obligations moved */
  private advanceDue(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const due = await this.obligations.takeDue(tx, ENGINE.batch);
      if (due.length === 0) return 0;
      const moved = due.map((of) => ({ of, after: stepAfter(of.step, of.dueAtMs) }));
      await this.obligations.advance(tx, moved);
      await this.outbox.add(
        tx,
        due.flatMap((of) => noticesOfStep(of.step, of)),
      );
      return due.length;
    });
  }

  private tellEndedWindows(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const opened = await this.windows.takeEnded(tx, ENGINE.batch);
      await this.outbox.add(tx, opened.map(updateRow));
      return opened.length;
    });
  }

  private alarmUnattended(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const unattended = await this.attendance.markUnattended(tx, { limit: ENGINE.batch });
      await this.outbox.add(tx, unattended.flatMap(noticesOfUnattended));
      return unattended.length;
    });
  }
}

async function untilLessThan(batch: number, move: () => Promise<number>): Promise<void> {
  while ((await move()) === batch);
}
