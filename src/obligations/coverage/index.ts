export { AvailabilityService } from './availability.service.js';
export { CoverageReport } from './coverage-report.service.js';
export { CoverageModule, CoverageWatchModule } from './coverage.module.js';
export { DutyChangesService } from './duty-changes.service.js';
export { Duty } from './duty.service.js';
export { OrganisationCalendars } from './organisation-calendars.repository.js';
export { RoleHolders } from './role-holders.repository.js';
export { RotasService } from './rotas.service.js';
export { SwapsService } from './swaps.service.js';
