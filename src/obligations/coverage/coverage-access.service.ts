import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Problem, ROLE, fromHex, toHex, type Principal, type Role } from '#protocol';
import { Transactions, type Executor } from '../../platform/index.js';
import { PlannerRepository } from './planner.repository.js';

/** In what capacity somebody speaks of the coverage of one organisation. */
export interface Standing {
  readonly organisationId: Uint8Array;
  readonly kind: 'person' | 'administrator';
  /** The user, or the administrator's key. */
  readonly id: Uint8Array;
  readonly roles: ReadonlySet<Role>;
}

const GOVERNING: readonly Role[] = [ROLE.director, ROLE.coordinator];

/** Administrators, directors and coordinators plan for everybody. */
export function governs({ kind, roles }: Standing): boolean {
  return kind === 'administrator' || GOVERNING.some((role) => roles.has(role));
}

/**
 * Who may see and plan the coverage of an organisation: its administrators and its attested staff, never its clients.
 * For everybody else, and for what one may not write, the answer is that of an organisation that does not exist.
 */
@Injectable()
export class CoverageAccess {
  constructor(
    private readonly transactions: Transactions,
    private readonly planners: PlannerRepository,
  ) {}

  async read(executor: Executor, principal: Principal, organisationId: string): Promise<Standing> {
    const standing = await this.find(executor, principal, fromHex(organisationId));
    if (standing === null) throw new Problem('coverage.not_found');
    return standing;
  }

  /** A transaction in which nobody else plans for this organisation. */
  write<Result>(
    principal: Principal,
    organisationId: string,
    work: (tx: EntityManager, standing: Standing) => Promise<Result>,
  ): Promise<Result> {
    return this.transactions.run(async (tx) => {
      await this.planners.hold(tx, organisationId);
      return work(tx, await this.read(tx, principal, organisationId));
    });
  }

  /** The same for those who plan for everybody. */
  govern<Result>(
    principal: Principal,
    organisationId: string,
    work: (tx: EntityManager, standing: Standing) => Promise<Result>,
  ): Promise<Result> {
    return this.write(principal, organisationId, (tx, standing) => {
      if (!governs(standing)) throw new Problem('coverage.not_found');
      return work(tx, standing);
    });
  }

  private async find(
    executor: Executor,
    principal: Principal,
    organisationId: Uint8Array,
  ): Promise<Standing | null> {
    if (principal.kind === 'admin') {
      const own = principal.organisationId === toHex(organisationId);
      const id = fromHex(principal.keyId);
      return own ? { organisationId, kind: 'administrator', id, roles: new Set() } : null;
    }
    if (principal.kind !== 'device') return null;
    const id = fromHex(principal.userId);
    const roles = await this.planners.findStaffRoles(executor, organisationId, id);
    return roles.size === 0 ? null : { organisationId, kind: 'person', id, roles };
  }
}
