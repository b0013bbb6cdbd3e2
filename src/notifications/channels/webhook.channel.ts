import type { Channel, Envelope, SendOutcome } from './channel.js';
import { failed, postTo, type MayConnect } from './outgoing.call.js';
import { WEBHOOK_HEADER, signWebhook } from './webhook-signature.policy.js';

/** Only "gone" is a lasting no: any other answer may be a receiver that is being repaired. */
const LASTING = [410];

/** A signed POST to an address a person registered. */
export class WebhookChannel implements Channel {
  readonly name = 'webhook';

  constructor(private readonly mayConnect: MayConnect) {}

  async send(envelope: Envelope): Promise<SendOutcome> {
    const { secret, deliveryId } = envelope;
    if (secret === undefined) return failed('address.unusable', true);
    const timestampS = Math.floor(Date.now() / 1000);
    const body = bodyOf(envelope);
    const headers = {
      'content-type': 'application/json',
      [WEBHOOK_HEADER.delivery]: deliveryId,
      [WEBHOOK_HEADER.timestamp]: String(timestampS),
      [WEBHOOK_HEADER.signature]: signWebhook(secret, timestampS, body),
    };
    return postTo(envelope.address, { headers, body, lasting: LASTING }, this.mayConnect);
  }

  close(): void {
    // Every call has its own connection; there is nothing to keep open.
  }
}

function bodyOf(envelope: Envelope): string {
  const { text } = envelope;
  return JSON.stringify({
    id: envelope.deliveryId,
    text: text.body,
    ...(text.urgency === undefined ? {} : { urgency: text.urgency }),
    link: envelope.link,
  });
}
