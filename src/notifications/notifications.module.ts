import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AccountsModule, ContactsService } from '../accounts/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { LiveEmitter } from '../platform/index.js';
import { ObligationEngineModule, ObligationsModule } from '../obligations/index.js';
import { APP_LINK, appLinkOf } from './app-link.js';
import { CHANNELS, openChannels, type Channels } from './channels/channels.provider.js';
import { DeliveryLedger } from './delivery-ledger.service.js';
import { DeliveryRepository } from './delivery.repository.js';
import { Drills } from './drills.service.js';
import { NoticeDispatcher } from './dispatcher.service.js';
import { LedgerPruning } from './ledger-pruning.service.js';
import { LedgerRepository } from './ledger.repository.js';
import { NoticeEffect } from './notice-effect.service.js';
import { NoticeSender } from './notice-sender.service.js';
import { NoticeWorker } from './notice-worker.service.js';
import { OpenPageController } from './open-page.controller.js';
import { RecipientsService } from './recipients.service.js';
import { SmsCallbacks } from './sms-callbacks.service.js';

/** What every process that answers people needs: ledger, drills, callbacks, the page behind a notification's link. */
@Module({
  imports: [AccountsModule],
  controllers: [OpenPageController],
  providers: [DeliveryRepository, LedgerRepository, DeliveryLedger, Drills, SmsCallbacks],
  exports: [DeliveryRepository, LedgerRepository, DeliveryLedger, Drills, SmsCallbacks],
})
export class NotificationsModule {}

/**
 * Everything that works in the background: the obligation engine, the dispatcher (and reconciler) and the queue
 * worker. Import it in the API unless WORKER=false, and in src/worker.ts, which runs it alone.
 */
@Module({
  imports: [NotificationsModule, AccountsModule, ObligationsModule, ObligationEngineModule],
  providers: [
    RecipientsService,
    NoticeSender,
    NoticeEffect,
    LedgerPruning,
    NoticeDispatcher,
    NoticeWorker,
    {
      provide: CHANNELS,
      inject: [CONFIG, ContactsService, LiveEmitter],
      useFactory: (config: Config, contacts: ContactsService, live: LiveEmitter) =>
        openChannels(config, { mayConnect: (host, address) => contacts.mayConnect(host, address), live }),
    },
    { provide: APP_LINK, inject: [CONFIG], useFactory: (config: Config) => appLinkOf(config.publicUrl) },
  ],
})
export class NotificationsWorkerModule implements OnApplicationShutdown {
  constructor(@Inject(CHANNELS) private readonly channels: Channels) {}

  onApplicationShutdown(): void {
    for (const channel of Object.values(this.channels)) channel.close();
  }
}
