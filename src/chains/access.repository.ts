import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PAGE, fromHex, toHex, type ChainId, type Principal, type UserId } from '#protocol';
import { rows } from '../platform/index.js';
import type { ChainHeadRow, Cursor } from './applied.js';
import { READABLE_CHAINS, scopeOf } from './readable.policy.js';

/** One chain of a sync: what stands behind the cursor, up to the page's end. */
export interface ChainPage {
  readonly chainId: ChainId;
  readonly head: { readonly seq: number; readonly hash: Uint8Array };
  readonly entries: readonly Uint8Array[];
  readonly more: boolean;
}

export interface WriteQuestion {
  readonly caller: Principal;
  readonly chainId: string;
}

export interface WritableHead extends ChainHeadRow {
  readonly nowMs: number;
}

/** Asks the policy of who may read what, and who may write. */
@Injectable()
export class AccessRepository {
  constructor(private readonly source: DataSource) {}

  /** Heads of those of the given chains the caller may read; the others are left out, whether they exist or not. */
  async findReadableHeads(caller: Principal, ids: readonly string[]): Promise<ChainHeadRow[]> {
    const found = await rows<{
      id: Uint8Array;
      kind: number;
      genesis_hash: Uint8Array;
      head_seq: number;
      head_hash: Uint8Array;
    }>(
      this.source,
      `WITH ${READABLE_CHAINS} SELECT id, kind, genesis_hash, head_seq, head_hash FROM readable`,
      [...scopeOf(caller), ids.map(fromHex)],
    );
    return found.map((row) => ({
      chainId: toHex(row.id) as ChainId,
      kind: row.kind,
      genesisHash: row.genesis_hash,
      seq: row.head_seq,
      hash: row.head_hash,
    }));
  }

  /** One page over all cursors, at most PAGE.entries and PAGE.bytes; one statement, so one moment. */
  async readPage(caller: Principal, cursors: readonly Cursor[]): Promise<ChainPage[]> {
    const found = await rows<PageSql>(this.source, `WITH ${READABLE_CHAINS}, ${PAGED}`, [
      ...scopeOf(caller),
      cursors.map((cursor) => fromHex(cursor.chainId)),
      cursors.map((cursor) => cursor.afterSeq),
      PAGE.entries,
      PAGE.bytes,
    ]);
    return toPages(found);
  }

  /**
   * Which of these chains their callers may append to, with the head, place by place: the own identity, the
   * organisation one administers, a thread in which one has a live row. `nowMs` is the database's clock.
   */
  async findWritable(asked: readonly WriteQuestion[]): Promise<Map<number, WritableHead>> {
    const found = await rows<{
      place: number;
      kind: number;
      genesis_hash: Uint8Array;
      head_seq: number;
      head_hash: Uint8Array;
      now_ms: number;
    }>(
      this.source,
      `SELECT (p.place - 1)::int AS place, c.kind, c.genesis_hash, c.head_seq, c.head_hash,
         extract(epoch FROM now())::float8 * 1000 AS now_ms
       FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) WITH ORDINALITY
         p (chain_id, user_id, organisation_id, place)
       JOIN chain c ON c.id = p.chain_id
       WHERE c.id = p.user_id OR c.id = p.organisation_id
         OR EXISTS (SELECT 1 FROM live_roster r WHERE r.thread_id = c.id AND r.user_id = p.user_id)`,
      [
        asked.map(({ chainId }) => fromHex(chainId)),
        asked.map(({ caller }) => (caller.kind === 'device' ? fromHex(caller.userId) : null)),
        asked.map(({ caller }) => (caller.kind === 'admin' ? fromHex(caller.organisationId) : null)),
      ],
    );
    return new Map(
      found.map((row) => [
        row.place,
        {
          chainId: (asked[row.place]?.chainId ?? '') as ChainId,
          kind: row.kind,
          genesisHash: row.genesis_hash,
          seq: row.head_seq,
          hash: row.head_hash,
          nowMs: row.now_ms,
        },
      ]),
    );
  }

  /** People who are in these threads now, by thread id (hex). */
  async findMembers(threadIds: readonly string[]): Promise<Map<ChainId, UserId[]>> {
    const found = await rows<{ thread_id: Uint8Array; user_id: Uint8Array }>(
      this.source,
      'SELECT thread_id, user_id FROM live_roster WHERE thread_id = ANY($1)',
      [threadIds.map(fromHex)],
    );
    const members = new Map<ChainId, UserId[]>();
    for (const row of found) {
      const threadId = toHex(row.thread_id) as ChainId;
      members.set(threadId, [...(members.get(threadId) ?? []), toHex(row.user_id) as UserId]);
    }
    return members;
  }

  /** Which of these bases of roster rows are live on the database clock. */
  async findLiveBases(bases: readonly Uint8Array[]): Promise<ReadonlySet<string>> {
    const found = await rows<{ basis_hash: Uint8Array }>(
      this.source,
      'SELECT basis_hash FROM live_attestation WHERE basis_hash = ANY($1)',
      [bases],
    );
    return new Set(found.map((row) => toHex(row.basis_hash)));
  }

  async introduce(tx: EntityManager, organisationId: string, guestId: string): Promise<boolean> {
    const found = await rows<{ id: Uint8Array }>(tx, 'SELECT id FROM chain WHERE kind = 2 AND id = $1', [
      fromHex(guestId),
    ]);
    if (found.length === 0) return false;
    await rows(
      tx,
      'INSERT INTO introduction (organisation_id, guest_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [fromHex(organisationId), fromHex(guestId)],
    );
    return true;
  }
}

/** $5 cursors, $6 and $7 the page's limits. Sizes are looked up first, so that only what is sent is read. */
const PAGED = `
  asked AS (SELECT * FROM unnest($4::bytea[], $5::bigint[]) WITH ORDINALITY a (chain_id, after_seq, place)),
  sized AS (
    SELECT asked.place, e.chain_id, e.seq, e.size FROM asked JOIN readable ON readable.id = asked.chain_id
    CROSS JOIN LATERAL (
      SELECT chain_id, seq, octet_length(bytes) AS size FROM entry
      WHERE chain_id = asked.chain_id AND seq > asked.after_seq ORDER BY seq LIMIT $6) e),
  counted AS (
    SELECT *, row_number() OVER (ORDER BY place, seq) AS n, sum(size) OVER (ORDER BY place, seq) AS total
    FROM sized)
  SELECT readable.id, readable.head_seq, readable.head_hash, asked.after_seq, entry.seq, entry.bytes
  FROM asked JOIN readable ON readable.id = asked.chain_id
  LEFT JOIN counted ON counted.place = asked.place AND n <= $6 AND (total <= $7 OR n = 1)
  LEFT JOIN entry ON entry.chain_id = counted.chain_id AND entry.seq = counted.seq
  ORDER BY asked.place, entry.seq`;

interface PageSql {
  id: Uint8Array;
  head_seq: number;
  head_hash: Uint8Array;
  after_seq: number;
  seq: number | null;
  bytes: Uint8Array | null;
}

function toPages(found: readonly PageSql[]): ChainPage[] {
  const pages = new Map<string, { first: PageSql; entries: Uint8Array[] }>();
  for (const row of found) {
    const id = toHex(row.id);
    const page = pages.get(id) ?? { first: row, entries: [] };
    if (row.bytes !== null) page.entries.push(row.bytes);
    pages.set(id, page);
  }
  return [...pages.entries()].map(([id, { first, entries }]) => ({
    chainId: id as ChainId,
    head: { seq: first.head_seq, hash: first.head_hash },
    entries,
    more: first.after_seq + entries.length < first.head_seq,
  }));
}
