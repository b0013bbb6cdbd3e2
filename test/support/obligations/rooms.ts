import type { DataSource } from 'typeorm';
import { OutboxRepository, Transactions } from '../../../src/platform/index.js';
import { Alarms } from '../../../src/obligations/alarms.service.js';
import { AttendanceRepository } from '../../../src/obligations/attendance.repository.js';
import { CircumstancesReader } from '../../../src/obligations/circumstances.service.js';
import { Duty, OrganisationCalendars, RoleHolders } from '../../../src/obligations/coverage/index.js';
import { PlanRepository } from '../../../src/obligations/coverage/plan.repository.js';
import { EngineHealth } from '../../../src/obligations/engine-health.service.js';
import { EngineHeartbeatRepository } from '../../../src/obligations/engine-heartbeat.repository.js';
import type { AppliedThread } from '../../../src/obligations/entry-notices.policy.js';
import { LadderRepository } from '../../../src/obligations/ladder.repository.js';
import { noticePayload, type Notice } from '../../../src/obligations/notice.js';
import { ObligationEngine } from '../../../src/obligations/obligation-engine.service.js';
import { ObligationHistoryRepository } from '../../../src/obligations/obligation-history.repository.js';
import { ObligationMirror } from '../../../src/obligations/obligation-mirror.service.js';
import { ObligationReader } from '../../../src/obligations/obligation-reader.service.js';
import { ObligationRepository } from '../../../src/obligations/obligation.repository.js';
import { Undeliverable } from '../../../src/obligations/index.js';
import { UndeliveredRepository } from '../../../src/obligations/undelivered.repository.js';
import { UpdateWindowRepository } from '../../../src/obligations/update-window.repository.js';
import { silent } from './database.js';

/** The room of the obligations, wired by hand over one database. */
export function obligationRoom(source: DataSource) {
  const transactions = new Transactions(source);
  const outbox = new OutboxRepository(source);
  const obligations = new ObligationRepository(source);
  const attendance = new AttendanceRepository(source);
  const windows = new UpdateWindowRepository();
  const heartbeat = new EngineHeartbeatRepository(source);
  const ladders = new LadderRepository(source);
  const history = new ObligationHistoryRepository(source);
  const alarms = new Alarms(outbox, history);
  const mirror = new ObligationMirror(obligations, ladders, history, attendance, windows, alarms, outbox);
  const undelivered = new UndeliveredRepository(source);
  const undeliverable = new Undeliverable(transactions, undelivered, obligations, history, outbox, silent);
  const circumstances = new CircumstancesReader(
    ladders,
    new OrganisationCalendars(),
    new Duty(new PlanRepository()),
    new RoleHolders(),
  );
  const newEngine = (): ObligationEngine =>
    new ObligationEngine(
      transactions,
      obligations,
      circumstances,
      history,
      alarms,
      undeliverable,
      attendance,
      windows,
      outbox,
      heartbeat,
      silent,
    );
  return {
    transactions,
    outbox,
    obligations,
    circumstances,
    ladders,
    undelivered,
    undeliverable,
    mirror,
    newEngine,
    reader: new ObligationReader(obligations, attendance),
    health: new EngineHealth(heartbeat, obligations, history),
    /** As the append does it: one transaction, committed. */
    mirrored: (...applied: AppliedThread[]) => transactions.run((tx) => mirror.mirror(tx, applied)),
    notices: () => listNotices(source),
    forgetNotices: () => source.query('DELETE FROM outbox'),
    row: (threadId: Uint8Array, id: number) => readRow(source, threadId, id),
    makeStepDue: (threadId: Uint8Array, id: number) =>
      source.query(
        `UPDATE obligation SET look_at = now(), hastened = true WHERE thread_id = $1 AND id = $2`,
        [threadId, id],
      ),
    /** As if everything of it had happened so much earlier. */
    age: (threadId: Uint8Array, id: number, byMs: number) =>
      source.query(
        `UPDATE obligation SET opened_at = opened_at - given.by, due_at = due_at - given.by,
           look_at = look_at - given.by, paused_until = paused_until - given.by, wait_until = wait_until - given.by
         FROM (SELECT $3 * interval '1 millisecond' AS by) AS given WHERE thread_id = $1 AND id = $2`,
        [threadId, id, byMs],
      ),
    history: (threadId: Uint8Array, id: number) => readHistory(source, threadId, id),
  };
}

export type ObligationRoom = ReturnType<typeof obligationRoom>;

async function listNotices(source: DataSource): Promise<Notice[]> {
  const found: { payload: unknown }[] = await source.query('SELECT payload FROM outbox ORDER BY id');
  return found.map(({ payload }) => noticePayload.parse(payload));
}

export interface HappenedRow {
  readonly kind: string;
  readonly cause: string;
  readonly op: number | null;
  readonly step: number | null;
  readonly level: number | null;
  readonly told: readonly { as: string; id: string }[] | null;
  readonly nextOnDutyAt: Date | null;
}

function readHistory(source: DataSource, threadId: Uint8Array, id: number): Promise<HappenedRow[]> {
  return source.query(
    `SELECT kind, cause, op, step, level, told, next_on_duty_at AS "nextOnDutyAt"
     FROM obligation_history WHERE thread_id = $1 AND obligation_id = $2 ORDER BY n`,
    [threadId, id],
  );
}

export interface ObligationRow {
  readonly state: string;
  readonly attended: boolean;
  /** How often each step of the ladder has been taken. */
  readonly taken: readonly number[];
  readonly openedMs: number;
  readonly dueMs: number;
  readonly lookMs: number | null;
  readonly owner: Uint8Array | null;
  readonly responder: Uint8Array;
}

async function readRow(source: DataSource, threadId: Uint8Array, id: number): Promise<ObligationRow> {
  const found: ObligationRow[] = await source.query(
    `SELECT state, attended, taken, owner_id AS owner, responder_id AS responder,
       extract(epoch FROM opened_at)::float8 * 1000 AS "openedMs",
       extract(epoch FROM due_at)::float8 * 1000 AS "dueMs",
       extract(epoch FROM look_at)::float8 * 1000 AS "lookMs"
     FROM obligation WHERE thread_id = $1 AND id = $2`,
    [threadId, id],
  );
  const [row] = found;
  if (row === undefined) throw new Error('no such obligation');
  return row;
}
