import type { ChannelName } from '#protocol';
import type { NoticeText } from '../notice-text.policy.js';

/** One notification on its way to one address. Nothing in it comes from a case. */
export interface Envelope {
  /** Stable over retries: the provider's idempotency key, the Message-ID, the file name. */
  readonly deliveryId: string;
  readonly address: string;
  /** Key of the signature; only the webhook has one. */
  readonly secret?: Uint8Array;
  /** What a push is encrypted for. */
  readonly device?: { readonly p256dh: Uint8Array; readonly auth: Uint8Array };
  readonly text: NoticeText;
  /** Leads to the front page of the app; opaque, and logs nobody in. */
  readonly link: string;
}

/**
 * `confirmed`: a device of the person answered, not only a provider. `gone`: the address exists no more. `code` is a
 * short word from a closed family (`smtp.550`, `http.503`, `net.timeout`), never a server's text.
 */
export type SendOutcome =
  | { readonly sent: true; readonly confirmed?: true }
  | {
      readonly sent: false;
      readonly final: boolean;
      readonly code: string;
      readonly retryAfterMs?: number;
      readonly gone?: true;
    };

/** The whole plug-in system: a channel hands one envelope to its provider and says how that went. */
export interface Channel {
  readonly name: ChannelName;
  /** Never throws; answers within the time a delivery is claimed for. */
  send(envelope: Envelope): Promise<SendOutcome>;
  close(): void;
}

/** The longest a channel may take; a delivery's claim outlives it. */
export const SEND_TIMEOUT_MS = 10_000;
