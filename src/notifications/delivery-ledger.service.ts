import { Injectable } from '@nestjs/common';
import { fromHex, type DeliveriesReply, type Principal } from '#protocol';
import type { Recipient } from './delivery.repository.js';
import { LedgerRepository, type Backlog } from './ledger.repository.js';

/** The newest this many notifications are shown. */
const LEDGER_LIMIT = 200;

/** What a person may read of the ledger, everything that was meant for him and how it went, and what he adds to it. */
@Injectable()
export class DeliveryLedger {
  constructor(private readonly ledger: LedgerRepository) {}

  async listFor(principal: Principal): Promise<DeliveriesReply> {
    return { deliveries: await this.ledger.listFor(recipientsOf(principal), LEDGER_LIMIT) };
  }

  /** How much has not arrived, for the operator: of nobody in particular. */
  async backlog(): Promise<Backlog> {
    return this.ledger.findBacklog();
  }

  /** A device says that a notification arrived. Whether there is such a delivery is not told. */
  async confirm(principal: Principal, deliveryId: string): Promise<void> {
    if (principal.kind === 'device') await this.ledger.confirm(deliveryId, fromHex(principal.userId));
  }

  /** The same by the token of the link, which only the notification carried. */
  async confirmByToken(token: string): Promise<void> {
    await this.ledger.confirmByToken(token);
  }
}

function recipientsOf(principal: Principal): Recipient[] {
  switch (principal.kind) {
    case 'device':
      return [{ kind: 'person', id: fromHex(principal.userId) }];
    case 'admin':
      return [
        { kind: 'administrator', id: fromHex(principal.keyId) },
        { kind: 'organisation', id: fromHex(principal.organisationId) },
      ];
    case 'invite':
      return [];
  }
}
