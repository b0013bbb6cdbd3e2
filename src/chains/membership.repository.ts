import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LANE, fromHex, nameOf, toHex, type LaneName, type Principal } from '#protocol';
import { rows } from '../platform/index.js';
import { READABLE_ORGANISATIONS, scopeOf } from './readable.policy.js';

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

export interface AdvertisedHead {
  readonly chainId: string;
  readonly head: Head;
}

/** The chains that concern a caller without his having to know their ids. */
@Injectable()
export class MembershipRepository {
  constructor(private readonly source: DataSource) {}

  /** True for a new case, and for one in which this person has a live row: only they found lanes of it. */
  async mayFoundIn(caseId: Uint8Array, userId: string): Promise<boolean> {
    const [found] = await rows<{ known: boolean; member: boolean }>(
      this.source,
      `SELECT EXISTS (SELECT FROM thread WHERE case_id = $1) AS known,
         EXISTS (SELECT FROM thread t JOIN live_roster r ON r.thread_id = t.id
           WHERE t.case_id = $1 AND r.user_id = $2) AS member`,
      [caseId, fromHex(userId)],
    );
    return found !== undefined && (found.member || !found.known);
  }

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

  /** Heads of everything that concerns each of many callers, by key id; one statement for all. */
  async listHeadsOf(callers: readonly Principal[]): Promise<Map<string, AdvertisedHead[]>> {
    const found = await rows<{ key_id: string; id: Uint8Array; head_seq: number; head_hash: Uint8Array }>(
      this.source,
      `SELECT asked.key_id, c.id, c.head_seq, c.head_hash
       FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::bytea[], $3::bytea[]) a (key_id, user_id, organisation_id))
         asked
       JOIN LATERAL (
         SELECT thread_id AS id FROM live_roster WHERE user_id = asked.user_id
         UNION SELECT organisation_id FROM live_attestation WHERE user_id = asked.user_id
         UNION SELECT asked.organisation_id WHERE asked.organisation_id IS NOT NULL) concern ON true
       JOIN chain c ON c.id = concern.id`,
      [
        callers.map((caller) => caller.keyId),
        callers.map((caller) => (caller.kind === 'device' ? fromHex(caller.userId) : null)),
        callers.map((caller) => (caller.kind === 'device' ? null : fromHex(caller.organisationId))),
      ],
    );
    const heads = new Map<string, AdvertisedHead[]>();
    for (const row of found) {
      const own = heads.get(row.key_id) ?? [];
      own.push({ chainId: toHex(row.id), head: { seq: row.head_seq, hash: row.head_hash } });
      heads.set(row.key_id, own);
    }
    return heads;
  }

  /** Organisations he may read: his own, those that introduced one of his, those his threads ever stated. */
  async listOrganisations(caller: Principal): Promise<MyOrganisation[]> {
    const found = await rows<{ id: Uint8Array; head_seq: number; head_hash: Uint8Array }>(
      this.source,
      `WITH ${READABLE_ORGANISATIONS}
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
      `WITH ${READABLE_ORGANISATIONS}
       SELECT id, genesis_hash FROM chain
       WHERE kind = 1 AND id IN (
         SELECT user_id FROM attestation JOIN readable_organisation USING (organisation_id))
       ORDER BY id`,
      scopeOf(caller),
    );
    return found.map((row) => ({ userId: toHex(row.id), genesisHash: row.genesis_hash }));
  }
}
