import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Role, Urgency } from '#protocol';
import { firstRow, rows, type Executor } from '../../platform/index.js';
import { levelOf } from '../ladder.policy.js';
import { OWED } from '../obligation.repository.js';
import type { Pool } from './pool.js';

export interface NewNote extends Pool {
  readonly shiftAtMs: number;
  readonly incomingId: Uint8Array;
  readonly outgoingId: Uint8Array | null;
  /** Only what was opened since then is handed over; null: everything. */
  readonly knownUntilMs: number | null;
}

export interface HandedOver {
  readonly threadId: Uint8Array;
  readonly obligation: number;
  readonly urgency: Urgency;
  readonly dueAtMs: number;
  readonly state: string;
  readonly overdue: boolean;
  /** How many steps of its ladder had been taken. */
  readonly level: number;
}

export interface ListedNote {
  readonly id: string;
  readonly organisationId: Uint8Array;
  readonly role: Role;
  readonly shiftAtMs: number;
  readonly outgoingId: Uint8Array | null;
}

const SHOWN = 20;

/** What was open when a shift began. The only place with SQL on `handover_note` and `handover_item`. */
@Injectable()
export class HandoverRepository {
  /** Writes down what is open now. The note's id, or null if this shift has one, or brings nothing new to who knows. */
  async write(tx: EntityManager, note: NewNote): Promise<string | null> {
    const { organisationId, role, shiftAtMs, incomingId, outgoingId, knownUntilMs } = note;
    const handedOver = `FROM obligation WHERE organisation_id = $1 AND responder_role = $2 AND ${OWED}
       AND opened_at >= coalesce(to_timestamp($3::float8 / 1000), '-infinity')`;
    const which = [organisationId, role, knownUntilMs];
    const row = await firstRow<{ id: string }>(
      tx,
      `INSERT INTO handover_note (organisation_id, role, shift_at, incoming_id, outgoing_id)
       SELECT $1, $2, to_timestamp($4 / 1000.0), $5, $6 WHERE $3::float8 IS NULL OR EXISTS (SELECT ${handedOver})
       ON CONFLICT DO NOTHING RETURNING id`,
      [...which, shiftAtMs, incomingId, outgoingId],
    );
    if (row === null) return null;
    await rows(
      tx,
      `INSERT INTO handover_item (note_id, thread_id, obligation_id, urgency, due_at, state, overdue, taken)
       SELECT $4, thread_id, id, urgency, due_at, state, due_at <= now(), taken ${handedOver}`,
      [...which, row.id],
    );
    return row.id;
  }

  /** The newest notes for a person who is still attested in that role there. */
  async listFor(executor: Executor, userId: Uint8Array): Promise<ListedNote[]> {
    return rows<ListedNote>(
      executor,
      `SELECT replace(note.id::text, '-', '') AS id, organisation_id AS "organisationId", role,
         round(extract(epoch FROM shift_at) * 1000)::float8 AS "shiftAtMs", outgoing_id AS "outgoingId"
       FROM handover_note AS note
       WHERE incoming_id = $1 AND EXISTS (
         SELECT FROM live_attestation AS held WHERE held.organisation_id = note.organisation_id
           AND held.role = note.role AND held.user_id = $1)
       ORDER BY shift_at DESC LIMIT ${SHOWN}`,
      [userId],
    );
  }

  /** Items of threads this person is in now, most urgent and earliest first; the others only as a number. */
  async listItems(
    executor: Executor,
    noteId: string,
    userId: Uint8Array,
  ): Promise<{ readonly items: readonly HandedOver[]; readonly elsewhere: number }> {
    const found = await rows<Omit<HandedOver, 'level'> & { present: boolean; taken: number[] }>(
      executor,
      `SELECT thread_id AS "threadId", obligation_id AS obligation, urgency, state, overdue, taken,
         round(extract(epoch FROM due_at) * 1000)::float8 AS "dueAtMs",
         EXISTS (SELECT FROM live_roster AS place
           WHERE place.thread_id = item.thread_id AND place.user_id = $2) AS present
       FROM handover_item AS item WHERE note_id = $1::uuid ORDER BY urgency DESC, due_at, obligation_id`,
      [noteId, userId],
    );
    return {
      items: found
        .filter(({ present }) => present)
        .map(({ present: _, taken, ...item }) => ({ ...item, level: levelOf(taken) })),
      elsewhere: found.filter(({ present }) => !present).length,
    };
  }

  /** With their items. The newest note of a pool stays: its shift may last. */
  async prune(executor: Executor, days: number, limit: number): Promise<number> {
    const gone = await rows(
      executor,
      `DELETE FROM handover_note WHERE id IN (
         SELECT id FROM handover_note AS note WHERE shift_at < now() - $1 * interval '1 day'
           AND EXISTS (SELECT FROM handover_note AS later
             WHERE later.organisation_id = note.organisation_id AND later.role = note.role
               AND later.shift_at > note.shift_at)
         LIMIT $2)
       RETURNING id`,
      [days, limit],
    );
    return gone.length;
  }
}
