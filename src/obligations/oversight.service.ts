import { Injectable } from '@nestjs/common';
import { Problem, ROLE, fromHex, type Principal, type Role } from '#protocol';
import { AttendanceRepository } from './attendance.repository.js';

/** Who may know how late an organisation's people are. */
const OVERSEERS: readonly Role[] = [ROLE.director, ROLE.coordinator];

/**
 * In what capacity somebody speaks of an organisation as a whole. For everybody else the answer is that of an
 * organisation that does not exist.
 */
@Injectable()
export class Oversight {
  constructor(private readonly attendance: AttendanceRepository) {}

  /** Its administrators, and its staff. */
  async requireStaff(principal: Principal, organisationId: string): Promise<void> {
    await this.require(principal, organisationId, (roles) => roles.some((role) => role !== ROLE.client));
  }

  /** Its administrators, directors and coordinators. */
  async requireOverseer(principal: Principal, organisationId: string): Promise<void> {
    await this.require(principal, organisationId, (roles) => roles.some((role) => OVERSEERS.includes(role)));
  }

  /** @returns the key an administrator speaks with */
  requireAdministrator(principal: Principal, organisationId: string): Uint8Array {
    if (principal.kind === 'admin' && principal.organisationId === organisationId)
      return fromHex(principal.keyId);
    throw new Problem('chain.not_found');
  }

  /** @returns the director */
  async requireDirector(principal: Principal, organisationId: string): Promise<Uint8Array> {
    const roles = await this.rolesOf(principal, organisationId);
    if (principal.kind === 'device' && roles.includes(ROLE.director)) return fromHex(principal.userId);
    throw new Problem('chain.not_found');
  }

  private async require(
    principal: Principal,
    organisationId: string,
    suffices: (roles: readonly Role[]) => boolean,
  ): Promise<void> {
    if (principal.kind === 'admin' && principal.organisationId === organisationId) return;
    if (!suffices(await this.rolesOf(principal, organisationId))) throw new Problem('chain.not_found');
  }

  private async rolesOf(principal: Principal, organisationId: string): Promise<readonly Role[]> {
    if (principal.kind !== 'device') return [];
    return this.attendance.findRolesIn(fromHex(organisationId), fromHex(principal.userId));
  }
}
