import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/index.js';
import { AbsenceRepository } from './absence.repository.js';
import { AvailabilityService } from './availability.service.js';
import { CoverageAccess } from './coverage-access.service.js';
import { CoverageActRepository } from './coverage-act.repository.js';
import { CoverageReport } from './coverage-report.service.js';
import { CoverageWatch } from './coverage-watch.service.js';
import { DutyChangesService } from './duty-changes.service.js';
import { Duty } from './duty.service.js';
import { GapRepository } from './gap.repository.js';
import { HandoverRepository } from './handover.repository.js';
import { OrganisationCalendars } from './organisation-calendars.repository.js';
import { OverrideRepository } from './override.repository.js';
import { PlaceRepository } from './place.repository.js';
import { PlannerRepository } from './planner.repository.js';
import { PlanRepository } from './plan.repository.js';
import { PoolWatchRepository } from './pool-watch.repository.js';
import { ReadinessRepository } from './readiness.repository.js';
import { RoleHolders } from './role-holders.repository.js';
import { RotaRepository } from './rota.repository.js';
import { RotasService } from './rotas.service.js';
import { SwapRepository } from './swap.repository.js';
import { SwapsService } from './swaps.service.js';

const REPOSITORIES = [
  AbsenceRepository,
  CoverageActRepository,
  GapRepository,
  HandoverRepository,
  OrganisationCalendars,
  OverrideRepository,
  PlaceRepository,
  PlanRepository,
  PlannerRepository,
  PoolWatchRepository,
  ReadinessRepository,
  RoleHolders,
  RotaRepository,
  SwapRepository,
];
const DOORS = [AvailabilityService, CoverageReport, Duty, DutyChangesService, RotasService, SwapsService];

/** Who is on duty, what is planned about it, and who may plan. Starts nothing. */
@Module({
  imports: [AccountsModule],
  providers: [...REPOSITORIES, ...DOORS, CoverageAccess],
  exports: [...REPOSITORIES, ...DOORS],
})
export class CoverageModule {}

/** The watch, for processes that do background work. */
@Module({ imports: [CoverageModule, AccountsModule], providers: [CoverageWatch], exports: [CoverageWatch] })
export class CoverageWatchModule {}
