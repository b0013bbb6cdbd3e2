import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { EngineHealth } from '../obligations/index.js';
import { DatabaseClock, OutboxRepository, Open, RedisProbe, rows } from '../platform/index.js';
import { Draining } from './draining.js';

interface Check {
  readonly ok: boolean;
  readonly [detail: string]: boolean | number | string | null;
}

type Readiness = Readonly<Record<'database' | 'migrations' | 'clock' | 'engine', Check>> & {
  /** Only where there is one. Down is slower, not unready: what it would carry lies in the database. */
  readonly redis?: Check;
};

interface Report {
  readonly ok: boolean;
  readonly degraded: boolean;
  readonly checks: Readiness & { readonly service: Check };
}

/** Everybody who asks within this time gets the same look: asking often must cost nothing. */
const SAME_LOOK_MS = 1_000;

/** For supervisors and load balancers. Says nothing about anybody. */
@Open()
@Controller('health')
export class HealthController {
  private latest: { readonly atMs: number; readonly checks: Promise<Readiness> } | undefined;

  constructor(
    private readonly source: DataSource,
    private readonly clock: DatabaseClock,
    private readonly outbox: OutboxRepository,
    private readonly engine: EngineHealth,
    private readonly redis: RedisProbe,
    private readonly draining: Draining,
  ) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  live(): { ok: true } {
    return { ok: true };
  }

  /** This process can take requests, and somebody is watching the deadlines. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Report> {
    const { redis, ...needed } = await this.recentLook();
    const service = { ok: !this.draining.begun };
    const ok = service.ok && Object.values(needed).every((check) => check.ok);
    response.status(ok ? 200 : 503).setHeader('cache-control', 'no-store');
    const checks = { service, ...needed, ...(redis === undefined ? {} : { redis }) };
    return { ok, degraded: redis?.ok === false, checks };
  }

  private recentLook(): Promise<Readiness> {
    const nowMs = performance.now();
    if (this.latest === undefined || nowMs - this.latest.atMs >= SAME_LOOK_MS) {
      this.latest = { atMs: nowMs, checks: this.look() };
    }
    return this.latest.checks;
  }

  private async look(): Promise<Readiness> {
    const answers = await this.redis.answers();
    const redis = answers === undefined ? {} : { redis: { ok: answers } };
    try {
      const startedAt = performance.now();
      await rows(this.source, 'SELECT 1');
      const database = { ok: true, roundTripMs: Math.round(performance.now() - startedAt) };
      const migrations = { ok: !(await this.source.showMigrations()) };
      const clock = { ok: this.clock.isHealthy(), driftMs: Math.round(this.clock.driftMs()) };
      return { database, migrations, clock, engine: await this.lookAtEngine(), ...redis };
    } catch {
      const away = { ok: false };
      return { database: away, migrations: away, clock: away, engine: away, ...redis };
    }
  }

  private async lookAtEngine(): Promise<Check> {
    const { healthy, heartbeatAgeMs, oldestDueMs, latenessMs } = await this.engine.report();
    const { longestMs: oldestLateNoticeMs } = await this.outbox.findLate();
    return { ok: healthy, heartbeatAgeMs, oldestDueMs, latenessMs, oldestLateNoticeMs };
  }
}
