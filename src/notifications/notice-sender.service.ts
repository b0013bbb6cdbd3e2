import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ROLE, fromHex, type ChannelName, type Role } from '#protocol';
import { ObligationReader, type Notice, type ObligationFacts } from '../obligations/index.js';
import { LOGGER, isDatabaseAway, type Logger } from '../platform/index.js';
import { APP_LINK, type AppLink } from './app-link.js';
import { CHANNELS, type Channels } from './channels/channels.provider.js';
import type { Envelope, SendOutcome } from './channels/channel.js';
import { DeliveryRepository, type Delivery, type EndedAttempt } from './delivery.repository.js';
import { noticeText } from './notice-text.policy.js';
import { RecipientsService, type Address } from './recipients.service.js';
import { retryDelayMs, triesLeft } from './retry.policy.js';
import { isStillTrue } from './truth.policy.js';

/** How long one worker has a delivery to itself: longer than any channel may take. */
const CLAIM_MS = 20_000;
/** Pause before an outcome is written again that a database out of reach did not take. */
const MARK_AGAIN_MS = 250;

/** `undone`: try again after this long, or (null) whoever holds the claim goes on with it. */
export type Progress = { readonly done: true } | { readonly done: false; readonly againInMs: number | null };

const DONE: Progress = { done: true };
const ELSEWHERE: Progress = { done: false, againInMs: null };

/** A notice on one of its ways. */
export interface Sending {
  readonly delivery: Delivery;
  readonly notice: Notice;
  readonly cause: string;
  /** The digest that this belongs to. */
  readonly digestMs?: number;
}

interface Try {
  readonly delivery: Delivery;
  readonly channel: ChannelName;
  readonly number: number;
}

/** One delivery: claim first, then look at the truth, then send: what became untrue while it waited is not sent. */
@Injectable()
export class NoticeSender {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly recipients: RecipientsService,
    private readonly obligations: ObligationReader,
    @Inject(CHANNELS) private readonly channels: Channels,
    @Inject(APP_LINK) private readonly appLink: AppLink,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async deliver(sending: Sending): Promise<Progress> {
    const { deliveryId, channel } = sending.delivery;
    if (channel === 'none') return DONE;
    const attempts = await this.deliveries.claim(deliveryId, CLAIM_MS);
    if (attempts === null) return ELSEWHERE;
    const reader = await this.findReader(sending.notice);
    if (reader === null) return this.close(deliveryId, 'skipped');
    if (!(await this.isCarrier(sending))) return this.close(deliveryId, 'collected');
    const { subscriptionId } = sending.delivery;
    const address = await this.recipients.findAddress(sending.delivery, { channel, subscriptionId });
    if (address === null) return this.close(deliveryId, 'no_contact');
    if (address.optedOut) return this.close(deliveryId, 'opted_out');
    const number = await this.deliveries.beginAttempt(deliveryId, attempts, CLAIM_MS);
    if (number === null) return ELSEWHERE;
    const envelope = this.envelope(sending, address, reader.staff);
    return this.send({ delivery: sending.delivery, channel, number }, envelope);
  }

  /** The obligation a notice is about as it is now, or null if it is about none. */
  async findFacts({ threadId, obligation }: Notice): Promise<ObligationFacts | null> {
    if (threadId === undefined || obligation === undefined) return null;
    return this.obligations.findFacts(fromHex(threadId), obligation);
  }

  private async close(
    deliveryId: string,
    state: Parameters<DeliveryRepository['close']>[1],
  ): Promise<Progress> {
    await this.deliveries.close(deliveryId, state);
    return DONE;
  }

  private async isCarrier({ delivery, digestMs, cause }: Sending): Promise<boolean> {
    return digestMs === undefined || this.deliveries.carriesDigest(delivery.id, digestMs, cause);
  }

  /** How the recipient is to be addressed, or null if the notice is no longer true for him. */
  private async findReader(notice: Notice): Promise<{ staff: boolean } | null> {
    const [facts, role] = await Promise.all([this.findFacts(notice), this.findRole(notice)]);
    return isStillTrue(notice, role !== null || notice.place === 'none', facts)
      ? { staff: isStaff(notice, role) }
      : null;
  }

  /** The role that entitles the recipient to be told, or null; administrators have none. */
  private async findRole(notice: Notice): Promise<Role | null> {
    const { recipient, recipientId, place, threadId, organisationId } = notice;
    if (recipient !== 'person') return null;
    const person = fromHex(recipientId);
    if (place === 'thread' && threadId !== undefined)
      return this.obligations.findRole(fromHex(threadId), person);
    if (place === 'organisation' && organisationId !== undefined) {
      return this.obligations.findRoleIn(fromHex(organisationId), person);
    }
    return null;
  }

  private envelope({ delivery, notice }: Sending, to: Address, staff: boolean): Envelope {
    return {
      deliveryId: delivery.deliveryId,
      address: to.address,
      ...(to.secret === null ? {} : { secret: to.secret }),
      ...(to.p256dh === null || to.auth === null ? {} : { device: { p256dh: to.p256dh, auth: to.auth } }),
      text: noticeText(to.locale, { staff, urgency: notice.urgency }),
      link: this.appLink(delivery.linkToken),
    };
  }

  private async send({ delivery, channel, number }: Try, envelope: Envelope): Promise<Progress> {
    const { deliveryId } = delivery;
    const outcome = await this.handOver(channel, envelope);
    const state = stateAfter(outcome, number);
    const confirmed = outcome.sent && outcome.confirmed === true;
    const code = outcome.sent ? null : outcome.code;
    await this.mark({ deliveryId, number, state, code, confirmed });
    if (outcome.sent) return DONE;
    if (channel !== 'live')
      this.logger.warn({ event: 'delivery.failed', deliveryId, channel, number, state, code });
    if (outcome.gone && delivery.subscriptionId !== null) {
      await this.recipients.forgetDevice(delivery, delivery.subscriptionId);
    }
    if (state === 'failed') return DONE;
    return { done: false, againInMs: retryDelayMs(number, Math.random(), outcome.retryAfterMs) };
  }

  /**
   * How it went is known here alone. A database that is away for a moment must not lose it, or the same is sent again:
   * tried for as long as the claim would have kept others away.
   */
  private async mark(ended: EndedAttempt): Promise<void> {
    const giveUpAtMs = performance.now() + CLAIM_MS;
    for (;;) {
      try {
        await this.deliveries.endAttempt(ended);
        return;
      } catch (error) {
        if (!isDatabaseAway(error) || performance.now() > giveUpAtMs) throw error;
        await sleep(MARK_AGAIN_MS);
      }
    }
  }

  private async handOver(channel: ChannelName, envelope: Envelope): Promise<SendOutcome> {
    const unset: SendOutcome = { sent: false, final: true, code: 'channel.not_set_up' };
    return (await this.channels[channel]?.send(envelope)) ?? unset;
  }
}

/** Only staff see a word of urgency; of whom nothing is known is told like a client. */
function isStaff({ recipient }: Notice, role: Role | null): boolean {
  return recipient === 'administrators' || (role !== null && role !== ROLE.client);
}

function stateAfter(outcome: SendOutcome, attempts: number): 'sent' | 'failed' | 'pending' {
  if (outcome.sent) return 'sent';
  return outcome.final || !triesLeft(attempts) ? 'failed' : 'pending';
}
