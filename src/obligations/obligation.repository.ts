import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObligationStateName } from '#chain';
import { firstRow, rows } from '../platform/index.js';
import type { MirroredObligation } from './mirrored-obligations.policy.js';
import type { DueObligation, EndedWait, Parties } from './parties.js';

/** What a notification asks before it goes out. */
export interface ObligationFacts extends Parties {
  readonly pendingId: Uint8Array | null;
  readonly state: ObligationStateName;
  readonly attended: boolean;
  readonly dueAtMs: number;
}

export const PARTIES = `thread_id AS "threadId", id, opener_id AS "openerId", responder_id AS "responderId",
  owner_id AS "ownerId", organisation_id AS "organisationId", urgency, opened_seq AS "openedSeq"`;
export const OWED = `state IN ('open', 'acknowledged', 'waiting')`;

/** Two business days, over any holidays: who says he waits longer is asked all the same. */
const LONGEST_WAIT_DAYS = 14;

function msOf(instant: string): string {
  return `extract(epoch FROM ${instant})::float8 * 1000`;
}

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
    await rows(tx, MIRROR, [
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
      column((row) => row.waitUntilMs),
      column((row) => row.acknowledged),
      column((row) => row.climb?.ladderId ?? null),
      column((row) => arrayText(row.climb?.taken ?? [])),
      column((row) => row.climb?.ackHoldsMs ?? 0),
      column((row) => row.climb?.lookAtMs ?? null),
    ]);
  }

  /** Locks up to `limit` obligations to look at; those another engine or an append holds are left to it. */
  async takeDue(tx: EntityManager, limit: number): Promise<DueObligation[]> {
    const present = (person: string): string =>
      `EXISTS (SELECT FROM live_roster place WHERE place.thread_id = held.thread_id AND place.user_id = held.${person})`;
    return rows<DueObligation>(
      tx,
      `SELECT ${PARTIES}, responder_role AS "responderRole", ladder_id AS "ladderId", taken, early_ms AS "earlyMs",
         hastened, paused_ms AS "pausedMs", ${msOf('paused_until')} AS "heldUntilMs",
         ${msOf('opened_at')} AS "openedAtMs", ${msOf('due_at')} AS "dueAtMs",
         ${msOf('now()')} AS "nowMs", ${present('opener_id')} AS "openerPresent",
         ${present('responder_id')} AS "responderPresent", ${present('owner_id')} AS "ownerPresent"
       FROM obligation AS held WHERE look_at <= now()
       ORDER BY look_at LIMIT $1 FOR UPDATE OF held SKIP LOCKED`,
      [limit],
    );
  }

  /** Notes how far locked rows have come, and when to look at them again. */
  async advance(
    tx: EntityManager,
    moved: readonly {
      readonly of: Parties;
      readonly taken: readonly number[];
      readonly earlyMs: readonly (number | null)[];
      readonly lookAtMs: number | undefined;
    }[],
  ): Promise<void> {
    await rows(
      tx,
      `UPDATE obligation SET taken = given.taken::smallint[], early_ms = given.early::float8[], hastened = false,
         look_at = to_timestamp(given.look_ms / 1000)
       FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[], $5::float8[])
         AS given (thread_id, id, taken, early, look_ms)
       WHERE obligation.thread_id = given.thread_id AND obligation.id = given.id`,
      [
        moved.map(({ of }) => of.threadId),
        moved.map(({ of }) => of.id),
        moved.map(({ taken }) => arrayText(taken)),
        moved.map(({ earlyMs }) => arrayText(earlyMs)),
        moved.map(({ lookAtMs }) => lookAtMs ?? null),
      ],
    );
  }

  /** Leaves a due obligation alone for a while, unless something has moved it since. */
  async putOff({ threadId, id }: Parties, forMs: number): Promise<void> {
    await rows(
      this.source,
      `UPDATE obligation SET look_at = now() + $3 * interval '1 millisecond'
       WHERE thread_id = $1 AND id = $2 AND look_at <= now()`,
      [threadId, id, forMs],
    );
  }

  /** Has the next step taken at the engine's next look: what came before reached nobody. Null unless it is owed still. */
  async hasten(
    tx: EntityManager,
    threadId: Uint8Array,
    id: number,
    openedSeq: number,
  ): Promise<Parties | null> {
    return firstRow<Parties>(
      tx,
      `UPDATE obligation SET hastened = look_at IS NOT NULL, look_at = least(look_at, now())
       WHERE thread_id = $1 AND id = $2 AND opened_seq = $3 AND ${OWED} RETURNING ${PARTIES}`,
      [threadId, id, openedSeq],
    );
  }

  /** Waits that have lasted as long as was said; each is returned once. */
  async takeEndedWaits(tx: EntityManager, limit: number): Promise<EndedWait[]> {
    return rows<EndedWait>(
      tx,
      `WITH ended AS (
         SELECT * FROM obligation WHERE wait_until <= now() ORDER BY wait_until LIMIT $1 FOR UPDATE SKIP LOCKED),
       asked AS (
         UPDATE obligation AS held SET wait_until = NULL
         FROM ended WHERE held.thread_id = ended.thread_id AND held.id = ended.id)
       SELECT ${PARTIES}, ${msOf('wait_until')} AS "waitedUntilMs" FROM ended`,
      [limit],
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

  /** Age of the oldest look that should have been taken, in milliseconds; null if there is none. */
  async findOldestDueMs(): Promise<number | null> {
    const row = await firstRow<{ age: number | null }>(
      this.source,
      `SELECT ${msOf('now() - min(look_at)')} AS age FROM obligation WHERE look_at <= now()`,
    );
    return row?.age ?? null;
  }
}

/** An array inside a list of parameters, which PostgreSQL could not tell from a longer list. */
function arrayText(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

const RESTARTED = 'excluded.opened_seq > held.opened_seq';
const OTHER_PEOPLE =
  '(excluded.responder_id, excluded.owner_id) IS DISTINCT FROM (held.responder_id, held.owner_id)';
const onRestart = (column: string): string =>
  `${column} = CASE WHEN ${RESTARTED} THEN excluded.${column} ELSE held.${column} END`;
/** `excluded.paused_until` is only there when this batch acknowledged. */
const onAcknowledgement = (column: string, held: string): string =>
  `${column} = CASE WHEN ${RESTARTED} THEN excluded.${column}
     WHEN excluded.paused_until IS NULL THEN held.${column} ELSE ${held} END`;
const HOLD = `held.ack_holds_ms * interval '1 millisecond'`;
const STILL_HELD_MS = msOf(`greatest(held.paused_until, now()) - now()`);

const ON_CONFLICT = [
  ...['responder_id', 'responder_role', 'owner_id', 'pending_id', 'state', 'wait_until'].map(
    (column) => `${column} = excluded.${column}`,
  ),
  // Unknown once the responder's row is gone: then it stays as it was.
  'organisation_id = coalesce(excluded.organisation_id, held.organisation_id)',
  `attended = held.attended OR ${RESTARTED} OR ${OTHER_PEOPLE}`,
  ...['opened_at', 'due_at', 'opened_seq', 'ladder_id', 'taken', 'early_ms', 'ack_holds_ms', 'hastened'].map(
    onRestart,
  ),
  onAcknowledgement('paused_until', `now() + ${HOLD}`),
  // What is left of the last acknowledgement's hold is not counted twice.
  onAcknowledgement(
    'paused_ms',
    `held.paused_ms + held.ack_holds_ms - coalesce(${STILL_HELD_MS}, 0)::bigint`,
  ),
  `look_at = CASE WHEN NOT excluded.${OWED} THEN NULL WHEN ${RESTARTED} THEN excluded.look_at ELSE held.look_at END`,
].join(', ');

const MIRROR = `
  INSERT INTO obligation AS held
    (thread_id, id, opener_id, responder_id, responder_role, organisation_id, owner_id, pending_id, urgency, state,
     opened_seq, opened_at, due_at, wait_until, ladder_id, taken, ack_holds_ms, look_at, paused_ms, paused_until)
  SELECT thread_id, id, opener_id, responder_id, responder_role, organisation_id, owner_id, pending_id, urgency, state,
    opened_seq, to_timestamp(opened_ms / 1000), to_timestamp(due_ms / 1000),
    least(to_timestamp(wait_ms / 1000), now() + interval '${LONGEST_WAIT_DAYS} days'), ladder_id, taken::smallint[],
    ack_holds_ms, to_timestamp(look_ms / 1000), CASE WHEN acknowledged THEN ack_holds_ms ELSE 0 END,
    CASE WHEN acknowledged THEN now() + ack_holds_ms * interval '1 millisecond' END
  FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::bytea[], $5::smallint[], $6::bytea[], $7::bytea[],
              $8::bytea[], $9::smallint[], $10::text[], $11::bigint[], $12::float8[], $13::float8[], $14::float8[],
              $15::boolean[], $16::bigint[], $17::text[], $18::bigint[], $19::float8[])
    AS given (thread_id, id, opener_id, responder_id, responder_role, organisation_id, owner_id, pending_id, urgency,
              state, opened_seq, opened_ms, due_ms, wait_ms, acknowledged, ladder_id, taken, ack_holds_ms, look_ms)
  ORDER BY thread_id, id
  ON CONFLICT (thread_id, id) DO UPDATE SET ${ON_CONFLICT}`;
