import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '#protocol';
import { LOGGER, Loop, OutboxRepository, Transactions, type Logger } from '../platform/index.js';
import { Alarms } from './alarms.service.js';
import { AttendanceRepository } from './attendance.repository.js';
import { CircumstancesReader } from './circumstances.service.js';
import { EngineHeartbeatRepository } from './engine-heartbeat.repository.js';
import { escalate } from './escalation.policy.js';
import { updateRow } from './notice.js';
import { ObligationHistoryRepository } from './obligation-history.repository.js';
import { ObligationRepository } from './obligation.repository.js';
import type { DueObligation } from './parties.js';
import { Undeliverable } from './undeliverable.service.js';
import { UpdateWindowRepository } from './update-window.repository.js';

/**
 * How often the engine looks, how much it moves in one transaction, every how many looks it checks the slow things, and
 * for how long it leaves alone what it could not move.
 */
export const ENGINE = { everyMs: 1_000, batch: 500, slowEvery: 5, stuckForMs: 60_000 } as const;

/**
 * Finds due work and moves it on: steps, the outbox rows that tell of them and the history commit together, so a crash
 * in between repeats nothing and loses nothing. Any number of engines may run; locked rows are skipped.
 */
@Injectable()
export class ObligationEngine implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private round = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly obligations: ObligationRepository,
    private readonly circumstances: CircumstancesReader,
    private readonly history: ObligationHistoryRepository,
    private readonly alarms: Alarms,
    private readonly undeliverable: Undeliverable,
    private readonly attendance: AttendanceRepository,
    private readonly windows: UpdateWindowRepository,
    private readonly outbox: OutboxRepository,
    private readonly heartbeat: EngineHeartbeatRepository,
    @Inject(LOGGER) private readonly logger: Logger,
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
    await untilLessThan(ENGINE.batch, () => this.tellEndedWaits());
    await untilLessThan(ENGINE.batch, () => this.tellEndedWindows());
    if (this.round % ENGINE.slowEvery === 0) await this.lookAround();
    this.round += 1;
    await this.heartbeat.beat();
  }

  /** What no instant announces: people who lost their place or came back, notices that never went out. */
  private async lookAround(): Promise<void> {
    await this.transactions.run((tx) => this.attendance.markAttended(tx));
    await untilLessThan(ENGINE.batch, () => this.alarmUnattended());
    await this.undeliverable.reportDeadLetters();
  }

  /**
   * One obligation that cannot be moved must not keep the others from moving: then each is moved by itself.
   * @returns how many obligations were looked at
   */
  private async advanceDue(): Promise<number> {
    try {
      return (await this.advance(ENGINE.batch)).length;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      return this.advanceOneByOne();
    }
  }

  private async advanceOneByOne(): Promise<number> {
    for (let moved = 0; moved < ENGINE.batch; moved += 1) {
      const looked = await this.advanceOne();
      if (!looked) return moved;
    }
    return ENGINE.batch;
  }

  /** False when nothing is left. What cannot be moved is tried again in a while; until then it is on the operator's page. */
  private async advanceOne(): Promise<boolean> {
    let stuck: DueObligation | undefined;
    try {
      return (await this.advance(1, (due) => ([stuck] = due))).length > 0;
    } catch (error) {
      if (stuck === undefined || isUnavailable(error)) throw error;
      this.logger.error({ event: 'obligation.stuck', obligation: stuck.id, err: error });
      await this.obligations.putOff(stuck, ENGINE.stuckForMs);
      return true;
    }
  }

  private advance(
    limit: number,
    onTaken?: (due: readonly DueObligation[]) => void,
  ): Promise<DueObligation[]> {
    return this.transactions.run(async (tx) => {
      const due = await this.obligations.takeDue(tx, limit);
      onTaken?.(due);
      if (due.length === 0) return due;
      const circumstancesOf = await this.circumstances.find(tx, due);
      const escalated = due.map((each) => escalate(each, circumstancesOf(each)));
      await this.obligations.advance(tx, escalated);
      await this.outbox.add(
        tx,
        escalated.flatMap(({ notices }) => notices),
      );
      await this.history.add(
        tx,
        escalated.flatMap(({ history }) => history),
      );
      return due;
    });
  }

  private tellEndedWaits(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const ended = await this.obligations.takeEndedWaits(tx, ENGINE.batch);
      await this.alarms.raiseWaitOver(tx, ended);
      return ended.length;
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
      await this.alarms.raiseUnattended(tx, unattended);
      return unattended.length;
    });
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === 'service.unavailable';
}

async function untilLessThan(batch: number, move: () => Promise<number>): Promise<void> {
  while ((await move()) === batch);
}
