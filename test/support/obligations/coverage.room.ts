import type { DataSource } from 'typeorm';
import { SessionRepository } from '../../../src/accounts/index.js';
import { CoverageWatch } from '../../../src/obligations/coverage/coverage-watch.service.js';
import { GapRepository } from '../../../src/obligations/coverage/gap.repository.js';
import { HandoverRepository } from '../../../src/obligations/coverage/handover.repository.js';
import { OrganisationCalendars } from '../../../src/obligations/coverage/organisation-calendars.repository.js';
import { PlanRepository } from '../../../src/obligations/coverage/plan.repository.js';
import { PoolWatchRepository } from '../../../src/obligations/coverage/pool-watch.repository.js';
import { ReadinessRepository } from '../../../src/obligations/coverage/readiness.repository.js';
import { RoleHolders } from '../../../src/obligations/coverage/role-holders.repository.js';
import { OutboxRepository, Transactions } from '../../../src/platform/index.js';
import { noticePayload, type Notice } from '../../../src/obligations/notice.js';
import { silent } from './database.js';

/** One watch over the coverage of a database, as each worker has one. */
export function newCoverageWatch(source: DataSource): CoverageWatch {
  return new CoverageWatch(
    new Transactions(source),
    new PoolWatchRepository(),
    new PlanRepository(),
    new OrganisationCalendars(),
    new GapRepository(),
    new ReadinessRepository(),
    new HandoverRepository(),
    new RoleHolders(),
    new SessionRepository(source),
    new OutboxRepository(source),
    silent,
  );
}

export interface ToldNotice extends Notice {
  readonly dedupeKey: string;
}

/** Who is to be told of what, in the order in which it was decided. */
export async function toldNotices(source: DataSource): Promise<ToldNotice[]> {
  const found: { payload: unknown; key: string }[] = await source.query(
    'SELECT payload, dedupe_key AS key FROM outbox ORDER BY id',
  );
  return found.map(({ payload, key }) => ({ ...noticePayload.parse(payload), dedupeKey: key }));
}
