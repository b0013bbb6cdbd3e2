import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AccountsModule, ContactsService } from '../accounts/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { ObligationEngineModule, ObligationsModule } from '../obligations/index.js';
import { APP_LINK, appLinkOf } from './app-link.js';
import { CHANNELS, openChannels, type Channels } from './channels/channels.provider.js';
import { DeliveryLedger } from './delivery-ledger.service.js';
import { DeliveryRepository } from './delivery.repository.js';
import { NoticeDispatcher } from './dispatcher.service.js';
import { NoticeEffect } from './notice-effect.service.js';
import { NoticeWorker } from './notice-worker.service.js';
import { OpenPageController } from './open-page.controller.js';
import { RecipientsService } from './recipients.service.js';

/** What every process that answers people needs: the ledger, and the page behind a notification's link. */
@Module({
  controllers: [OpenPageController],
  providers: [DeliveryRepository, DeliveryLedger],
  exports: [DeliveryRepository, DeliveryLedger],
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
    NoticeEffect,
    NoticeDispatcher,
    NoticeWorker,
    {
      provide: CHANNELS,
      inject: [CONFIG, ContactsService],
      useFactory: (config: Config, contacts: ContactsService) =>
        openChannels(config, (host, address) => contacts.mayConnect(host, address)),
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
