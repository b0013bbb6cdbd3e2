import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, Loop, OutboxRepository, type Logger } from '../platform/index.js';
import { LedgerRepository } from './ledger.repository.js';

/** What is over for this long is forgotten, a batch at a time so that nobody waits for it. */
const PRUNING = { days: 90, batch: 1_000, everyMs: 3_600_000 } as const;

/** Keeps outbox and ledger from growing for ever. What was decided stands in the chains, not here. */
@Injectable()
export class LedgerPruning implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly ledger: LedgerRepository,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.loop = new Loop({ name: 'ledger pruning', everyMs: PRUNING.everyMs, logger }, () => this.run());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  async run(): Promise<void> {
    const { days, batch } = PRUNING;
    while ((await this.ledger.prune(days, batch)) === batch);
    while ((await this.outbox.prune(days, batch)) === batch);
    await this.ledger.pruneDigests(days);
  }
}
