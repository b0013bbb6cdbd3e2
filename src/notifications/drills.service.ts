import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Problem, URGENCY, toHex, type DrillReply, type Principal } from '#protocol';
import { noticeRow } from '../obligations/index.js';
import { OutboxRepository, Transactions, type OutboxRow } from '../platform/index.js';
import { LedgerRepository } from './ledger.repository.js';

/** A test page one asks for oneself: the same road as every other notification, by every way there is. */
@Injectable()
export class Drills {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: OutboxRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  /** @returns the id to ask for, hex */
  async start(principal: Principal): Promise<string> {
    const drillId = toHex(randomBytes(16));
    const row = drillRow(principal, drillId);
    await this.transactions.run((tx) => this.outbox.add(tx, [row]));
    return drillId;
  }

  /** @throws Problem drill.not_found, also for another person's */
  async find(principal: Principal, drillId: string): Promise<DrillReply> {
    const { dedupeKey } = drillRow(principal, drillId);
    const [done, deliveries] = await Promise.all([
      this.outbox.isDone(dedupeKey),
      this.ledger.listOfCause(dedupeKey),
    ]);
    if (done === null) throw new Problem('drill.not_found');
    return { done, deliveries };
  }
}

function drillRow(principal: Principal, drillId: string): OutboxRow {
  if (principal.kind !== 'device') throw new Problem('auth.forbidden');
  return noticeRow(drillId, {
    reason: 'drill',
    recipient: 'person',
    recipientId: principal.userId,
    place: 'none',
    urgency: URGENCY.routine,
    allChannels: 1,
  });
}
