import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { CONFIG, type Config } from '../config/index.js';

const ANSWER_MS = 500;

/** Does Redis answer? Losing it slows the service down and loses nothing, so this is said and decides nothing. */
@Injectable()
export class RedisProbe implements OnModuleDestroy {
  private readonly redis: Redis | undefined;

  constructor(@Inject(CONFIG) { redisUrl }: Config) {
    this.redis =
      redisUrl === undefined
        ? undefined
        : new Redis(redisUrl.reveal(), {
            lazyConnect: true,
            maxRetriesPerRequest: 0,
            enableOfflineQueue: false,
            connectTimeout: ANSWER_MS,
            commandTimeout: ANSWER_MS,
          });
    this.redis?.on('error', () => undefined);
  }

  /** Undefined where this installation has no Redis. */
  async answers(): Promise<boolean | undefined> {
    if (this.redis === undefined) return undefined;
    try {
      if (this.redis.status === 'wait') await this.redis.connect();
      await this.redis.ping();
      return true;
    } catch {
      return false;
    }
  }

  onModuleDestroy(): void {
    this.redis?.disconnect();
  }
}
