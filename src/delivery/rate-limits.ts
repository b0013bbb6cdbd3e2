import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '#protocol';
import { CONFIG, type Config } from '../config/index.js';

/** Points per window. A person sends a few entries a minute; a client that catches up sends a burst of syncs. */
const BUCKETS = {
  /** Calls without a token: sign-in, founding, an organisation's first entry. */
  openPerAddress: { points: 300, duration: 60 },
  /** The operator's page: a password that can be guessed at, slowly. */
  operatorPerAddress: { points: 60, duration: 60 },
  connectionsPerAddress: { points: 3_000, duration: 10 },
  commandsPerSocket: { points: 1_000, duration: 10 },
  commandsPerKey: { points: 2_000, duration: 10 },
  /** Test pages cost money and other people's patience. */
  drillsPerKey: { points: 5, duration: 600 },
} as const;

export type Bucket = keyof typeof BUCKETS;

/** Buckets of this process; several processes allow as many times as much. */
@Injectable()
export class RateLimits {
  private readonly limiters: Readonly<Record<Bucket, RateLimiterMemory>>;

  constructor(@Inject(CONFIG) config: Config) {
    const limiter = (name: Bucket): RateLimiterMemory => {
      const { points, duration } = BUCKETS[name];
      return new RateLimiterMemory({
        keyPrefix: name,
        points: Math.ceil(points * config.rateFactor),
        duration,
      });
    };
    this.limiters = {
      openPerAddress: limiter('openPerAddress'),
      operatorPerAddress: limiter('operatorPerAddress'),
      connectionsPerAddress: limiter('connectionsPerAddress'),
      commandsPerSocket: limiter('commandsPerSocket'),
      commandsPerKey: limiter('commandsPerKey'),
      drillsPerKey: limiter('drillsPerKey'),
    };
  }

  /** @throws Problem request.too_many with the time to wait */
  async take(bucket: Bucket, key: string): Promise<void> {
    try {
      await this.limiters[bucket].consume(key);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw new Problem('request.too_many', { retryAfterMs: Math.max(1, refused.msBeforeNext) });
    }
  }
}
