import { Module } from '@nestjs/common';
import { AttendanceRepository } from './attendance.repository.js';
import { CoverageModule, CoverageWatchModule } from './coverage/index.js';
import { EngineHealth } from './engine-health.service.js';
import { EngineHeartbeatRepository } from './engine-heartbeat.repository.js';
import { ObligationEngine } from './obligation-engine.service.js';
import { ObligationMirror } from './obligation-mirror.service.js';
import { ObligationReader } from './obligation-reader.service.js';
import { ObligationRepository } from './obligation.repository.js';
import { UpdateWindowRepository } from './update-window.repository.js';

const REPOSITORIES = [
  ObligationRepository,
  AttendanceRepository,
  UpdateWindowRepository,
  EngineHeartbeatRepository,
];

/** Answers that are due: the mirror of the fold, and what readiness and notifications ask of it. Starts nothing. */
@Module({
  imports: [CoverageModule],
  providers: [...REPOSITORIES, ObligationMirror, ObligationReader, EngineHealth],
  exports: [CoverageModule, ...REPOSITORIES, ObligationMirror, ObligationReader, EngineHealth],
})
export class ObligationsModule {}

/** The engine and the watch over coverage, for processes that do background work. */
@Module({
  imports: [ObligationsModule, CoverageWatchModule],
  providers: [ObligationEngine],
  exports: [ObligationEngine],
})
export class ObligationEngineModule {}
