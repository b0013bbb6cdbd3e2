import type { DataSource } from 'typeorm';
import { OutboxRepository, Transactions } from '../../../src/platform/index.js';
import { AttendanceRepository } from '../../../src/obligations/attendance.repository.js';
import { EngineHealth } from '../../../src/obligations/engine-health.service.js';
import { EngineHeartbeatRepository } from '../../../src/obligations/engine-heartbeat.repository.js';
import type { AppliedThread } from '../../../src/obligations/entry-notices.policy.js';
import { noticePayload, type Notice } from '../../../src/obligations/notice.js';
import { ObligationEngine } from '../../../src/obligations/obligation-engine.service.js';
import { ObligationMirror } from '../../../src/obligations/obligation-mirror.service.js';
import { ObligationReader } from '../../../src/obligations/obligation-reader.service.js';
import { ObligationRepository } from '../../../src/obligations/obligation.repository.js';
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
  const mirror = new ObligationMirror(obligations, attendance, windows, outbox);
  const newEngine = (): ObligationEngine =>
    new ObligationEngine(transactions, obligations, attendance, windows, outbox, heartbeat, silent);
  return {
    transactions,
    outbox,
    obligations,
    mirror,
    newEngine,
    reader: new ObligationReader(obligations, attendance),
    health: new EngineHealth(heartbeat, obligations),
    /** As the append does it: one transaction, committed. */
    mirrored: (...applied: AppliedThread[]) => transactions.run((tx) => mirror.mirror(tx, applied)),
    notices: () => listNotices(source),
    forgetNotices: () => source.query('DELETE FROM outbox'),
    row: (threadId: Uint8Array, id: number) => readRow(source, threadId, id),
    makeStepDue: (threadId: Uint8Array, id: number) =>
      source.query(
        `UPDATE obligation SET step_at = now() - interval '1 second' WHERE thread_id = $1 AND id = $2`,
        [threadId, id],
      ),
  };
}

export type ObligationRoom = ReturnType<typeof obligationRoom>;

async function listNotices(source: DataSource): Promise<Notice[]> {
  const found: { payload: unknown }[] = await source.query('SELECT payload FROM outbox ORDER BY id');
  return found.map(({ payload }) => noticePayload.parse(payload));
}

export interface ObligationRow {
  readonly state: string;
  readonly step: string | null;
  readonly attended: boolean;
  readonly openedMs: number;
  readonly dueMs: number;
  readonly stepMs: number | null;
  readonly owner: Uint8Array | null;
  readonly responder: Uint8Array;
}

async function readRow(source: DataSource, threadId: Uint8Array, id: number): Promise<ObligationRow> {
  const found: ObligationRow[] = await source.query(
    `SELECT state, step, attended, owner_id AS owner, responder_id AS responder,
       extract(epoch FROM opened_at)::float8 * 1000 AS "openedMs",
       extract(epoch FROM due_at)::float8 * 1000 AS "dueMs",
       extract(epoch FROM step_at)::float8 * 1000 AS "stepMs"
     FROM obligation WHERE thread_id = $1 AND id = $2`,
    [threadId, id],
  );
  const [row] = found;
  if (row === undefined) throw new Error('no such obligation');
  return row;
}
