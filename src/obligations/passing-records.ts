import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Prunable } from '../platform/index.js';
import { GapRepository } from './coverage/gap.repository.js';
import { HandoverRepository } from './coverage/handover.repository.js';
import { ReadinessRepository } from './coverage/readiness.repository.js';
import { UndeliveredRepository } from './undelivered.repository.js';
import { UpdateWindowRepository } from './update-window.repository.js';

/**
 * What this room writes down for a while only. What an open obligation or a check to come still needs is not over,
 * however old it is; obligations, their history, ladders, rotas and who wrote them are kept.
 */
@Injectable()
export class PassingRecords {
  readonly tables: readonly Prunable[];

  constructor(
    source: DataSource,
    undelivered: UndeliveredRepository,
    windows: UpdateWindowRepository,
    gaps: GapRepository,
    checks: ReadinessRepository,
    handovers: HandoverRepository,
  ) {
    const ofPool = [windows, gaps, checks, handovers].map((repository) => ({
      prune: (days: number, limit: number) => repository.prune(source, days, limit),
    }));
    this.tables = [undelivered, ...ofPool];
  }
}
