import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { rowOf } from '#chain';
import { THREAD, fromHex, toHex } from '#protocol';
import { OutboxRepository, databaseNowMs } from '../platform/index.js';
import { AttendanceRepository } from './attendance.repository.js';
import { mergeUpdates, noticesOfEntry, updatesOfEntry, type AppliedThread } from './entry-notices.policy.js';
import { mirroredObligations } from './mirrored-obligations.policy.js';
import { updateRow } from './notice.js';
import { ObligationRepository } from './obligation.repository.js';
import { noticesOfUnattended } from './step-notices.policy.js';
import { UpdateWindowRepository } from './update-window.repository.js';

/** Keeps the obligation rows equal to the fold of the signed entries, inside the append's own transaction. */
@Injectable()
export class ObligationMirror {
  constructor(
    private readonly obligations: ObligationRepository,
    private readonly attendance: AttendanceRepository,
    private readonly windows: UpdateWindowRepository,
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
    await this.obligations.mirror(
      tx,
      mirroredObligations(changed, { nowMs: await databaseNowMs(tx), organisations }),
    );
  }

  private async noteUpdates(tx: EntityManager, applied: readonly AppliedThread[]): Promise<void> {
    const messages = applied.filter(({ entry }) => entry.header.type === THREAD.message);
    if (messages.length === 0) return;
    await this.windows.clear(tx, messages.map(authorshipOf));
    const opened = await this.windows.note(tx, mergeUpdates(messages.flatMap(updatesOfEntry)));
    await this.outbox.add(tx, opened.map(updateRow));
  }

  /** A roster can only lose somebody by LEAVE or ROTATE; what time and revocation do, the engine finds. */
  private async alarmDepartures(tx: EntityManager, applied: readonly AppliedThread[]): Promise<void> {
    const threads = applied
      .filter(({ entry }) => entry.header.type === THREAD.leave || entry.header.type === THREAD.rotate)
      .map(({ state }) => fromHex(state.threadId));
    if (threads.length === 0) return;
    const unattended = await this.attendance.markUnattended(tx, { threads });
    await this.outbox.add(tx, unattended.flatMap(noticesOfUnattended));
  }
}

function genesisHashesOf(changed: readonly AppliedThread[]): string[] {
  const opened = changed.flatMap(({ state, changes }) =>
    changes.map(({ after }) => rowOf(state, after.responder)?.organisation),
  );
  return [...new Set(opened.filter((hash) => hash !== undefined))];
}

function authorshipOf({ state, entry }: AppliedThread) {
  return { threadId: state.threadId, recipientId: toHex(entry.header.authorUser) };
}
