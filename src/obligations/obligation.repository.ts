import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObligationStateName } from '#chain';
import { firstRow, rows } from '../platform/index.js';
import type { MirroredObligation } from './mirrored-obligations.policy.js';
import type { Parties } from './step-notices.policy.js';
import type { Schedule, Step } from './step.policy.js';

/** What a notification asks before it goes out. */
export interface ObligationFacts extends Parties {
  readonly pendingId: Uint8Array | null;
  readonly state: ObligationStateName;
  readonly attended: boolean;
  readonly dueAtMs: number;
}

export interface DueObligation extends Parties {
  readonly step: Step;
  readonly dueAtMs: number;
}

export const PARTIES = `thread_id AS "threadId", id, opener_id AS "openerId", responder_id AS "responderId",
  owner_id AS "ownerId", organisation_id AS "organisationId", urgency, opened_seq AS "openedSeq"`;
export const OWED = `state IN ('open', 'acknowledged', 'waiting')`;

/** The only place with SQL on `obligation`. */
@Injectable()
export class ObligationRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Writes the folds' outcome, all rows in one statement, in key order so that two appends cannot deadlock.
   * The row lock is where an answer and the engine meet. A later opening restarts the steps; nothing else does.
   */
  async mirror(tx: EntityManager, mirrored: readonly MirroredObligation[]): Promise<void> {
    if (mirrored.length === 0) return;
    const column = <Value>(read: (row: MirroredObligation) => Value): Value[] => mirrored.map(read);
    await rows(
      tx,
      `INSERT INTO obligation AS held
         (thread_id, id, opener_id, responder_id, responder_role, organisation_id, owner_id, pending_id, urgency,
          state, opened_seq, opened_at, due_at, step, step_at)
       SELECT thread_id, id, opener_id, responder_id, responder_role, organisation_id, owner_id, pending_id, urgency,
              state, opened_seq, to_timestamp(opened_ms / 1000), to_timestamp(due_ms / 1000), step,
              to_timestamp(step_ms / 1000)
       FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::bytea[], $5::smallint[], $6::bytea[], $7::bytea[],
                   $8::bytea[], $9::smallint[], $10::text[], $11::bigint[], $12::float8[], $13::float8[],
                   $14::text[], $15::float8[])
         AS given (thread_id, id, opener_id, responder_id, responder_role, organisation_id, owner_id, pending_id,
                   urgency, state, opened_seq, opened_ms, due_ms, step, step_ms)
       ORDER BY thread_id, id
       ON CONFLICT (thread_id, id) DO UPDATE SET ${ON_CONFLICT}`,
      [
        column((row) => row.threadId),
        column((row) => row.id),
        column((row) => row.openerId),
        column((row) => row.responderId),
        column((row) => row.responderRole),
        column((row) => row.organisationId),
        column((row) => row.ownerId),
        column((row) => row.pendingId),
        column((row) => row.urgency),
        column((row) => row.state),
        column((row) => row.openedSeq),
        column((row) => row.openedAtMs),
        column((row) => row.dueAtMs),
        column((row) => row.schedule?.step ?? null),
        column((row) => row.schedule?.stepAtMs ?? null),
      ],
    );
  }

  /** Locks up to `limit` obligations whose step is due; those another engine or an append holds are left to it. */
  async takeDue(tx: EntityManager, limit: number): Promise<DueObligation[]> {
    return rows<DueObligation>(
      tx,
      `SELECT ${PARTIES}, step, extract(epoch FROM due_at)::float8 * 1000 AS "dueAtMs"
       FROM obligation WHERE step IS NOT NULL AND step_at <= now()
       ORDER BY step_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
  }

  /** Moves locked rows one step on: to `after`, or to the end where it is undefined. */
  async advance(
    tx: EntityManager,
    moved: readonly { of: DueObligation; after: Schedule | undefined }[],
  ): Promise<void> {
    await rows(
      tx,
      `UPDATE obligation SET step = given.step, step_at = to_timestamp(given.step_ms / 1000)
       FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::float8[]) AS given (thread_id, id, step, step_ms)
       WHERE obligation.thread_id = given.thread_id AND obligation.id = given.id`,
      [
        moved.map(({ of }) => of.threadId),
        moved.map(({ of }) => of.id),
        moved.map(({ after }) => after?.step ?? null),
        moved.map(({ after }) => after?.stepAtMs ?? null),
      ],
    );
  }

  async findFacts(threadId: Uint8Array, id: number): Promise<ObligationFacts | null> {
    return firstRow<ObligationFacts>(
      this.source,
      `SELECT ${PARTIES}, pending_id AS "pendingId", state, attended,
         extract(epoch FROM due_at)::float8 * 1000 AS "dueAtMs"
       FROM obligation WHERE thread_id = $1 AND id = $2`,
      [threadId, id],
    );
  }

  /** Age of the oldest step that should have been taken, in milliseconds; null if there is none. */
  async findOldestDueMs(): Promise<number | null> {
    const row = await firstRow<{ age: number | null }>(
      this.source,
      `SELECT extract(epoch FROM now() - min(step_at))::float8 * 1000 AS age
       FROM obligation WHERE step IS NOT NULL AND step_at <= now()`,
    );
    return row?.age ?? null;
  }
}

const RESTARTED = 'excluded.opened_seq > held.opened_seq';
const OTHER_PEOPLE =
  '(excluded.responder_id, excluded.owner_id) IS DISTINCT FROM (held.responder_id, held.owner_id)';
const onRestart = (column: string): string =>
  `${column} = CASE WHEN ${RESTARTED} THEN excluded.${column} ELSE held.${column} END`;
const whileOwed = (column: string): string =>
  `${column} = CASE WHEN NOT excluded.${OWED} THEN NULL WHEN ${RESTARTED} THEN excluded.${column} ELSE held.${column} END`;

const ON_CONFLICT = [
  ...['responder_id', 'responder_role', 'owner_id', 'pending_id', 'state'].map(
    (column) => `${column} = excluded.${column}`,
  ),
  // Unknown once the responder's row is gone: then it stays as it was.
  'organisation_id = coalesce(excluded.organisation_id, held.organisation_id)',
  `attended = held.attended OR ${RESTARTED} OR ${OTHER_PEOPLE}`,
  ...['opened_at', 'due_at', 'opened_seq'].map(onRestart),
  ...['step', 'step_at'].map(whileOwed),
].join(', ');
