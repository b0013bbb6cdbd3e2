import { Injectable } from '@nestjs/common';
import { Undeliverable, noticePayload, type Notice } from '../obligations/index.js';
import { OutboxRepository, type ClaimedOutboxRow, type UndoneOutboxRow } from '../platform/index.js';
import { DeliveryRepository, type Delivery, type Target } from './delivery.repository.js';
import { holdOf, preferencesOf } from './notice-hold.policy.js';
import { planOf, type Plan, type Way } from './notice-plan.policy.js';
import { NoticeSender } from './notice-sender.service.js';
import { RecipientsService, type Addressee } from './recipients.service.js';

/** Where one addressee stands: when to look again (null: whoever holds a claim goes on), or undefined: never. */
interface Standing {
  readonly againInMs?: number | null;
  readonly undelivered: boolean;
}

/** What is to be told, read once per run. */
interface Telling {
  readonly cause: string;
  readonly notice: Notice;
  readonly createdAtMs: number;
  readonly dueAtMs: number | null;
}

/** How telling it went. */
interface Told {
  readonly telling: Telling;
  readonly addressees: readonly Addressee[];
  readonly standings: readonly Standing[];
}

/**
 * The effect of one outbox row: people are told. May run at any time, anywhere, more than once, whoever calls it
 * (worker or reconciler): the delivery row decides who sends. No transaction is open while a provider is called.
 */
@Injectable()
export class NoticeEffect {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly recipients: RecipientsService,
    private readonly sender: NoticeSender,
    private readonly undeliverable: Undeliverable,
  ) {}

  /** Does what is left to do of an outbox row, then marks it done or says when to come back. */
  async run(outboxId: number): Promise<void> {
    const row = await this.outbox.findUndone(outboxId);
    if (row === null) return;
    const telling = await this.read(row);
    const addressees = await this.recipients.findAddressees(telling.notice);
    const standings = await Promise.all(addressees.map((one) => this.tell(telling, one)));
    // One administrator who was told is enough.
    if (standings.every(({ undelivered }) => undelivered)) {
      await this.undeliverable.report(telling.notice, telling.cause);
    }
    await this.settle(row, { telling, addressees, standings });
  }

  /** The effect failed again and again by an error of ours: whoever waits for it learns that it did not happen. */
  async giveUp(outboxId: number): Promise<void> {
    const row = await this.outbox.findUndone(outboxId);
    if (row !== null) await this.undeliverable.report(noticePayload.parse(row.payload), row.dedupeKey);
  }

  private async read(row: ClaimedOutboxRow): Promise<Telling> {
    const notice = noticePayload.parse(row.payload);
    const facts = await this.sender.findFacts(notice);
    return {
      cause: row.dedupeKey,
      notice,
      createdAtMs: row.createdAt.getTime(),
      dueAtMs: facts?.dueAtMs ?? null,
    };
  }

  /** Done is a row of which nothing is pending; what somebody else has under way brings it back in half a minute. */
  private async settle(row: UndoneOutboxRow, { telling, addressees, standings }: Told): Promise<void> {
    const open = standings.flatMap(({ againInMs }) => (againInMs === undefined ? [] : [againInMs]));
    if (open.length === 0) {
      if (await this.deliveries.isOver(telling.cause, addressees)) await this.outbox.markDone(row);
      return;
    }
    const waits = open.filter((wait) => wait !== null);
    if (waits.length > 0) await this.outbox.postpone(row, Math.min(...waits));
  }

  /** Takes way after way until one works, all were taken, or there is something to wait for. */
  private async tell(telling: Telling, addressee: Addressee): Promise<Standing> {
    const { cause, notice } = telling;
    const hold = holdOf(notice, telling, addressee.wants);
    if (hold.until !== 'now') return this.hold(telling, addressee, hold.until);
    const tried = new Map<string, number | null>();
    for (;;) {
      const taken = await this.deliveries.listOf(cause, addressee);
      const plan = planOf({
        notice,
        ways: addressee.ways,
        taken,
        preferences: preferencesOf(addressee.wants),
      });
      await this.deliveries.spare(plan.spare);
      const all = plan.take.length === 0 ? taken : await this.take(telling, addressee, plan.take);
      const fresh = all.filter(
        ({ deliveryId, state }) =>
          state === 'pending' && !tried.has(deliveryId) && !plan.spare.includes(deliveryId),
      );
      if (fresh.length === 0 && plan.take.length === 0)
        return this.standing(telling, addressee, { plan, taken, tried });
      const digest = hold.digestMs === undefined ? {} : { digestMs: hold.digestMs };
      const send = async (delivery: Delivery): Promise<void> => {
        const progress = await this.sender.deliver({ delivery, notice, cause, ...digest });
        tried.set(delivery.deliveryId, progress.done ? null : progress.againInMs);
      };
      await Promise.all(fresh.map(send));
    }
  }

  private async take(
    { cause, notice }: Telling,
    addressee: Addressee,
    ways: readonly Way[],
  ): Promise<readonly Delivery[]> {
    await this.deliveries.prepare(cause, notice, targetsOf(addressee, ways, null));
    return this.deliveries.listOf(cause, addressee);
  }

  private async standing(
    { cause, notice }: Telling,
    addressee: Addressee,
    seen: {
      readonly plan: Plan;
      readonly taken: readonly Delivery[];
      readonly tried: ReadonlyMap<string, number | null>;
    },
  ): Promise<Standing> {
    const { plan, taken, tried } = seen;
    if (taken.length === 0) {
      await this.deliveries.prepare(cause, notice, [
        { kind: addressee.kind, id: addressee.id, channel: 'none', subscriptionId: null, heldUntilMs: null },
      ]);
    }
    const waits = taken
      .filter(({ deliveryId, state }) => state === 'pending' && !plan.spare.includes(deliveryId))
      .map(({ deliveryId }) => tried.get(deliveryId) ?? null);
    const known = [...waits, plan.againInMs].filter((wait) => wait !== null);
    const isElsewhere = waits.length > 0 && waits.every((wait) => wait === null);
    const { undelivered } = plan;
    if (isElsewhere) return { againInMs: null, undelivered };
    return known.length > 0 ? { againInMs: Math.min(...known), undelivered } : { undelivered };
  }

  /** The first way is written into the ledger with the instant until which it waits. */
  private async hold(telling: Telling, addressee: Addressee, untilMs: number): Promise<Standing> {
    const { cause, notice } = telling;
    const taken = await this.deliveries.listOf(cause, addressee);
    const preferences = preferencesOf(addressee.wants);
    const { take } = planOf({ notice, ways: addressee.ways, taken: [], preferences });
    const calm = taken.length === 0 ? take.filter(({ channel }) => channel !== 'live') : taken.filter(isWay);
    await this.deliveries.prepare(cause, notice, targetsOf(addressee, calm, untilMs));
    return { againInMs: untilMs - (addressee.wants?.nowMs ?? untilMs), undelivered: false };
  }
}

function isWay(taken: Delivery): taken is Delivery & Way {
  return taken.channel !== 'none';
}

function targetsOf(addressee: Addressee, ways: readonly Way[], heldUntilMs: number | null): Target[] {
  const { kind, id } = addressee;
  return ways.map(({ channel, subscriptionId }) => ({ kind, id, channel, subscriptionId, heldUntilMs }));
}
