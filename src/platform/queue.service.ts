import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import {
  PostgresQueueBackend,
  RedisQueueBackend,
  createPostgresBackend,
  createRedisBackend,
  withBackend,
  type JobsOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { CONFIG, type Config } from '../config/index.js';
import { BootRefused, checkRedisSettings } from './boot.guards.js';
import { LOGGER, type Logger } from './logger.js';
import { QUEUE_SCHEMA } from './schema.migrator.js';

/** Ids and numbers only: whoever works on the job reads the truth again. */
export type JobData = Readonly<Record<string, string | number>>;

export interface Job {
  readonly name: string;
  readonly data: JobData;
  /** Tries before this one. */
  readonly attemptsMade: number;
}

export interface JobHandler {
  readonly handle: (job: Job) => Promise<void>;
  /** Never throws. */
  readonly dead: (job: Job, error: Error) => void;
}

export interface NewJob {
  readonly id: string;
  /** Overtakes all that are not, however many there are. */
  readonly urgent: boolean;
  readonly name: string;
  readonly data: JobData;
}

export interface JobQueue {
  /**
   * Rejects within 3 s if the queue is out of reach; then the caller does the effect itself. A job whose id is in
   * the queue already is not added again; ids hold no ':' and are not digits only.
   */
  addBulk(jobs: readonly NewJob[]): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

const ADD_LIMIT_MS = 3_000;
const CHECK_LIMIT_MS = 3_000;
/** With Redis away a worker would wait for it to come back before it closes. */
const CLOSE_LIMIT_MS = 5_000;
/** Back within seconds of Redis itself; the library's own pauses grow to twenty. */
export const reconnectAfterMs = (times: number): number => Math.min(times * 250, 2_000);
const RETRIES = {
  // A few seconds: what lasts longer is taken up again from the outbox.
  attempts: 4,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  // A job that is kept would keep its id from being added again.
  removeOnComplete: true,
  removeOnFail: true,
} as const satisfies JobsOptions;
/** Jobs without a priority come before those with one. */
const CAN_WAIT = 1;
/** A half-dead LISTEN is noticed by the end of a block, a crashed worker's job by the stalled check. */
const WORKER = { drainDelay: 5, lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 5 } as const;

const onPostgres = withBackend(createPostgresBackend);
const onRedis = withBackend(createRedisBackend);

/**
 * Opens queues and workers on the one backend this installation has: PostgreSQL, or Redis when REDIS_URL is set.
 * A queue is a wake-up call; what must happen stands in the outbox.
 */
@Injectable()
export class Queues implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly opened: Closable[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.redisUrl !== undefined) await this.checkRedis(this.config.redisUrl.reveal());
  }

  /** Workers first finish what they hold, then connections close. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(
      this.opened
        .splice(0)
        .reverse()
        .map((each) => within(CLOSE_LIMIT_MS, each.close())),
    );
  }

  openQueue(name: string): JobQueue {
    const queue = this.newQueue(name);
    this.watch(queue, queue.backend);
    return {
      addBulk: async (jobs) => {
        const bulk = jobs.map((job) => ({
          name: job.name,
          data: job.data,
          opts: { ...RETRIES, jobId: job.id, ...(job.urgent ? {} : { priority: CAN_WAIT }) },
        }));
        await within(ADD_LIMIT_MS, queue.addBulk(bulk));
      },
    };
  }

  /**
   * `handle` may run twice for one job; it claims the effect in the database first. `dead`: a job failed its last try,
   * and the queue has forgotten it.
   */
  openWorker(name: string, concurrency: number, { handle, dead }: JobHandler): void {
    const worker = this.newWorker(name, concurrency, handle);
    worker.on('failed', (job, error) => {
      if (job === undefined || job.attemptsMade < RETRIES.attempts) return;
      dead({ name: job.name, data: job.data, attemptsMade: job.attemptsMade }, error);
    });
    this.watch(worker, worker.backend);
  }

  private newQueue(name: string) {
    const { redisUrl } = this.config;
    return redisUrl === undefined
      ? new onPostgres.Queue(name, { connection: this.postgresConnection(2) })
      : new onRedis.Queue(name, {
          connection: { url: redisUrl.reveal(), maxRetriesPerRequest: 1, retryStrategy: reconnectAfterMs },
        });
  }

  private newWorker(name: string, concurrency: number, handle: (job: Job) => Promise<void>) {
    const { redisUrl } = this.config;
    const run = (job: Job): Promise<void> => handle(job);
    return redisUrl === undefined
      ? new onPostgres.Worker<JobData, undefined>(name, runner(run), {
          ...WORKER,
          concurrency,
          connection: this.postgresConnection(4),
        })
      : new onRedis.Worker<JobData, undefined>(name, runner(run), {
          ...WORKER,
          concurrency,
          connection: {
            url: redisUrl.reveal(),
            maxRetriesPerRequest: null,
            retryStrategy: reconnectAfterMs,
          },
        });
  }

  private postgresConnection(max: number) {
    return {
      connectionString: this.config.databaseUrl.reveal(),
      schema: QUEUE_SCHEMA,
      max,
      keepAlive: true,
      query_timeout: 3_000,
      application_name: 'trialogue-queue',
    };
  }

  /** BullMQ falls back to Redis silently when its options are not understood: look at what it really made. */
  private watch(opened: Closable & ErrorSource, backend: unknown): void {
    const expected = this.config.redisUrl === undefined ? PostgresQueueBackend : RedisQueueBackend;
    if (!(backend instanceof expected)) throw new BootRefused(`The queue does not run on ${expected.name}.`);
    opened.on('error', (error) => {
      this.logger.warn({ event: 'queue.error', err: error });
    });
    this.opened.push(opened);
  }

  private async checkRedis(url: string): Promise<void> {
    const redis = new Redis(url, {
      maxRetriesPerRequest: 1,
      lazyConnect: true,
      // One that takes the connection and never answers is away too.
      connectTimeout: CHECK_LIMIT_MS,
      commandTimeout: CHECK_LIMIT_MS,
    });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
    } catch (error) {
      // Redis away is a service that is slower, not one that is down: what must happen stands in the outbox.
      this.logger.warn({ event: 'redis.unreachable', err: error });
      redis.disconnect();
      return;
    }
    try {
      const [, appendonly = ''] = (await redis.config('GET', 'appendonly')) as string[];
      const [, policy = ''] = (await redis.config('GET', 'maxmemory-policy')) as string[];
      checkRedisSettings({ appendonly, 'maxmemory-policy': policy });
    } finally {
      redis.disconnect();
    }
  }
}

interface ErrorSource {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

function runner(handle: (job: Job) => Promise<void>) {
  return async (job: { name: string; data: JobData; attemptsMade: number }): Promise<undefined> => {
    await handle({ name: job.name, data: job.data, attemptsMade: job.attemptsMade });
    return undefined;
  };
}

async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('queue out of reach'));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
