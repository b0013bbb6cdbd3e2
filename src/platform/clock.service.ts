import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { DataSource } from 'typeorm';
import { MAX_DRIFT_MS, checkDrift } from './boot.guards.js';
import { LOGGER, type Logger } from './logger.js';
import { firstRow, type Executor } from './rows.js';

/** The instant of a transaction on the database's clock, in Unix milliseconds. */
export async function databaseNowMs(executor: Executor): Promise<number> {
  const row = await firstRow<{ ms: number }>(
    executor,
    'SELECT extract(epoch FROM now())::float8 * 1000 AS ms',
  );
  if (row === null) throw new Error('the database did not tell its time');
  return row.ms;
}

const MEASURE_EVERY_MS = 5_000;

/**
 * The database's clock, the only one deadlines and expiries are judged by. `nowMs()` is an estimate that does not
 * follow jumps of this machine's clock (it runs on the monotonic one); SQL that decides uses `now()` itself.
 */
@Injectable()
export class DatabaseClock implements OnApplicationBootstrap, OnModuleDestroy {
  private offsetMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.measure();
    checkDrift(this.driftMs());
    this.timer = setInterval(() => {
      this.measure().catch(() => {
        this.logger.warn({ event: 'clock.unmeasured' });
      });
    }, MEASURE_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Unix milliseconds of the database, extrapolated since the last measurement. */
  nowMs(): number {
    return this.offsetMs === undefined ? Date.now() : Math.round(performance.now() + this.offsetMs);
  }

  /** This machine's clock minus the database's. */
  driftMs(): number {
    return Date.now() - this.nowMs();
  }

  isHealthy(): boolean {
    return Math.abs(this.driftMs()) <= MAX_DRIFT_MS;
  }

  /** Half the round trip is the best guess of when the database looked at its clock. */
  async measure(): Promise<void> {
    const before = performance.now();
    const row = await firstRow<{ now_ms: number }>(
      this.source,
      'SELECT extract(epoch FROM now())::float8 * 1000 AS now_ms',
    );
    const after = performance.now();
    if (row !== null) this.offsetMs = row.now_ms - (before + after) / 2;
  }
}
