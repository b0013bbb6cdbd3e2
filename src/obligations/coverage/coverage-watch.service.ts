import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dutyAt, type Duties, type PoolPlan } from '#calendar';
import { ROLE, URGENCY, fromHex, toHex } from '#protocol';
import { SessionRepository } from '../../accounts/index.js';
import {
  LOGGER,
  Loop,
  OutboxRepository,
  Transactions,
  databaseNowMs,
  type Logger,
} from '../../platform/index.js';
import { REASON } from '../notice.js';
import { coverageRows, probeRow } from './coverage-notices.policy.js';
import { lookAt, lookBeginsMs, type Handover, type Look } from './coverage-look.policy.js';
import { GapRepository } from './gap.repository.js';
import { HandoverRepository } from './handover.repository.js';
import { OrganisationCalendars } from './organisation-calendars.repository.js';
import { PlanRepository } from './plan.repository.js';
import { PoolWatchRepository } from './pool-watch.repository.js';
import { poolKey, type Pool } from './pool.js';
import { ReadinessRepository, isReady, type DueCheck } from './readiness.repository.js';
import { RoleHolders } from './role-holders.repository.js';

/** How often it looks for pools and checks that are due, and how many one transaction takes. */
const WATCH = { everyMs: 5_000, pools: 20, checks: 50 } as const;
/** An access token lives ten minutes: a device in use has exchanged one within this time. */
const IN_USE_MS = 15 * 60_000;

/**
 * Looks after every pool that has a rota: tells of gaps, asks whoever is next on duty for a sign of life, hands over.
 * What it finds and who is told of it commit together. Any number may run: rows say what has been done.
 */
@Injectable()
export class CoverageWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly transactions: Transactions,
    private readonly pools: PoolWatchRepository,
    private readonly plans: PlanRepository,
    private readonly calendars: OrganisationCalendars,
    private readonly gaps: GapRepository,
    private readonly readiness: ReadinessRepository,
    private readonly handovers: HandoverRepository,
    private readonly holders: RoleHolders,
    private readonly sessions: SessionRepository,
    private readonly outbox: OutboxRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.loop = new Loop({ name: 'coverage watch', everyMs: WATCH.everyMs, logger }, () => this.run());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  /** One look at everything that is due now. */
  async run(): Promise<void> {
    while ((await this.lookAtPools()) === WATCH.pools);
    while ((await this.evaluateChecks()) === WATCH.checks);
  }

  /** @returns how many pools it took; each is looked at in a transaction of its own */
  private async lookAtPools(): Promise<number> {
    const taken = await this.transactions.run((tx) => this.pools.takeDue(tx, WATCH.pools));
    for (const pool of taken) await this.lookOrSay(pool);
    return taken.length;
  }

  /** A pool that cannot be looked at must not keep the others from being looked at. */
  private async lookOrSay(pool: Pool): Promise<void> {
    try {
      await this.transactions.run((tx) => this.lookAtPool(tx, pool));
    } catch (error) {
      this.logger.error({ event: 'coverage.look_failed', err: error });
    }
  }

  private async lookAtPool(tx: EntityManager, pool: Pool): Promise<void> {
    const sinceMs = await this.pools.handle(tx, pool);
    const nowMs = await databaseNowMs(tx);
    const when = { sinceMs, nowMs };
    const plan = (await this.plans.find(tx, [pool], lookBeginsMs(when))).get(poolKey(pool));
    if (plan === undefined) return;
    const calendars = await this.calendars.find(tx, [pool.organisationId]);
    const look = lookAt(plan, calendars.get(toHex(pool.organisationId)) ?? null, when);
    await this.tellOfGaps(tx, pool, look.gaps);
    for (const check of look.checks) await this.probe(tx, pool, check);
    if (look.handover !== undefined) await this.handOver(tx, pool, look.handover);
  }

  /** Each gap is told once a day; those found together are told together. */
  private async tellOfGaps(tx: EntityManager, pool: Pool, found: Look['gaps']): Promise<void> {
    const untold = await this.gaps.note(tx, pool, found);
    const [first] = untold;
    if (first === undefined) return;
    const day = new Date(await databaseNowMs(tx)).toISOString().slice(0, 10);
    await this.outbox.add(
      tx,
      coverageRows(
        { ...pool, people: await this.planners(tx, pool), administrators: true },
        {
          reason: REASON.coverage_gap,
          cause: [pool.role, day, first].map(String).join('.'),
          urgency: URGENCY.soon,
        },
      ),
    );
  }

  private async probe(
    tx: EntityManager,
    pool: Pool,
    { shift, hoursBefore }: Look['checks'][number],
  ): Promise<void> {
    const { slot, person, fromMs } = shift;
    const cause = [pool.role, slot, fromMs, hoursBefore].map(String).join('.');
    const row = probeRow(pool.organisationId, fromHex(person), cause);
    const check = { ...pool, slot, person, shiftAtMs: fromMs, hoursBefore, probeKey: row.dedupeKey };
    if (await this.readiness.begin(tx, check)) await this.outbox.add(tx, [row]);
  }

  private async handOver(
    tx: EntityManager,
    pool: Pool,
    { shift, outgoing, knownUntilMs }: Handover,
  ): Promise<void> {
    const incomingId = fromHex(shift.person);
    const written = await this.handovers.write(tx, {
      ...pool,
      shiftAtMs: shift.fromMs,
      incomingId,
      outgoingId: outgoing === null ? null : fromHex(outgoing),
      knownUntilMs,
    });
    if (written === null) return;
    await this.outbox.add(
      tx,
      coverageRows(
        { ...pool, people: [incomingId], administrators: false },
        {
          reason: REASON.handover,
          cause: `${String(pool.role)}.${String(shift.fromMs)}`,
          urgency: URGENCY.soon,
        },
      ),
    );
  }

  private evaluateChecks(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const due = await this.readiness.takeDue(tx, WATCH.checks);
      if (due.length === 0) return 0;
      const earliest = due.reduce((least, { shiftAtMs }) => Math.min(least, shiftAtMs), Infinity);
      const plans = await this.plans.find(tx, due, earliest);
      for (const check of due) await this.evaluate(tx, check, plans.get(poolKey(check)));
      return due.length;
    });
  }

  private async evaluate(tx: EntityManager, check: DueCheck, plan: PoolPlan | undefined): Promise<void> {
    const duties = plan === undefined ? undefined : this.dutiesAt(plan, check);
    if (duties?.[check.slot] !== toHex(check.personId)) {
      await this.readiness.close(tx, check.id, null);
      return;
    }
    const probeConfirmed = await this.readiness.isConfirmed(tx, check);
    const found = {
      probeConfirmed,
      deviceOnline: probeConfirmed || (await this.sessions.isInUse(tx, check.personId, IN_USE_MS)),
      ...(await this.readiness.findThreads(tx, check)),
    };
    await this.readiness.close(tx, check.id, found);
    if (!isReady(found)) {
      const other = duties[check.slot === 'primary' ? 'secondary' : 'primary'];
      await this.alarm(tx, check, other === null ? [] : [fromHex(other)]);
    }
  }

  /** A rota that cannot be reckoned with voids its own checks and keeps no other waiting. */
  private dutiesAt(plan: PoolPlan, { shiftAtMs }: DueCheck): Duties | undefined {
    try {
      return dutyAt(plan, shiftAtMs);
    } catch (error) {
      this.logger.error({ event: 'coverage.check_failed', err: error });
      return undefined;
    }
  }

  private async alarm(tx: EntityManager, check: DueCheck, others: readonly Uint8Array[]): Promise<void> {
    const people = [check.personId, ...others, ...(await this.planners(tx, check))];
    await this.outbox.add(
      tx,
      coverageRows(
        { organisationId: check.organisationId, people, administrators: true },
        { reason: REASON.readiness_failed, cause: String(check.id), urgency: URGENCY.urgent },
      ),
    );
  }

  /** Who can mend a plan: coordinators and directors; administrators are meant besides. */
  private async planners(tx: EntityManager, { organisationId }: Pool): Promise<readonly Uint8Array[]> {
    const roles = [ROLE.coordinator, ROLE.director];
    const found = await this.holders.find(
      tx,
      roles.map((role) => ({ organisationId, role })),
    );
    return found.flat();
  }
}
