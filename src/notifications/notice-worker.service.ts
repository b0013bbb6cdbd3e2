import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Queues } from '../platform/index.js';
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
  ) {}

  onApplicationBootstrap(): void {
    this.queues.openWorker(NOTICE_QUEUE, CONCURRENCY, async ({ data }) => {
      await this.effect.run(Number(data.outboxId));
    });
  }
}
