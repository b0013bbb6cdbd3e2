import { Injectable } from '@nestjs/common';
import type { Role } from '#protocol';
import { AttendanceRepository } from './attendance.repository.js';
import { ObligationRepository, type ObligationFacts } from './obligation.repository.js';

/** The truth, for whoever is about to act on an older word of it. */
@Injectable()
export class ObligationReader {
  constructor(
    private readonly obligations: ObligationRepository,
    private readonly attendance: AttendanceRepository,
  ) {}

  findFacts(threadId: Uint8Array, id: number): Promise<ObligationFacts | null> {
    return this.obligations.findFacts(threadId, id);
  }

  /** The role in which a person has a place in a thread now, or null. */
  findRole(threadId: Uint8Array, userId: Uint8Array): Promise<Role | null> {
    return this.attendance.findRole(threadId, userId);
  }

  /** A role in which a person is attested in an organisation now, or null. */
  findRoleIn(organisationId: Uint8Array, userId: Uint8Array): Promise<Role | null> {
    return this.attendance.findRoleIn(organisationId, userId);
  }
}
