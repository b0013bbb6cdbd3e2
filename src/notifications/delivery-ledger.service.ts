import { Injectable } from '@nestjs/common';
import { fromHex, type DeliveriesReply, type Principal } from '#protocol';
import { DeliveryRepository, type Recipient } from './delivery.repository.js';

/** The newest this many notifications are shown. */
const LEDGER_LIMIT = 200;

/** What a person may read of the ledger: everything that was meant for him, and how it went. */
@Injectable()
export class DeliveryLedger {
  constructor(private readonly deliveries: DeliveryRepository) {}

  async listFor(principal: Principal): Promise<DeliveriesReply> {
    const found = await this.deliveries.listFor(recipientsOf(principal), LEDGER_LIMIT);
    return {
      deliveries: found.map(({ createdAt, sentAt, ...row }) => ({
        ...row,
        createdAtMs: createdAt.getTime(),
        sentAtMs: sentAt?.getTime() ?? null,
      })),
    };
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
