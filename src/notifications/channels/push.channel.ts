import webPush from 'web-push';
import type { Channel, Envelope, SendOutcome } from './channel.js';
import { failed, postTo, type MayConnect } from './outgoing.call.js';

/** Who we are to push services; keys in base64url. */
export interface VapidDetails {
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/**
 * What a push service can see is the same for every push: how long it keeps it, how urgent it is (it wakes the
 * device), no topic, and a payload of one size.
 */
const TTL_S = 24 * 3_600;
const URGENCY = 'high';
const PAYLOAD_BYTES = 512;

/** The subscription is over. */
const GONE = [404, 410];
/** The payload is too large: it will not shrink. */
const LASTING = [...GONE, 413];

/** Web Push: encrypted for one device (RFC 8291), signed with our key (RFC 8292), handed to its push service. */
export class PushChannel implements Channel {
  readonly name = 'push';

  constructor(
    private readonly vapidDetails: VapidDetails,
    private readonly mayConnect: MayConnect,
  ) {}

  async send(envelope: Envelope): Promise<SendOutcome> {
    const sealed = this.seal(envelope);
    if (sealed === null) return failed('push.unusable_keys', true);
    const outcome = await postTo(envelope.address, { ...sealed, lasting: LASTING }, this.mayConnect);
    const gone = !outcome.sent && GONE.some((status) => outcome.code === `http.${status}`);
    return gone ? { ...outcome, gone } : outcome;
  }

  /** Null: the device gave keys nothing can be encrypted for. */
  private seal(envelope: Envelope): { headers: Readonly<Record<string, string>>; body: Buffer } | null {
    const { device, address } = envelope;
    if (device === undefined) return null;
    const keys = { p256dh: toText(device.p256dh), auth: toText(device.auth) };
    try {
      const details = webPush.generateRequestDetails({ endpoint: address, keys }, payloadOf(envelope), {
        vapidDetails: this.vapidDetails,
        TTL: TTL_S,
        urgency: URGENCY,
      });
      return { headers: details.headers, body: details.body };
    } catch {
      return null;
    }
  }

  close(): void {
    // Every call has its own connection; there is nothing to keep open.
  }
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** Padded with spaces, which JSON does not mind. */
function payloadOf({ deliveryId, text, link }: Envelope): string {
  const { body, urgency } = text;
  const json = JSON.stringify({
    id: deliveryId,
    text: body,
    ...(urgency === undefined ? {} : { urgency }),
    link,
  });
  return json + ' '.repeat(Math.max(0, PAYLOAD_BYTES - Buffer.byteLength(json)));
}
