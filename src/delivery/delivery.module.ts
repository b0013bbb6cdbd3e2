import { Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AccountsModule } from '../accounts/index.js';
import { ChainsModule } from '../chains/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { ObligationsModule } from '../obligations/index.js';
import { AccountsController } from './accounts.controller.js';
import { AppendService } from './append.service.js';
import { CallerGuard } from './caller.guard.js';
import { ChainsController } from './chains.controller.js';
import { ContactsController } from './contacts.controller.js';
import { CoverageController } from './coverage.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { Draining } from './draining.js';
import { EntryCommit } from './entry-commit.service.js';
import { EntryGateway } from './entry.gateway.js';
import { FoundingService } from './founding.service.js';
import { HealthController } from './health.controller.js';
import { JoinController } from './join.controller.js';
import { LaddersController } from './ladders.controller.js';
import { ObligationsController } from './obligations.controller.js';
import { OperationsController } from './operations.controller.js';
import { PushService } from './push.service.js';
import { RateLimits } from './rate-limits.js';
import { ReadingService } from './reading.service.js';
import { SmsCallbackController } from './sms-callback.controller.js';
import { SocketDoor } from './socket-door.service.js';

/** The front door: REST, sockets, the append. */
@Module({
  imports: [ChainsModule, AccountsModule, ObligationsModule, NotificationsModule],
  controllers: [
    AccountsController,
    ChainsController,
    ContactsController,
    CoverageController,
    DeliveriesController,
    HealthController,
    JoinController,
    LaddersController,
    ObligationsController,
    SmsCallbackController,
    OperationsController,
  ],
  providers: [
    AppendService,
    Draining,
    EntryCommit,
    EntryGateway,
    FoundingService,
    PushService,
    RateLimits,
    ReadingService,
    SocketDoor,
    { provide: APP_GUARD, useClass: CallerGuard },
  ],
})
export class DeliveryModule implements BeforeApplicationShutdown {
  constructor(
    private readonly draining: Draining,
    private readonly appends: AppendService,
    private readonly door: SocketDoor,
  ) {}

  /** What was taken is committed and answered first; then sockets close and their clients look for another node. */
  async beforeApplicationShutdown(): Promise<void> {
    this.draining.begun = true;
    await this.appends.drain();
    // Acks are written a few turns behind the promises that carry them.
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    await this.door.close();
  }
}
