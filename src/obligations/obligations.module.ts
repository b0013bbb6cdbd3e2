import { Module } from '@nestjs/common';
import { Alarms } from './alarms.service.js';
import { AttendanceRepository } from './attendance.repository.js';
import { CoverageModule, CoverageWatchModule } from './coverage/index.js';
import { CircumstancesReader } from './circumstances.service.js';
import { EngineHealth } from './engine-health.service.js';
import { EngineHeartbeatRepository } from './engine-heartbeat.repository.js';
import { LadderRepository } from './ladder.repository.js';
import { LaddersService } from './ladders.service.js';
import { ObligationEngine } from './obligation-engine.service.js';
import { ObligationHistoryRepository } from './obligation-history.repository.js';
import { ObligationMirror } from './obligation-mirror.service.js';
import { ObligationReader } from './obligation-reader.service.js';
import { ObligationRepository } from './obligation.repository.js';
import { OperationsReport } from './operations-report.service.js';
import { Oversight } from './oversight.service.js';
import { PassingRecords } from './passing-records.js';
import { ReceiptRepository } from './receipt.repository.js';
import { Receipts } from './receipts.service.js';
import { StandingRepository } from './standing.repository.js';
import { StandingsService } from './standings.service.js';
import { Undeliverable } from './undeliverable.service.js';
import { UndeliveredRepository } from './undelivered.repository.js';
import { UpdateWindowRepository } from './update-window.repository.js';

const REPOSITORIES = [
  ObligationRepository,
  ObligationHistoryRepository,
  LadderRepository,
  UndeliveredRepository,
  ReceiptRepository,
  StandingRepository,
  AttendanceRepository,
  UpdateWindowRepository,
  EngineHeartbeatRepository,
];

const SERVICES = [
  ObligationMirror,
  ObligationReader,
  EngineHealth,
  Alarms,
  CircumstancesReader,
  Undeliverable,
  OperationsReport,
  Oversight,
  LaddersService,
  StandingsService,
  Receipts,
  PassingRecords,
];

/** Answers that are due: the mirror of the fold, and what readiness and notifications ask of it. Starts nothing. */
@Module({
  imports: [CoverageModule],
  providers: [...REPOSITORIES, ...SERVICES],
  exports: [CoverageModule, ...REPOSITORIES, ...SERVICES],
})
export class ObligationsModule {}

/** The engine and the watch over coverage, for processes that do background work. */
@Module({
  imports: [ObligationsModule, CoverageWatchModule],
  providers: [ObligationEngine],
  exports: [ObligationEngine],
})
export class ObligationEngineModule {}
