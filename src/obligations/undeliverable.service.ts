import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fromHex } from '#protocol';
import {
  LOGGER,
  OutboxRepository,
  Transactions,
  type ClaimedOutboxRow,
  type Logger,
} from '../platform/index.js';
import { NOTICE_TOPIC, REASON, noticePayload, noticeRow, type Notice, type Reason } from './notice.js';
import { ObligationHistoryRepository } from './obligation-history.repository.js';
import { ObligationRepository } from './obligation.repository.js';
import { noticesOfUndelivered } from './step-notices.policy.js';
import { UndeliveredRepository } from './undelivered.repository.js';

/** So old, and claimed again and again, an outbox row is a dead letter. */
const DEAD = { olderThanMs: 10 * 60_000, atOnce: 200 } as const;

/** An alarm about an alarm would never end: these are logged and stand on the operator's page. */
const LAST_RESORT: readonly Reason[] = [REASON.undelivered, REASON.step_empty];

/** What follows when somebody could not be told: it counts as not told, so the next step is taken now. */
@Injectable()
export class Undeliverable {
  constructor(
    private readonly transactions: Transactions,
    private readonly undelivered: UndeliveredRepository,
    private readonly obligations: ObligationRepository,
    private readonly history: ObligationHistoryRepository,
    private readonly outbox: OutboxRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Called when every way to a recipient has failed or there is none. The same cause counts once, however often it is
   * reported.
   */
  async report(notice: Notice, cause: string): Promise<void> {
    const first = await this.transactions.run(async (tx) => {
      const added = await this.undelivered.add(tx, notice, cause);
      if (added && !LAST_RESORT.includes(notice.reason)) await this.escalate(tx, notice, cause);
      return added;
    });
    if (!first) return;
    const level = LAST_RESORT.includes(notice.reason) ? 'error' : 'warn';
    this.logger[level]({ event: 'notice.undelivered', reason: notice.reason, cause });
  }

  /** How many notices nothing gets done, at most as many as one look takes. */
  async countDeadLetters(): Promise<number> {
    return (await this.findDead(0)).length;
  }

  /** Outbox rows nothing gets done: what they would have said is undelivered, and they are tried on. */
  async reportDeadLetters(): Promise<void> {
    let dead: readonly ClaimedOutboxRow[];
    let afterId = 0;
    do {
      dead = await this.findDead(afterId);
      await this.reportUnknown(dead);
      afterId = dead.at(-1)?.id ?? afterId;
    } while (dead.length === DEAD.atOnce);
  }

  private findDead(afterId: number): Promise<ClaimedOutboxRow[]> {
    return this.outbox.findDead({ ...DEAD, topic: NOTICE_TOPIC, afterId });
  }

  /** Those reported before cost one statement together. */
  private async reportUnknown(dead: readonly ClaimedOutboxRow[]): Promise<void> {
    const known = await this.undelivered.findKnown(dead.map(({ dedupeKey }) => dedupeKey));
    for (const { dedupeKey, payload } of dead.filter((row) => !known.has(row.dedupeKey))) {
      const notice = noticePayload.safeParse(payload);
      if (notice.success) await this.report(notice.data, dedupeKey);
      else this.logger.error({ event: 'notice.unreadable', cause: dedupeKey });
    }
  }

  private async escalate(tx: EntityManager, notice: Notice, cause: string): Promise<void> {
    const { threadId, obligation, openedSeq, organisationId, urgency } = notice;
    if (threadId !== undefined && obligation !== undefined) {
      if (openedSeq !== undefined) await this.hasten(tx, { notice, cause, threadId, obligation, openedSeq });
      return;
    }
    if (organisationId === undefined || notice.recipient === 'administrators') return;
    const told = {
      reason: REASON.undelivered,
      recipient: 'administrators',
      recipientId: organisationId,
    } as const;
    await this.outbox.add(tx, [noticeRow(cause, { ...told, urgency, organisationId })]);
  }

  private async hasten(
    tx: EntityManager,
    about: { notice: Notice; cause: string; threadId: string; obligation: number; openedSeq: number },
  ): Promise<void> {
    const { notice, cause, obligation, openedSeq } = about;
    const threadId = fromHex(about.threadId);
    const owed = await this.obligations.hasten(tx, threadId, obligation, openedSeq);
    if (owed === null) return;
    await this.outbox.add(tx, noticesOfUndelivered(owed, cause, notice.recipientId));
    await this.history.add(tx, [
      { threadId, obligation, cause: `undelivered.${cause}`, kind: 'undelivered' },
    ]);
  }
}
