import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { World } from '#chain';
import { toHex, type ChainId, type Entry, type Principal } from '#protocol';
import { AccessRepository } from './access.repository.js';
import type { AppliedEntry, ChainHeadRow } from './applied.js';
import { EntryRepository } from './entry.repository.js';
import { ProjectionRepository } from './projection.repository.js';
import { StateCache } from './state.cache.js';
import { StateLoader, statedIn, worldOf } from './state.loader.js';
import { Verification } from './verification.js';

/** What a commit did: chains whose head was where the entries expected it, and keys that lost their place. */
export interface Committed {
  readonly won: ReadonlySet<ChainId>;
  readonly applied: readonly AppliedEntry[];
  readonly deactivatedKeys: readonly Uint8Array[];
}

/** Accepts signed entries: load the states they build on, check them, commit what verified, keep the new states. */
@Injectable()
export class ChainsService {
  constructor(
    private readonly entries: EntryRepository,
    private readonly projections: ProjectionRepository,
    private readonly access: AccessRepository,
    private readonly loader: StateLoader,
    private readonly cache: StateCache,
  ) {}

  /** The first `entries` of a chain that may exist already: the same bytes, others, or no chain at all. */
  async findStanding(chainId: ChainId, hashes: readonly Uint8Array[]): Promise<'absent' | 'same' | 'other'> {
    const [head] = await this.entries.findHeads([chainId]);
    if (head === undefined) return 'absent';
    for (const [index, hash] of hashes.entries()) {
      const standing = await this.entries.findHashAt(chainId, index + 1);
      if (standing === null || toHex(standing) !== toHex(hash)) return 'other';
    }
    return 'same';
  }

  /** States at the given heads, ready to be moved on. */
  async begin(heads: readonly ChainHeadRow[]): Promise<Verification> {
    return new Verification(await this.loader.load(heads));
  }

  /**
   * The chains a ROTATE states, as far as its author may read them: what he may not read answers like what does
   * not exist. Any other entry asks nothing of the world.
   */
  async worldFor(author: Principal, entry: Entry): Promise<World> {
    const stated = statedIn(entry);
    if (stated.userIds.length === 0) return worldOf([]);
    const organisations = await this.entries.findHeadsByGenesis(stated.organisations);
    const asked = [...stated.userIds, ...organisations.map((head) => head.chainId)];
    return this.loader.loadWorld(await this.access.findReadableHeads(author, asked));
  }

  /** True if every row of a ROTATE rests on an attestation that is live now: the server knows more than the entry. */
  async hasLiveRows(entry: Entry): Promise<boolean> {
    const { bases } = statedIn(entry);
    if (bases.length === 0) return true;
    return (await this.access.findLiveBases(bases)).size === bases.length;
  }

  /** Inside the caller's transaction. Entries of chains that lost the race are not written. */
  async commit(tx: EntityManager, applied: readonly AppliedEntry[]): Promise<Committed> {
    const won = await this.entries.write(tx, applied);
    const kept = applied.filter((each) => won.has(each.chainId));
    const deactivatedKeys = await this.projections.project(tx, kept);
    return { won, applied: kept, deactivatedKeys };
  }

  /** After the commit: the new states become what the next entries are checked against. */
  keep(applied: readonly AppliedEntry[]): void {
    for (const { chainId, state } of applied) this.cache.keep(chainId, state);
  }

  /** Lets sockets and timers have a turn between signature checks of a large batch. */
  async breathe(): Promise<void> {
    await nextTurn();
  }
}
