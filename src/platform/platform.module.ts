import {
  Global,
  Module,
  type MiddlewareConsumer,
  type NestModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../config/index.js';
import { DatabaseClock } from './clock.service.js';
import { correlated } from './correlation.js';
import { LiveEmitter } from './live.emitter.js';
import { LOGGER, createLogger } from './logger.js';
import { OutboxRepository } from './outbox.repository.js';
import { ProblemFilter } from './problem.filter.js';
import { Queues } from './queue.service.js';
import { RedisProbe } from './redis.probe.js';
import { openDatabase } from './schema.migrator.js';
import { Transactions } from './transaction.service.js';

const EXPORTED = [DatabaseClock, LiveEmitter, OutboxRepository, Queues, RedisProbe, Transactions];

/** Plumbing without a domain word, for every room. */
@Global()
@Module({
  providers: [
    ...EXPORTED,
    { provide: DataSource, inject: [CONFIG], useFactory: openDatabase },
    { provide: LOGGER, inject: [CONFIG], useFactory: (config: Config) => createLogger(config) },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [...EXPORTED, DataSource, LOGGER],
})
export class PlatformModule implements NestModule, OnApplicationShutdown {
  constructor(private readonly source: DataSource) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply((_request: unknown, _response: unknown, next: () => void) => {
        correlated(next);
      })
      .forRoutes('{*path}');
  }

  /** Last of all: everything that uses the pool stops in earlier hooks. */
  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
