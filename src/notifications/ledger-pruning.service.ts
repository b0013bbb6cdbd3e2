import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PassingRecords } from '../obligations/index.js';
import { LOGGER, Loop, OutboxRepository, type Logger, type Prunable } from '../platform/index.js';
import { LedgerRepository } from './ledger.repository.js';

/** What is over for this long is forgotten, a batch at a time so that nobody waits for it. */
const PRUNING = { days: 90, batch: 1_000, everyMs: 3_600_000 } as const;

/** Keeps from growing for ever what is written for a while only. What was decided stands in the chains, not here. */
@Injectable()
export class LedgerPruning implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private readonly tables: readonly Prunable[];

  constructor(
    outbox: OutboxRepository,
    ledger: LedgerRepository,
    records: PassingRecords,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const digests = { prune: (days: number, limit: number) => ledger.pruneDigests(days, limit) };
    this.tables = [ledger, outbox, digests, ...records.tables];
    this.loop = new Loop({ name: 'ledger pruning', everyMs: PRUNING.everyMs, logger }, () => this.run());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  /** A table that cannot be pruned keeps no other from being pruned. */
  async run(): Promise<void> {
    for (const table of this.tables) {
      try {
        await untilOver(table);
      } catch (error) {
        this.logger.error({ event: 'pruning.failed', err: error });
      }
    }
  }
}

async function untilOver(table: Prunable): Promise<void> {
  const { days, batch } = PRUNING;
  while ((await table.prune(days, batch)) === batch);
}
