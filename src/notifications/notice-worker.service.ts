import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, Queues, isDatabaseAway, type Job, type Logger } from '../platform/index.js';
import { NOTICE_QUEUE } from './dispatcher.service.js';
import { NoticeEffect } from './notice-effect.service.js';

/** Mostly waiting for providers, so many at once. */
const CONCURRENCY = 16;

/** Takes jobs and runs their effect. What a provider refuses comes back through the outbox, not through the queue. */
@Injectable()
export class NoticeWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queues: Queues,
    private readonly effect: NoticeEffect,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.queues.openWorker(NOTICE_QUEUE, CONCURRENCY, {
      handle: ({ data }) => this.effect.run(Number(data.outboxId)),
      dead: (job, error) => {
        this.bury(job, error).catch((cause: unknown) => {
          this.logger.error({ event: 'notice.dead_unreported', err: cause });
        });
      },
    });
  }

  /**
   * An error of ours must not be silence: whoever waits is told that nobody was, and the row comes back every minute.
   * A database that was away is nobody's failure; the row comes back for that too.
   */
  private async bury({ data }: Job, error: Error): Promise<void> {
    const { outboxId } = data;
    const away = isDatabaseAway(error);
    this.logger[away ? 'warn' : 'error']({ event: 'notice.dead', outboxId, err: error });
    if (!away) await this.effect.giveUp(Number(outboxId));
  }
}
