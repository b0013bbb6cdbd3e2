import { performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { URGENCY } from '#protocol';
import { NOTICE_TOPIC } from '../obligations/index.js';
import {
  LOGGER,
  Loop,
  OutboxRepository,
  Queues,
  type ClaimedOutboxRow,
  type JobQueue,
  type Logger,
  type NewJob,
} from '../platform/index.js';
import { NoticeEffect } from './notice-effect.service.js';

export const NOTICE_QUEUE = 'notices';

/**
 * `directAfterMs`: a queue out of reach for this long is passed by. `directForMs`: then the rest goes back, so that what
 * became urgent meanwhile does not wait for slow providers.
 */
const DISPATCH = {
  everyMs: 250,
  batch: 200,
  directAfterMs: 10_000,
  directAtOnce: 8,
  directForMs: 5_000,
} as const;

/**
 * Feeds the queue from the outbox, on every node, without a leader: claims rows under a lease and adds jobs that carry
 * nothing but the row's number. It is the reconciler too: a claim also finds what was claimed and not done in half a
 * minute; and while the queue is out of reach it has the effect run here, so that losing the queue loses nothing.
 */
@Injectable()
export class NoticeDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private queue: JobQueue | undefined;
  /** When the queue first refused, on this process's own monotonic clock. */
  private refusedSinceMs: number | undefined;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly queues: Queues,
    private readonly effect: NoticeEffect,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.loop = new Loop({ name: 'dispatcher', everyMs: DISPATCH.everyMs, logger }, () => this.run());
  }

  onApplicationBootstrap(): void {
    this.queue = this.queues.openQueue(NOTICE_QUEUE);
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  /** One round: everything that waits, batch by batch. */
  async run(): Promise<void> {
    let claimed: ClaimedOutboxRow[];
    do {
      claimed = await this.outbox.claim(DISPATCH.batch);
      const notices = claimed.filter(({ topic }) => topic === NOTICE_TOPIC);
      if (notices.length > 0 && !(await this.enqueue(notices))) return;
    } while (claimed.length === DISPATCH.batch);
  }

  /** Claimed before added: a worker that is done, or wants it again later, must have the last word. */
  private async enqueue(notices: readonly ClaimedOutboxRow[]): Promise<boolean> {
    const ids = notices.map(({ id }) => id);
    try {
      await this.queue?.addBulk(notices.map(jobOf));
    } catch (error) {
      this.refusedSinceMs ??= performance.now();
      await this.passBy(ids, error);
      return false;
    }
    this.refusedSinceMs = undefined;
    return true;
  }

  private async passBy(ids: readonly number[], error: unknown): Promise<void> {
    const refusedForMs = performance.now() - (this.refusedSinceMs ?? 0);
    this.logger.warn({ event: 'queue.refused', refusedForMs: Math.round(refusedForMs), err: error });
    if (refusedForMs < DISPATCH.directAfterMs) await this.outbox.giveBack(ids);
    else await this.runDirectly(ids);
  }

  /** A few at a time, so that appends keep their share of the database's connections. */
  private async runDirectly(ids: readonly number[]): Promise<void> {
    const begunMs = performance.now();
    for (let start = 0; start < ids.length; start += DISPATCH.directAtOnce) {
      if (performance.now() - begunMs > DISPATCH.directForMs) {
        await this.outbox.giveBack(ids.slice(start));
        return;
      }
      const some = ids.slice(start, start + DISPATCH.directAtOnce);
      const results = await Promise.allSettled(some.map((id) => this.effect.run(id)));
      const failed = some.filter((_, index) => results[index]?.status === 'rejected');
      for (const result of results) {
        if (result.status === 'rejected') this.logger.error({ event: 'notice.failed', err: result.reason });
      }
      if (failed.length > 0) await this.outbox.retryAfter(failed, DISPATCH.directAfterMs);
    }
  }
}

/**
 * One job per row and minute: a long backlog is not doubled by being looked at again, and a job that hangs in the
 * queue for ever does not stand in the way of its successor for longer than that.
 */
function jobOf({ id: outboxId, payload }: ClaimedOutboxRow): NewJob {
  const minute = Math.floor(Date.now() / 60_000);
  const urgent = Number(payload['urgency']) >= URGENCY.urgent;
  return { id: `outbox-${outboxId}-${minute}`, name: 'notice', data: { outboxId }, urgent };
}
