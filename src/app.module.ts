import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, type Config } from './config/index.js';
import { DeliveryModule } from './delivery/index.js';
import { NotificationsWorkerModule } from './notifications/index.js';
import { PlatformModule } from './platform/index.js';

/** The whole service: the API and, unless WORKER=false, the background work in the same process. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        PlatformModule,
        DeliveryModule,
        ...(config.worker ? [NotificationsWorkerModule] : []),
      ],
    };
  }
}

/** The background work alone: engine, dispatcher, queue worker. */
@Module({})
export class WorkerModule {
  static with(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [ConfigModule.with(config), PlatformModule, NotificationsWorkerModule],
    };
  }
}
