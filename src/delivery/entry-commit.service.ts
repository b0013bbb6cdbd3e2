import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ChainId } from '#protocol';
import { SessionRepository } from '../accounts/index.js';
import { AccessRepository, ChainsService, type AppliedEntry, type Committed } from '../chains/index.js';
import { ObligationMirror } from '../obligations/index.js';
import { LOGGER, Transactions, type Logger } from '../platform/index.js';
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

/** The second and third step of an append: commit, fan out. */
@Injectable()
export class EntryCommit {
  private fanOut: Promise<void> = Promise.resolve();

  constructor(
    private readonly transactions: Transactions,
    private readonly chains: ChainsService,
    private readonly access: AccessRepository,
    private readonly sessions: SessionRepository,
    private readonly obligations: ObligationMirror,
    private readonly push: PushService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Nobody waits for the pushes, neither the author nor the next batch; they go out in the order of the commits.
   * @returns chains whose entries are durable now
   */
  async commit(
    applied: readonly AppliedEntry[],
    { together = false, originOf }: CommitOptions = {},
  ): Promise<ReadonlySet<ChainId>> {
    if (applied.length === 0) return new Set();
    const committed = await this.transactions.run((tx) => this.write(tx, applied, together));
    this.chains.keep(committed.applied);
    this.push.disconnectKeys(committed.deactivatedKeys);
    this.fanOut = this.fanOut.then(() => this.tell(committed.applied, originOf));
    return committed.won;
  }

  /** Every push that is owed for what was committed so far has been handed to the sockets. */
  async drain(): Promise<void> {
    await this.fanOut;
  }

  private async write(
    tx: EntityManager,
    applied: readonly AppliedEntry[],
    together: boolean,
  ): Promise<Committed> {
    const committed = await this.chains.commit(tx, applied);
    if (together && committed.applied.length !== applied.length) throw new RaceLost();
    const threads = committed.applied.filter((each) => each.kind === 'thread');
    if (threads.length > 0) await this.obligations.mirror(tx, threads);
    await this.sessions.revokeKeys(tx, committed.deactivatedKeys);
    return committed;
  }

  /** To whoever is in the threads at this moment. A push that fails is missed, not lost: its reader pulls by cursor. */
  private async tell(applied: readonly AppliedEntry[], originOf: CommitOptions['originOf']): Promise<void> {
    const threads = applied.filter((each) => each.kind === 'thread');
    if (threads.length === 0) return;
    try {
      const members = await this.access.findMembers([...new Set(threads.map((each) => each.chainId))]);
      for (const each of threads) {
        this.push.appended(each, members.get(each.chainId) ?? [], originOf?.(each));
      }
    } catch (error) {
      this.logger.warn({ event: 'push.missed', err: error });
    }
  }
}
