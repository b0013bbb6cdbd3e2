import { SOCKET_EVENT, type NoticePostedEvent } from '#protocol';
import type { LiveEmitter } from '../../platform/index.js';
import type { Channel, Envelope, SendOutcome } from './channel.js';
import { failed } from './outgoing.call.js';

/** Time an open socket has to answer. */
const ACK_WITHIN_MS = 5_000;

/** The open sockets of one person; `address` is their room. An answer says that a device has it, not that it was seen. */
export class LiveChannel implements Channel {
  readonly name = 'live';

  constructor(private readonly emitter: LiveEmitter) {}

  async send({ deliveryId, address, text }: Envelope): Promise<SendOutcome> {
    const body: NoticePostedEvent = {
      deliveryId: deliveryId.replaceAll('-', ''),
      text: text.body,
      ...(text.urgency === undefined ? {} : { urgency: text.urgency }),
    };
    const event = { name: SOCKET_EVENT.noticePosted, body, withinMs: ACK_WITHIN_MS };
    const answered = await this.emitter.ask(address, event);
    return answered > 0 ? { sent: true, confirmed: true } : failed('live.unanswered', true);
  }

  close(): void {
    // The sockets belong to the front door.
  }
}
