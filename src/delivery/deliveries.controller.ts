import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { DeliveriesReply, DrillReply, drillStartedReply } from '#protocol';
import type { Caller } from '../accounts/index.js';
import { DeliveryLedger, Drills } from '../notifications/index.js';
import { RateLimits } from './rate-limits.js';
import { From, Id, Serve } from './serve.decorator.js';

/** What became of the notifications meant for me, and trying the ways they take. */
@Controller()
export class DeliveriesController {
  constructor(
    private readonly ledger: DeliveryLedger,
    private readonly drills: Drills,
    private readonly limits: RateLimits,
  ) {}

  @Serve('listDeliveries')
  list(@From() { principal }: Caller): Promise<DeliveriesReply> {
    return this.ledger.listFor(principal);
  }

  @Serve('confirmDelivery')
  confirm(@From() { principal }: Caller, @Id('deliveryId') deliveryId: string): Promise<void> {
    return this.ledger.confirm(principal, deliveryId);
  }

  @Serve('confirmByToken')
  confirmByToken(@Id('token') token: string): Promise<void> {
    return this.ledger.confirmByToken(token);
  }

  @Serve('startDrill')
  async startDrill(@From() { principal }: Caller): Promise<z.infer<typeof drillStartedReply>> {
    await this.limits.take('drillsPerKey', principal.keyId);
    return { drillId: await this.drills.start(principal) };
  }

  @Serve('getDrill')
  getDrill(@From() { principal }: Caller, @Id('drillId') drillId: string): Promise<DrillReply> {
    return this.drills.find(principal, drillId);
  }
}
