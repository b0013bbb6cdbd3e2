import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { EngineHealth } from '../obligations/index.js';
import { DatabaseClock, OutboxRepository, Open, rows } from '../platform/index.js';
import { Draining } from './draining.js';

interface Check {
  readonly ok: boolean;
  readonly [detail: string]: boolean | number | string | null;
}

type Readiness = Readonly<Record<'service' | 'database' | 'migrations' | 'clock' | 'engine', Check>>;

/** For supervisors and load balancers. Says nothing about anybody. */
@Open()
@Controller('health')
export class HealthController {
  constructor(
    private readonly source: DataSource,
    private readonly clock: DatabaseClock,
    private readonly outbox: OutboxRepository,
    private readonly engine: EngineHealth,
    private readonly draining: Draining,
  ) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  live(): { ok: true } {
    return { ok: true };
  }

  /** This process can take requests, and somebody is watching the deadlines. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<{ ok: boolean; checks: Readiness }> {
    const checks = await this.look();
    const ok = Object.values(checks).every((check) => check.ok);
    response.status(ok ? 200 : 503).setHeader('cache-control', 'no-store');
    return { ok, checks };
  }

  private async look(): Promise<Readiness> {
    const service = { ok: !this.draining.begun };
    try {
      const startedAt = performance.now();
      await rows(this.source, 'SELECT 1');
      const database = { ok: true, roundTripMs: Math.round(performance.now() - startedAt) };
      const migrations = { ok: !(await this.source.showMigrations()) };
      const clock = { ok: this.clock.isHealthy(), driftMs: Math.round(this.clock.driftMs()) };
      return { service, database, migrations, clock, engine: await this.lookAtEngine() };
    } catch {
      const away = { ok: false };
      return { service, database: away, migrations: away, clock: away, engine: away };
    }
  }

  private async lookAtEngine(): Promise<Check> {
    const { healthy, heartbeatAgeMs, oldestDueMs } = await this.engine.report();
    const oldestUndoneEffectMs = await this.outbox.findOldestUndoneMs();
    return { ok: healthy, heartbeatAgeMs, oldestDueMs, oldestUndoneEffectMs };
  }
}
