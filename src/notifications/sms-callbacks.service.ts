import { Inject, Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { Problem, utf8 } from '#protocol';
import { SmsWishRepository, wishOf } from '../accounts/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { DatabaseClock, OutboxRepository, Transactions } from '../platform/index.js';
import { signWebhook } from './channels/webhook-signature.policy.js';
import { DeliveryRepository } from './delivery.repository.js';

/** A call as it came in: the headers of WEBHOOK_HEADER and the bytes they sign. */
export interface SignedCall {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer | undefined;
}

/** Longest distance of the signed time from ours. */
const SIGNED_WITHIN_S = 300;

/**
 * What the SMS provider tells us. Everything it says may be said again: a wish has its own time, a returned text is
 * returned once.
 */
@Injectable()
export class SmsCallbacks {
  constructor(
    private readonly transactions: Transactions,
    private readonly wishes: SmsWishRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly outbox: OutboxRepository,
    private readonly clock: DatabaseClock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Problem callback.unsigned */
  check({ timestamp = '', signature = '', body }: SignedCall): void {
    const { smsCallbackSecret: secret } = this.config;
    const timestampS = /^\d{1,12}$/u.test(timestamp) ? Number(timestamp) : NaN;
    const offS = Math.abs(timestampS - this.clock.nowMs() / 1000);
    if (secret === undefined || body === undefined || !(offS <= SIGNED_WITHIN_S)) {
      throw new Problem('callback.unsigned');
    }
    const expected = utf8(signWebhook(utf8(secret.reveal()), timestampS, body.toString('utf8')));
    const given = utf8(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Problem('callback.unsigned');
    }
  }

  /** A text that came back counts as not sent: the next way is taken. */
  async hearStatus(said: { deliveryId: string; status: 'delivered' | 'undelivered' }): Promise<void> {
    if (said.status === 'delivered') {
      await this.deliveries.noteArrival(said.deliveryId);
      return;
    }
    await this.transactions.run(async (tx) => {
      const cause = await this.deliveries.markReturned(tx, said.deliveryId);
      if (cause !== null) await this.outbox.reopen(tx, cause);
    });
  }

  /** STOP ends texts to the number, START allows them again, anything else is not kept. Nobody is answered. */
  async hearMessage(said: { from: string; text: string; sentAtMs: number }): Promise<void> {
    const wish = wishOf(said.text);
    if (wish === null) return;
    // A time ahead of ours would outlast every later word.
    const saidAtMs = Math.min(said.sentAtMs, this.clock.nowMs());
    await this.wishes.hear({ number: said.from, optedOut: wish === 'stop', saidAtMs });
  }
}
