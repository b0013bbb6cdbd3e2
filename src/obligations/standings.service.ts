import { Injectable } from '@nestjs/common';
import {
  Problem,
  ROLE,
  URGENCY,
  fromHex,
  nameOf,
  toHex,
  type Ladder,
  type OverdueReply,
  type Principal,
  type ThreadObligationsReply,
} from '#protocol';
import type { BusinessCalendar } from '#calendar';
import { DatabaseClock, Transactions } from '../platform/index.js';
import { AttendanceRepository } from './attendance.repository.js';
import { OrganisationCalendars } from './coverage/index.js';
import { grouped } from './coverage/pool.js';
import { DEFAULT_LADDERS } from './default-ladders.js';
import { levelOf } from './ladder.policy.js';
import { plannedSteps } from './ladder.times.policy.js';
import { LadderRepository } from './ladder.repository.js';
import { Oversight } from './oversight.service.js';
import { StandingRepository, type HistoryItemRow, type StandingRow } from './standing.repository.js';

type Shown = ThreadObligationsReply['obligations'][number];

/** Most overdue answers one list names. */
const MOST_OVERDUE = 500;

/** How far escalation has gone, for those it concerns: members of a thread, and who answers for an organisation. */
@Injectable()
export class StandingsService {
  constructor(
    private readonly attendance: AttendanceRepository,
    private readonly oversight: Oversight,
    private readonly standings: StandingRepository,
    private readonly ladders: LadderRepository,
    private readonly calendars: OrganisationCalendars,
    private readonly transactions: Transactions,
    private readonly clock: DatabaseClock,
  ) {}

  async listOfThread(principal: Principal, threadIdHex: string): Promise<ThreadObligationsReply> {
    const threadId = fromHex(threadIdHex);
    const role =
      principal.kind === 'device'
        ? await this.attendance.findRole(threadId, fromHex(principal.userId))
        : null;
    if (role === null) throw new Problem('chain.not_found');
    const found = await this.standings.listOfThread(threadId);
    const all = await this.standings.listHistory(threadId);
    const items = role === ROLE.client ? all.map(forClient) : all;
    const history = grouped(
      items,
      ({ obligation }) => String(obligation),
      (item) => item,
    );
    const surroundings = await this.findSurroundings(found);
    return {
      obligations: found.map((row) => shown(row, history.get(String(row.id)) ?? [], surroundings(row))),
    };
  }

  async listOverdue(principal: Principal, organisationId: string): Promise<OverdueReply> {
    await this.oversight.requireOverseer(principal, organisationId);
    const overdue = await this.standings.listOverdue(fromHex(organisationId), MOST_OVERDUE);
    return {
      serverTimeMs: this.clock.nowMs(),
      overdue: overdue.map(({ reference, urgency, dueAtMs, taken, attended, responderId }) => ({
        reference,
        urgency: nameOf(URGENCY, urgency) ?? 'routine',
        dueAtMs: Math.round(dueAtMs),
        level: levelOf(taken),
        attended,
        responderId: toHex(responderId),
      })),
    };
  }

  private findSurroundings(
    found: readonly StandingRow[],
  ): Promise<(row: StandingRow) => { ladder: Ladder; calendar: BusinessCalendar | undefined }> {
    return this.transactions.run(async (tx) => {
      const ladders = await this.ladders.findContents(
        tx,
        found.flatMap(({ ladderId }) => ladderId ?? []),
      );
      const calendars = await this.calendars.find(
        tx,
        found.flatMap(({ organisationId }) => organisationId ?? []),
      );
      return ({ ladderId, urgency, organisationId }) => ({
        ladder: ladders.get(ladderId ?? 0) ?? DEFAULT_LADDERS[urgency],
        calendar: organisationId === null ? undefined : calendars.get(toHex(organisationId)),
      });
    });
  }
}

function shown(
  row: StandingRow,
  history: readonly HistoryItemRow[],
  { ladder, calendar }: { ladder: Ladder; calendar: BusinessCalendar | undefined },
): Shown {
  // Asked as if all of it were past, the calendar says when each step really is due.
  const planned = plannedSteps(ladder, row, { nowMs: Infinity, calendar });
  const nextOnDuty = history.findLast(({ kind }) => kind === 'nobody_on_duty')?.nextOnDutyAtMs ?? null;
  return {
    id: row.id,
    state: row.state,
    dueAtMs: Math.round(row.dueAtMs),
    level: levelOf(row.taken),
    levels: ladder.steps.length,
    nextStepAtMs: row.climbing ? Math.round(planned[0]?.atMs ?? row.nowMs) : null,
    attended: row.attended,
    nextOnDutyAtMs: nextOnDuty === null || nextOnDuty <= row.nowMs ? null : Math.round(nextOnDuty),
    delivered: row.delivered,
    seen: row.seen,
    history: history.map(itemOf),
  };
}

/** Opener and responder are in the thread; who else of the staff stands behind a word is not a client's to know. */
function forClient(item: HistoryItemRow): HistoryItemRow {
  const told = item.told?.map((one) =>
    one.as === 'opener' || one.as === 'responder' ? one : { as: one.as },
  );
  return { ...item, told: told ?? null };
}

function itemOf(row: HistoryItemRow): Shown['history'][number] {
  return {
    kind: row.kind,
    atMs: Math.round(row.atMs),
    ...(row.seq === null ? {} : { seq: row.seq }),
    ...(row.op === null ? {} : { op: row.op }),
    ...(row.actorId === null ? {} : { actorId: toHex(row.actorId) }),
    ...(row.level === null ? {} : { level: row.level }),
    ...(row.repeat === null ? {} : { repeat: row.repeat }),
    ...(row.scheduledForMs === null ? {} : { scheduledForMs: Math.round(row.scheduledForMs) }),
    ...(row.told === null ? {} : { told: [...row.told] }),
    ...(row.nextOnDutyAtMs === null ? {} : { nextOnDutyAtMs: Math.round(row.nextOnDutyAtMs) }),
  };
}
