import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { rowOf } from '#chain';
import { OP, THREAD, fromHex } from '#protocol';
import { OutboxRepository, databaseNowMs } from '../platform/index.js';
import { Alarms } from './alarms.service.js';
import { AttendanceRepository } from './attendance.repository.js';
import { newsOf, noticesOfEntry, type AppliedThread } from './entry-notices.policy.js';
import type { HistoryRow } from './history.js';
import { LadderRepository } from './ladder.repository.js';
import { mirroredObligations } from './mirrored-obligations.policy.js';
import { updateRow } from './notice.js';
import { ObligationHistoryRepository } from './obligation-history.repository.js';
import { ObligationRepository } from './obligation.repository.js';
import { UpdateWindowRepository } from './update-window.repository.js';

/** Keeps the obligation rows equal to the fold of the signed entries, inside the append's own transaction. */
@Injectable()
export class ObligationMirror {
  constructor(
    private readonly obligations: ObligationRepository,
    private readonly ladders: LadderRepository,
    private readonly history: ObligationHistoryRepository,
    private readonly attendance: AttendanceRepository,
    private readonly windows: UpdateWindowRepository,
    private readonly alarms: Alarms,
    private readonly outbox: OutboxRepository,
  ) {}

  /**
   * Called after the entries, heads and projections are written in `tx`, once per batch of accepted thread
   * entries. Writes obligation rows and the outbox rows of whoever must be told.
   */
  async mirror(tx: EntityManager, applied: readonly AppliedThread[]): Promise<void> {
    await this.mirrorChanges(tx, applied);
    await this.outbox.add(tx, applied.flatMap(noticesOfEntry));
    await this.noteUpdates(tx, applied);
    await this.alarmDepartures(tx, applied);
  }

  private async mirrorChanges(tx: EntityManager, applied: readonly AppliedThread[]): Promise<void> {
    const changed = applied.filter(({ changes }) => changes.length > 0);
    if (changed.length === 0) return;
    const organisations = await this.attendance.findOrganisationIds(tx, genesisHashesOf(changed));
    const opening = changed.some(({ changes }) =>
      changes.some(({ op }) => op === OP.open || op === OP.reopen),
    );
    const ladders = await this.ladders.findInForce(tx, opening ? [...organisations.values()] : []);
    const context = { nowMs: await databaseNowMs(tx), organisations, ladders };
    await this.obligations.mirror(tx, mirroredObligations(changed, context));
    await this.history.add(tx, changed.flatMap(historyOfEntry));
  }

  private async noteUpdates(tx: EntityManager, applied: readonly AppliedThread[]): Promise<void> {
    const messages = applied.filter(({ entry }) => entry.header.type === THREAD.message);
    if (messages.length === 0) return;
    const opened = await this.windows.note(tx, newsOf(messages));
    await this.outbox.add(tx, opened.map(updateRow));
  }

  /** A roster can only lose somebody by LEAVE or ROTATE; what time and revocation do, the engine finds. */
  private async alarmDepartures(tx: EntityManager, applied: readonly AppliedThread[]): Promise<void> {
    const threads = applied
      .filter(({ entry }) => entry.header.type === THREAD.leave || entry.header.type === THREAD.rotate)
      .map(({ state }) => fromHex(state.threadId));
    if (threads.length === 0) return;
    const unattended = await this.attendance.markUnattended(tx, { threads });
    await this.alarms.raiseUnattended(tx, unattended);
  }
}

/** Every op that took effect, named by its place in the chain: written once however often it is looked at. */
function historyOfEntry({ state, entry, changes }: AppliedThread): HistoryRow[] {
  const { seq, authorUser } = entry.header;
  return changes.map(({ index, op, after }) => ({
    threadId: fromHex(state.threadId),
    obligation: after.id,
    cause: ['op', seq, index].join('.'),
    kind: 'op',
    signed: { seq, op, actorId: authorUser },
  }));
}

function genesisHashesOf(changed: readonly AppliedThread[]): string[] {
  const opened = changed.flatMap(({ state, changes }) =>
    changes.map(({ after }) => rowOf(state, after.responder)?.organisation),
  );
  return [...new Set(opened.filter((hash) => hash !== undefined))];
}
