import pg from 'pg';
import { OP } from '#protocol';
import type { Place } from './history.js';

/** A step of a ladder as the engine took it. Instants in Unix milliseconds of the database. */
export interface TakenStep {
  readonly thread: string;
  readonly obligation: number;
  /** Opening, step and repetition: what may happen once. */
  readonly cause: string;
  /** Place of the entry that opened it, or opened it anew. */
  readonly openedSeq: number;
  readonly scheduledForMs: number;
  readonly takenAtMs: number;
  /** Brought forward because nobody could be reached: it may be early. */
  readonly hastened: boolean;
  /** Ids of those who are to be told of it. */
  readonly told: readonly string[];
}

/** A signed answer, and when its append was committed. Whoever asked is told of it. */
export interface CommittedAnswer {
  readonly actor: string;
  readonly opener: string;
  readonly thread: string;
  readonly obligation: number;
  readonly seq: number;
  readonly atMs: number;
}

/** What somebody asked, and when the answer was due. Instants in Unix milliseconds of the database. */
export interface Opening {
  readonly thread: string;
  readonly obligation: number;
  readonly openedSeq: number;
  readonly dueMs: number;
  /** The first signed op that ended it (answer, close, withdraw); null while it is owed. */
  readonly settledAtMs: number | null;
}

/** An effect that was decided: somebody (`person:<id>`, `administrators:<id>`) is told. */
export interface Notice {
  readonly cause: string;
  readonly recipient: string;
}

/** One try of a delivery; `endedMs` is null when nobody knows how it ended. */
export interface Attempt {
  readonly deliveryId: string;
  readonly outcome: 'unknown' | 'sent' | 'failed';
  readonly startedMs: number;
  readonly endedMs: number | null;
}

export interface FinalDelivery {
  readonly id: string;
  readonly cause: string;
  readonly recipient: string;
  readonly channel: string;
  readonly state: string;
}

/** What the database says when the run is over. Everything a run may be judged by that no client saw. */
export interface FinalState {
  readonly nowMs: number;
  /** Entries in order, by thread. */
  readonly threads: ReadonlyMap<string, readonly Place[]>;
  readonly openings: readonly Opening[];
  readonly steps: readonly TakenStep[];
  readonly answers: readonly CommittedAnswer[];
  /** Owed obligations whose next step should have been taken by now, and since when. */
  readonly overlooked: readonly {
    readonly thread: string;
    readonly obligation: number;
    readonly sinceMs: number;
  }[];
  readonly notices: readonly Notice[];
  readonly deliveries: readonly FinalDelivery[];
  /** In the order in which they began. */
  readonly attempts: readonly Attempt[];
  /** Effects that were decided and never done, by their key, and since when. */
  readonly undone: readonly { readonly cause: string; readonly sinceMs: number }[];
}

const MS = (column: string): string => `extract(epoch FROM ${column})::float8 * 1000`;

/** All of one moment. The only file of the suite that knows tables. */
export async function readFinalState(databaseUrl: string): Promise<FinalState> {
  const session = new pg.Client({ connectionString: databaseUrl });
  await session.connect();
  try {
    const all = async <Row extends object>(sql: string): Promise<Row[]> =>
      (await session.query<Row>(sql)).rows;
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const [clock] = await all<{ ms: number }>(`SELECT ${MS('now()')} AS ms`);
    return {
      nowMs: clock?.ms ?? 0,
      threads: threadsOf(await all<EntryRow>(ENTRIES)),
      openings: await all<Opening>(OPENINGS),
      steps: await all<TakenStep>(STEPS),
      answers: await all<CommittedAnswer>(ANSWERS),
      overlooked: await all<FinalState['overlooked'][number]>(OVERLOOKED),
      notices: await all<Notice>(NOTICES),
      deliveries: await all<FinalDelivery>(DELIVERIES),
      attempts: await all<Attempt>(ATTEMPTS),
      undone: await all<FinalState['undone'][number]>(UNDONE),
    };
  } finally {
    await session.end();
  }
}

interface EntryRow {
  readonly thread: string;
  readonly seq: number;
  readonly hash: string;
}

function threadsOf(entries: readonly EntryRow[]): Map<string, Place[]> {
  const threads = new Map<string, Place[]>();
  for (const { thread, seq, hash } of entries) {
    threads.set(thread, [...(threads.get(thread) ?? []), { seq, hash }]);
  }
  return threads;
}

const ENTRIES = `SELECT encode(chain_id, 'hex') AS thread, seq::float8 AS seq, encode(hash, 'hex') AS hash
  FROM entry JOIN thread ON thread.id = entry.chain_id ORDER BY chain_id, seq`;
const OPENINGS = `SELECT encode(thread_id, 'hex') AS thread, id::float8 AS obligation,
    opened_seq::float8 AS "openedSeq", ${MS('due_at')} AS "dueMs",
    (SELECT min(${MS('at')}) FROM obligation_history AS happened
     WHERE happened.thread_id = obligation.thread_id AND obligation_id = obligation.id AND kind = 'op'
       AND seq > opened_seq AND op IN (${OP.answer}, ${OP.close}, ${OP.withdraw})) AS "settledAtMs"
  FROM obligation`;
const STEPS = `SELECT encode(thread_id, 'hex') AS thread, obligation_id::float8 AS obligation, cause,
    split_part(cause, '.', 2)::float8 AS "openedSeq",
    ${MS('scheduled_for')} AS "scheduledForMs", ${MS('at')} AS "takenAtMs", hastened,
    ARRAY(SELECT person ->> 'id' FROM jsonb_array_elements(told) AS person) AS told
  FROM obligation_history WHERE kind IN ('step', 'step_empty')`;
const ANSWERS = `SELECT encode(thread_id, 'hex') AS thread, obligation_id::float8 AS obligation, seq::float8 AS seq,
    ${MS('at')} AS "atMs", encode(actor_id, 'hex') AS actor, encode(opener_id, 'hex') AS opener
  FROM obligation_history JOIN obligation USING (thread_id)
  WHERE obligation_id = obligation.id AND kind = 'op' AND op = ${OP.answer}`;
const OVERLOOKED = `SELECT encode(thread_id, 'hex') AS thread, id::float8 AS obligation, ${MS('look_at')} AS "sinceMs"
  FROM obligation WHERE look_at <= now()`;
const DELIVERIES = `SELECT id, cause, recipient_kind || ':' || encode(recipient_id, 'hex') AS recipient,
    channel, state FROM delivery`;
const NOTICES = `SELECT dedupe_key AS cause, (payload ->> 'recipient') || ':' || (payload ->> 'recipientId') AS recipient
  FROM outbox WHERE topic = 'notice'`;
const ATTEMPTS = `SELECT delivery_id AS "deliveryId", outcome, ${MS('started_at')} AS "startedMs", ${MS('ended_at')} AS "endedMs"
  FROM delivery_attempt ORDER BY started_at`;
const UNDONE = `SELECT dedupe_key AS cause, ${MS('created_at')} AS "sinceMs" FROM outbox WHERE done_at IS NULL`;
