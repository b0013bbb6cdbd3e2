import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ChainId, UserId } from '#protocol';
import { SessionRepository } from '../accounts/index.js';
import {
  AccessRepository,
  ChainsService,
  type AppliedEntry,
  type AppliedThread,
  type Committed,
} from '../chains/index.js';
import { ObligationMirror } from '../obligations/index.js';
import { Transactions } from '../platform/index.js';
import { PushService } from './push.service.js';

/** A race was lost on a chain that had to be won together with others: nothing was written. */
export class RaceLost extends Error {
  constructor() {
    super('another process moved a head first');
    this.name = 'RaceLost';
  }
}

interface CommitOptions {
  /** Roll everything back unless every chain was won. */
  readonly together?: boolean;
  /** The socket an entry came from, which has its ack and needs no push. */
  readonly originOf?: (applied: AppliedEntry) => string | undefined;
}

/** The second and third statement of an append: commit, fan out. */
@Injectable()
export class EntryCommit {
  constructor(
    private readonly transactions: Transactions,
    private readonly chains: ChainsService,
    private readonly access: AccessRepository,
    private readonly sessions: SessionRepository,
    private readonly obligations: ObligationMirror,
    private readonly push: PushService,
  ) {}

  /** @returns chains whose entries are durable now */
  async commit(
    applied: readonly AppliedEntry[],
    { together = false, originOf }: CommitOptions = {},
  ): Promise<ReadonlySet<ChainId>> {
    if (applied.length === 0) return new Set();
    const { committed, members } = await this.transactions.run((tx) => this.write(tx, applied, together));
    this.chains.keep(committed.applied);
    this.push.disconnectKeys(committed.deactivatedKeys);
    for (const each of committed.applied) {
      this.push.appended(each, members.get(each.chainId) ?? [], originOf?.(each));
    }
    return committed.won;
  }

  private async write(
    tx: EntityManager,
    applied: readonly AppliedEntry[],
    together: boolean,
  ): Promise<{ committed: Committed; members: Map<ChainId, UserId[]> }> {
    const committed = await this.chains.commit(tx, applied);
    if (together && committed.applied.length !== applied.length) throw new RaceLost();
    const threads = committed.applied.filter((each) => each.kind === 'thread');
    if (threads.length > 0) await this.obligations.mirror(tx, threads);
    await this.sessions.revokeKeys(tx, committed.deactivatedKeys);
    return { committed, members: await this.membersOf(tx, threads) };
  }

  private async membersOf(
    tx: EntityManager,
    threads: readonly AppliedThread[],
  ): Promise<Map<ChainId, UserId[]>> {
    if (threads.length === 0) return new Map();
    return this.access.findMembers(tx, [...new Set(threads.map((each) => each.chainId))]);
  }
}
