import { Injectable } from '@nestjs/common';
import { EngineHeartbeatRepository } from './engine-heartbeat.repository.js';
import { ObligationHistoryRepository } from './obligation-history.repository.js';
import { ObligationRepository } from './obligation.repository.js';

/** Older than this, and nobody is watching the deadlines. */
const STALE_AFTER_MS = 15_000;

/** For readiness and operators: null means "never" for the heartbeat and "none" for the oldest due step. */
export interface EngineHealthReport {
  readonly healthy: boolean;
  readonly heartbeatAgeMs: number | null;
  readonly oldestDueMs: number | null;
  /** How late steps of the last hour were taken, 99 of 100 at most so much; null without any. */
  readonly latenessMs: number | null;
}

@Injectable()
export class EngineHealth {
  constructor(
    private readonly heartbeat: EngineHeartbeatRepository,
    private readonly obligations: ObligationRepository,
    private readonly history: ObligationHistoryRepository,
  ) {}

  async report(): Promise<EngineHealthReport> {
    const heartbeatAgeMs = await this.heartbeat.findAgeMs();
    const oldestDueMs = await this.obligations.findOldestDueMs();
    return {
      healthy: heartbeatAgeMs !== null && heartbeatAgeMs <= STALE_AFTER_MS,
      heartbeatAgeMs,
      oldestDueMs,
      latenessMs: await this.history.findLatenessMs(),
    };
  }
}
