import type { BusinessCalendar, Rota, Slot } from '#calendar';
import type {
  Availability,
  AvailabilityReply,
  ChangesReply,
  CoverageActsReply,
  DutyReply,
  HandoversReply,
  ReadinessReply,
  RoleName,
  ShiftsReply,
} from '#protocol';
import type { Dated } from './dated.js';

/** Roles whose people share a rota. */
export type PoolRole = Exclude<RoleName, 'client'>;

export type OnDuty = Dated<DutyReply>;
export type Shifts = Dated<ShiftsReply>;
export type CoverageChanges = Dated<ChangesReply>;
export type CoverageActs = Dated<CoverageActsReply>['acts'];
export type ReadinessChecks = Dated<ReadinessReply>['checks'];
export type HandoverNotes = Dated<HandoversReply>['notes'];
export type RoleAvailability = Dated<Availability>;
export type ThreadAvailability = Dated<AvailabilityReply>;

/** `version` 0: none was ever set. Who sets one names the version he replaces. */
export interface CalendarVersion {
  readonly version: number;
  readonly calendar: BusinessCalendar | null;
}
export interface RotaVersion {
  readonly version: number;
  readonly rota: Rota | null;
}

interface Stretch {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The coverage of one organisation, as the service keeps it: plans are not signed, they say whom to call. Every call
 * goes out. Errors: Problem coverage.*.
 */
export interface CoverageBook {
  calendar(): Promise<CalendarVersion>;
  setCalendar(calendar: BusinessCalendar, options: { readonly replaces: number }): Promise<number>;
  rota(role: PoolRole): Promise<RotaVersion>;
  setRota(role: PoolRole, rota: Rota, options: { readonly replaces: number }): Promise<number>;
  /** Now, or at an instant by the plan as it stands now. */
  onDuty(role: PoolRole, at?: Date): Promise<OnDuty>;
  /** Of the next 14 days, with the gaps. */
  shifts(): Promise<Shifts>;
  changes(): Promise<CoverageChanges>;
  acts(): Promise<CoverageActs>;
  readiness(): Promise<ReadinessChecks>;
  /** `person` null: nobody. Answers its id. */
  override(
    given: Stretch & { readonly role: PoolRole; readonly slot: Slot; readonly person: string | null },
  ): Promise<string>;
  withdrawOverride(id: string): Promise<void>;
  /** Without `person` it is my own. Answers its id. */
  leave(given: Stretch & { readonly person?: string; readonly cover: string | null }): Promise<string>;
  withdrawLeave(id: string): Promise<void>;
}

/** The same for a person, who may swap too. */
export interface MemberCoverage extends CoverageBook {
  /** Asks a colleague to take over a time I am on duty; it counts once he has accepted. Answers its id. */
  proposeSwap(
    given: Stretch & { readonly role: PoolRole; readonly slot: Slot; readonly taker: string },
  ): Promise<string>;
  settleSwap(id: string, state: 'accepted' | 'declined' | 'withdrawn'): Promise<void>;
}
