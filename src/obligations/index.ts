export {
  AvailabilityService,
  CoverageReport,
  Duty,
  DutyChangesService,
  OrganisationCalendars,
  RoleHolders,
  RotasService,
  SwapsService,
} from './coverage/index.js';
export { EngineHealth } from './engine-health.service.js';
export { LaddersService } from './ladders.service.js';
export { NOTICE_TOPIC, noticePayload, noticeRow, type Notice } from './notice.js';
export { ObligationMirror } from './obligation-mirror.service.js';
export { ObligationReader } from './obligation-reader.service.js';
export type { ObligationFacts } from './obligation.repository.js';
export { ObligationEngineModule, ObligationsModule } from './obligations.module.js';
export { isOwed } from './phase.policy.js';
export { OperationsReport, type Operations } from './operations-report.service.js';
export { PassingRecords } from './passing-records.js';
export { Receipts } from './receipts.service.js';
export { StandingsService } from './standings.service.js';
export { Undeliverable } from './undeliverable.service.js';
