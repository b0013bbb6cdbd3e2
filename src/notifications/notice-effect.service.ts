import { Inject, Injectable } from '@nestjs/common';
import { ROLE, fromHex, type Role } from '#protocol';
import type { ChannelName, Contact } from '../accounts/index.js';
import { ObligationReader, noticePayload, type Notice } from '../obligations/index.js';
import { LOGGER, OutboxRepository, type Logger } from '../platform/index.js';
import { CHANNELS, type Channels } from './channels/channels.provider.js';
import type { Envelope, SendOutcome } from './channels/channel.js';
import { DeliveryRepository, type Delivery } from './delivery.repository.js';
import { noticeText } from './notice-text.policy.js';
import { RecipientsService } from './recipients.service.js';
import { retryDelayMs, triesLeft } from './retry.policy.js';
import { isStillTrue } from './truth.policy.js';
import { APP_LINK, type AppLink } from './app-link.js';

/** How long one worker has a delivery to itself: longer than any channel may take. */
const CLAIM_MS = 20_000;

/** `undone`: try again after this long, or (null) whoever holds the claim goes on with it. */
type Progress = { readonly done: true } | { readonly done: false; readonly againInMs: number | null };

const DONE: Progress = { done: true };

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
    private readonly obligations: ObligationReader,
    @Inject(CHANNELS) private readonly channels: Channels,
    @Inject(APP_LINK) private readonly appLink: AppLink,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does what is left to do of an outbox row, then marks it done or says when to come back. */
  async run(outboxId: number): Promise<void> {
    const row = await this.outbox.findUndone(outboxId);
    if (row === null) return;
    const notice = noticePayload.parse(row.payload);
    const targets = await this.recipients.findTargets(notice);
    const deliveries = await this.deliveries.prepare(row.dedupeKey, notice, targets);
    const progress = await Promise.all(deliveries.map((delivery) => this.deliver(delivery, notice)));
    await this.settle(outboxId, progress);
  }

  private async settle(outboxId: number, progress: readonly Progress[]): Promise<void> {
    const open = progress.filter((each) => !each.done);
    if (open.length === 0) {
      await this.outbox.markDone([outboxId]);
      return;
    }
    const waits = open.flatMap(({ againInMs }) => againInMs ?? []);
    if (waits.length > 0) await this.outbox.postpone([outboxId], Math.min(...waits));
  }

  /** Claim first, then look at the truth, then send: what became untrue while it waited is not sent. */
  private async deliver(delivery: Delivery, notice: Notice): Promise<Progress> {
    const { deliveryId, channel } = delivery;
    if (delivery.state !== 'pending' || channel === 'none') return DONE;
    if (!(await this.deliveries.claim(deliveryId, CLAIM_MS))) return { done: false, againInMs: null };
    const reader = await this.findReader(notice);
    if (reader === null) {
      await this.deliveries.close(deliveryId, 'skipped');
      return DONE;
    }
    const contact = await this.recipients.findContact(delivery, channel);
    if (contact === null) {
      await this.deliveries.close(deliveryId, 'no_contact');
      return DONE;
    }
    return this.send({ deliveryId, channel }, this.envelope({ delivery, notice, contact, ...reader }));
  }

  /** How the recipient is to be addressed, or null if the notice is no longer true for him. */
  private async findReader(notice: Notice): Promise<{ staff: boolean } | null> {
    const { threadId, obligation } = notice;
    const facts =
      threadId === undefined || obligation === undefined
        ? null
        : await this.obligations.findFacts(fromHex(threadId), obligation);
    const role = await this.findRole(notice);
    return isStillTrue(notice, role !== null || notice.place === 'none', facts)
      ? { staff: isStaff(notice, role) }
      : null;
  }

  /** The role that entitles the recipient to be told, or null; administrators have none. */
  private async findRole({
    recipient,
    recipientId,
    place,
    threadId,
    organisationId,
  }: Notice): Promise<Role | null> {
    if (recipient !== 'person') return null;
    const person = fromHex(recipientId);
    if (place === 'thread' && threadId !== undefined)
      return this.obligations.findRole(fromHex(threadId), person);
    if (place === 'organisation' && organisationId !== undefined) {
      return this.obligations.findRoleIn(fromHex(organisationId), person);
    }
    return null;
  }

  private envelope(given: {
    delivery: Delivery;
    notice: Notice;
    contact: Contact;
    staff: boolean;
  }): Envelope {
    const { delivery, notice, contact, staff } = given;
    return {
      deliveryId: delivery.deliveryId,
      address: contact.address,
      ...(contact.secret === null ? {} : { secret: contact.secret }),
      text: noticeText(contact.locale, { staff, urgency: notice.urgency }),
      link: this.appLink(delivery.linkToken),
    };
  }

  private async send(
    { deliveryId, channel }: { deliveryId: string; channel: ChannelName },
    envelope: Envelope,
  ): Promise<Progress> {
    const number = await this.deliveries.beginAttempt(deliveryId);
    const outcome = await this.channels[channel].send(envelope);
    const state = stateAfter(outcome, number);
    await this.deliveries.endAttempt({ deliveryId, number, state, code: outcome.sent ? null : outcome.code });
    if (outcome.sent) return DONE;
    this.logger.warn({ event: 'delivery.failed', deliveryId, channel, number, state, code: outcome.code });
    if (state === 'failed') return DONE;
    return { done: false, againInMs: retryDelayMs(number, Math.random(), outcome.retryAfterMs) };
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
