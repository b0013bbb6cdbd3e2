import type { SmsSettings } from '../../config/index.js';
import type { Channel, Envelope, SendOutcome } from './channel.js';
import { postTo } from './outgoing.call.js';

/** The provider will not take this number or text whenever it is asked. */
const LASTING = [400, 404, 410, 422];

/** A text through the operator's provider, whose address is his own word and is not judged. */
export class SmsChannel implements Channel {
  readonly name = 'sms';

  constructor(private readonly settings: SmsSettings) {}

  async send({ deliveryId, address, text, link }: Envelope): Promise<SendOutcome> {
    const { url, token, sender } = this.settings;
    const words = [text.body, ...(text.urgency === undefined ? [] : [`${text.urgency}.`]), link].join(' ');
    const body = JSON.stringify({ to: address, text: words, sender, idempotencyKey: deliveryId });
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': deliveryId,
      ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
    };
    return postTo(url.reveal(), { headers, body, lasting: LASTING }, () => true);
  }

  close(): void {
    // Every call has its own connection; there is nothing to keep open.
  }
}
