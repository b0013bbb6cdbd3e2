import { createHmac } from 'node:crypto';

/**
 * Headers of a webhook call. A receiver recomputes HMAC-SHA-256 with its secret over `<timestamp>.<body>`, the
 * timestamp as it stands in the header and the body as received, compares in constant time, refuses a timestamp
 * further than five minutes from its clock, and drops a delivery id it has seen.
 */
export const WEBHOOK_HEADER = {
  /** Unix seconds. */
  timestamp: 'x-trialogue-timestamp',
  /** `v1=` and 64 hexadecimal digits. */
  signature: 'x-trialogue-signature',
  delivery: 'x-trialogue-delivery',
} as const;

/** @param secret 32 bytes, shown to the receiver once when it was registered. */
export function signWebhook(secret: Uint8Array, timestampS: number, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestampS}.${body}`, 'utf8').digest('hex')}`;
}
