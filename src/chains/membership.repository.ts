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

export interface KnownPerson {
  readonly userId: string;
  readonly genesisHash: Uint8Array;
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

  /** Organisations he may read: his own, those that introduced one of his, those his threads ever stated. */
  async listOrganisations(caller: Principal): Promise<MyOrganisation[]> {
    const found = await rows<{ id: Uint8Array; head_seq: number; head_hash: Uint8Array }>(
      this.source,
      `WITH ${ORGANISATIONS}
       SELECT id, head_seq, head_hash FROM chain JOIN readable_organisation o ON o.organisation_id = chain.id
       WHERE kind = 2 ORDER BY created_at, id`,
      scopeOf(caller),
    );
    return found.map((row) => ({
      organisationId: toHex(row.id),
      head: { seq: row.head_seq, hash: row.head_hash },
    }));
  }

  /** People attested in those organisations; nobody for somebody who is only invited. */
  async listPeople(caller: Principal): Promise<KnownPerson[]> {
    if (caller.kind === 'invite') return [];
    const found = await rows<{ id: Uint8Array; genesis_hash: Uint8Array }>(
      this.source,
      `WITH ${ORGANISATIONS}
       SELECT id, genesis_hash FROM chain
       WHERE kind = 1 AND id IN (
         SELECT user_id FROM attestation JOIN readable_organisation USING (organisation_id))
       ORDER BY id`,
      scopeOf(caller),
    );
    return found.map((row) => ({ userId: toHex(row.id), genesisHash: row.genesis_hash }));
  }
}

/** $1 the caller's user id or null, $2 his organisation when the key is no person's, $3 whether he is only invited. */
const ORGANISATIONS = `
  own AS (
    SELECT organisation_id FROM live_attestation WHERE user_id = $1
    UNION SELECT $2::bytea WHERE $2 IS NOT NULL),
  readable_organisation AS (
    SELECT organisation_id FROM own
    UNION SELECT i.organisation_id FROM introduction i JOIN own ON own.organisation_id = i.guest_id WHERE NOT $3
    UNION SELECT s.chain_id FROM thread_stated s JOIN live_roster r USING (thread_id) WHERE r.user_id = $1)`;

function scopeOf(caller: Principal): readonly [Uint8Array | null, Uint8Array | null, boolean] {
  if (caller.kind === 'device') return [fromHex(caller.userId), null, false];
  return [null, fromHex(caller.organisationId), caller.kind === 'invite'];
}
