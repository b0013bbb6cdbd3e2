import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LANE, fromHex, nameOf, toHex, type LaneName, type Principal } from '#protocol';
import { rows } from '../platform/index.js';

interface Head {
  readonly seq: number;
  readonly hash: Uint8Array;
}

export interface MyThread {
  readonly threadId: string;
  readonly caseId: string;
  readonly lane: LaneName;
  readonly head: Head;
}

export interface MyOrganisation {
  readonly organisationId: string;
  readonly head: Head;
}

/** The chains that concern a caller without his having to know their ids. */
@Injectable()
export class MembershipRepository {
  constructor(private readonly source: DataSource) {}

  /** Threads in which he has a live row. */
  async listThreads(caller: Principal): Promise<MyThread[]> {
    if (caller.kind !== 'device') return [];
    const found = await rows<{
      id: Uint8Array;
      case_id: Uint8Array;
      lane: number;
      head_seq: number;
      head_hash: Uint8Array;
    }>(
      this.source,
      `SELECT t.id, t.case_id, t.lane, c.head_seq, c.head_hash
       FROM live_roster r JOIN thread t ON t.id = r.thread_id JOIN chain c ON c.id = t.id
       WHERE r.user_id = $1 ORDER BY c.created_at, t.id`,
      [fromHex(caller.userId)],
    );
    return found.map((row) => ({
      threadId: toHex(row.id),
      caseId: toHex(row.case_id),
      lane: nameOf(LANE, row.lane) ?? 'care_team',
      head: { seq: row.head_seq, hash: row.head_hash },
    }));
  }

  /** Organisations he is attested in, administers or is invited to. */
  async listOrganisations(caller: Principal): Promise<MyOrganisation[]> {
    const user = caller.kind === 'device' ? fromHex(caller.userId) : null;
    const organisation = caller.kind === 'device' ? null : fromHex(caller.organisationId);
    const found = await rows<{ id: Uint8Array; head_seq: number; head_hash: Uint8Array }>(
      this.source,
      `SELECT id, head_seq, head_hash FROM chain
       WHERE kind = 2 AND (id = $2 OR id IN (SELECT organisation_id FROM live_attestation WHERE user_id = $1))
       ORDER BY created_at, id`,
      [user, organisation],
    );
    return found.map((row) => ({
      organisationId: toHex(row.id),
      head: { seq: row.head_seq, hash: row.head_hash },
    }));
  }
}
