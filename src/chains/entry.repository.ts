import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fromHex, toHex, type ChainId } from '#protocol';
import { rows, type Executor } from '../platform/index.js';
import type { AppliedEntry, ChainHeadRow, Cursor, StoredEntry } from './applied.js';

interface HeadSql {
  id: Uint8Array;
  kind: number;
  genesis_hash: Uint8Array;
  head_seq: number;
  head_hash: Uint8Array;
}

/** A chain's move from the head an entry was verified on to the head it makes. */
interface HeadMove {
  readonly chainId: Uint8Array;
  readonly fromSeq: number;
  readonly fromHash: Uint8Array;
  readonly toSeq: number;
  readonly toHash: Uint8Array;
}

/** Tables chain and entry: bytes as received, heads moved only by compare-and-set. */
@Injectable()
export class EntryRepository {
  constructor(private readonly source: DataSource) {}

  async findHeads(ids: readonly string[], executor: Executor = this.source): Promise<ChainHeadRow[]> {
    if (ids.length === 0) return [];
    const found = await rows<HeadSql>(
      executor,
      'SELECT id, kind, genesis_hash, head_seq, head_hash FROM chain WHERE id = ANY($1)',
      [ids.map(fromHex)],
    );
    return found.map(toHead);
  }

  async findHeadsByGenesis(genesisHashes: readonly string[]): Promise<ChainHeadRow[]> {
    if (genesisHashes.length === 0) return [];
    const found = await rows<HeadSql>(
      this.source,
      'SELECT id, kind, genesis_hash, head_seq, head_hash FROM chain WHERE genesis_hash = ANY($1)',
      [genesisHashes.map(fromHex)],
    );
    return found.map(toHead);
  }

  /** At most `limit` entries of each chain behind its cursor, in order. */
  async findAfter(cursors: readonly Cursor[], limit: number): Promise<StoredEntry[]> {
    if (cursors.length === 0) return [];
    const found = await rows<{ chain_id: Uint8Array; seq: number; bytes: Uint8Array }>(
      this.source,
      `SELECT e.chain_id, e.seq, e.bytes
       FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY c (chain_id, after_seq, place)
       CROSS JOIN LATERAL (
         SELECT * FROM entry WHERE chain_id = c.chain_id AND seq > c.after_seq ORDER BY seq LIMIT $3) e
       ORDER BY c.place, e.seq`,
      [cursors.map((cursor) => fromHex(cursor.chainId)), cursors.map((cursor) => cursor.afterSeq), limit],
    );
    return found.map((row) => ({
      chainId: toHex(row.chain_id) as ChainId,
      seq: row.seq,
      bytes: row.bytes,
    }));
  }

  /** The hash that stands at a place of a chain, or null. */
  async findHashAt(chainId: string, seq: number): Promise<Uint8Array | null> {
    const [row] = await rows<{ hash: Uint8Array }>(
      this.source,
      'SELECT hash FROM entry WHERE chain_id = $1 AND seq = $2',
      [fromHex(chainId), seq],
    );
    return row?.hash ?? null;
  }

  /** The first entry of an organisation, or null. */
  async findOrganisationGenesis(organisationId: string): Promise<Uint8Array | null> {
    const [row] = await rows<{ bytes: Uint8Array }>(
      this.source,
      `SELECT e.bytes FROM entry e JOIN chain c ON c.id = e.chain_id
       WHERE c.id = $1 AND c.kind = 2 AND e.seq = 1`,
      [fromHex(organisationId)],
    );
    return row?.bytes ?? null;
  }

  /**
   * Creates chains that did not exist, moves heads that stand where they should and writes the entries of both;
   * answers whose. Rows are locked in the order of their ids, so that two processes never wait for each other.
   */
  async write(tx: EntityManager, applied: readonly AppliedEntry[]): Promise<ReadonlySet<ChainId>> {
    const groups = groupByChain(applied);
    const created = await this.createChains(tx, groups.filter(isFounding));
    const moves = groups.filter(isFollowing).map(toMove);
    const won = await rows<{ id: Uint8Array }>(tx, WRITE, [
      moves.map((move) => move.chainId),
      moves.map((move) => move.fromSeq),
      moves.map((move) => move.fromHash),
      moves.map((move) => move.toSeq),
      moves.map((move) => move.toHash),
      created,
      ...columnsOf(applied),
    ]);
    return new Set(won.map((row) => toHex(row.id) as ChainId));
  }

  private async createChains(tx: EntityManager, groups: readonly AppliedEntry[][]): Promise<Uint8Array[]> {
    const lasts = groups.map((group) => group.at(-1)).filter((last) => last !== undefined);
    if (lasts.length === 0) return [];
    const won = await rows<{ id: Uint8Array }>(
      tx,
      `INSERT INTO chain (id, kind, genesis_hash, head_seq, head_hash)
       SELECT * FROM unnest($1::bytea[], $2::smallint[], $3::bytea[], $4::bigint[], $5::bytea[])
       ON CONFLICT DO NOTHING RETURNING id`,
      [
        lasts.map(({ state }) => state.chainId),
        lasts.map(({ entry }) => entry.header.kind),
        lasts.map(({ state }) => state.genesisHash),
        lasts.map(({ state }) => state.seq),
        lasts.map(({ state }) => state.head),
      ],
    );
    return won.map(({ id }) => id);
  }
}

/** $1 to $5 moves of heads, $6 chains that were just created, $7 to $13 entries. One statement, one round trip. */
const WRITE = `
  WITH locked AS MATERIALIZED (
    SELECT id FROM chain WHERE id = ANY($1::bytea[]) ORDER BY id FOR NO KEY UPDATE),
  moved AS (
    UPDATE chain SET head_seq = move.to_seq, head_hash = move.to_hash
    FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[])
      AS move (id, from_seq, from_hash, to_seq, to_hash), locked
    WHERE locked.id = move.id AND chain.id = move.id
      AND chain.head_seq = move.from_seq AND chain.head_hash = move.from_hash
    RETURNING chain.id),
  won AS (SELECT id FROM moved UNION ALL SELECT unnest($6::bytea[])),
  written AS (
    INSERT INTO entry (chain_id, seq, hash, type, author_user, author_device, bytes)
    SELECT given.* FROM won
    JOIN unnest($7::bytea[], $8::bigint[], $9::bytea[], $10::smallint[], $11::bytea[], $12::bytea[], $13::bytea[])
      AS given (chain_id, seq, hash, type, author_user, author_device, bytes) ON given.chain_id = won.id)
  SELECT id FROM won`;

function columnsOf(applied: readonly AppliedEntry[]): unknown[][] {
  return [
    applied.map(({ state }) => state.chainId),
    applied.map(({ entry }) => entry.header.seq),
    applied.map(({ entryHash }) => entryHash),
    applied.map(({ entry }) => entry.header.type),
    applied.map(({ entry }) => entry.header.authorUser),
    applied.map(({ entry }) => entry.header.authorDevice),
    applied.map(({ entry }) => entry.bytes),
  ];
}

/** Entries of one chain stay in order. */
function groupByChain(applied: readonly AppliedEntry[]): AppliedEntry[][] {
  const groups = new Map<ChainId, AppliedEntry[]>();
  for (const each of applied) {
    const group = groups.get(each.chainId);
    if (group === undefined) groups.set(each.chainId, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}

function isFounding(group: readonly AppliedEntry[]): boolean {
  return group[0]?.before === undefined;
}

function isFollowing(group: readonly AppliedEntry[]): boolean {
  return !isFounding(group);
}

function toMove(group: readonly AppliedEntry[]): HeadMove {
  const before = group[0]?.before;
  const after = group.at(-1)?.state;
  if (before === undefined || after === undefined) throw new Error('a move needs both ends');
  return {
    chainId: after.chainId,
    fromSeq: before.seq,
    fromHash: before.head,
    toSeq: after.seq,
    toHash: after.head,
  };
}

function toHead(row: HeadSql): ChainHeadRow {
  return {
    chainId: toHex(row.id) as ChainId,
    kind: row.kind,
    genesisHash: row.genesis_hash,
    seq: row.head_seq,
    hash: row.head_hash,
  };
}
