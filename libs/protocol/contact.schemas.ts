import { z } from 'zod';
import { NOTICE_REASONS } from './notices.js';
import { base64Url, hexId, instantMs } from './scalar.schemas.js';

/** Every way a person can be told. `live` is an open socket: nobody registers it, it is there or not. */
export const CHANNELS = ['live', 'push', 'email', 'webhook', 'sms'] as const;
const channel = z.enum(CHANNELS);
export type ChannelName = z.infer<typeof channel>;
export type ContactChannel = Exclude<ChannelName, 'live'>;

const locale = z.enum(['en', 'es']).default('en');
export type Locale = z.infer<typeof locale>;

/** Most devices one person may have pushes sent to. */
export const MAX_PUSH_SUBSCRIPTIONS = 16;

/** A number as E.164 writes it: plus sign, country, subscriber, nothing else. */
export const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/u);

export const emailContactRequest = z.strictObject({ address: z.email().max(254), locale });
export const webhookContactRequest = z.strictObject({ url: z.url().max(2000) });
/** `secret` is the HMAC-SHA-256 key of the webhook signature, shown this once. */
export const webhookContactReply = z.strictObject({ secret: base64Url(32) });
export const smsContactRequest = z.strictObject({ number: phoneNumber, locale });
/** What `PushManager.subscribe` gives a browser. */
export const pushSubscriptionRequest = z.strictObject({
  endpoint: z.url().max(2000),
  p256dh: base64Url(65),
  auth: base64Url(16),
  locale,
});
export const pushSubscriptionReply = z.strictObject({ subscriptionId: hexId });

/**
 * `address` of a push is the host of its service; `subscriptionId` names the device. `optedOut`: the owner of the
 * number asked for no more texts. `pushKey`: what a browser subscribes with, null where there are no pushes.
 */
export const contactsReply = z.strictObject({
  contacts: z.array(
    z.strictObject({
      channel: z.enum(['push', 'email', 'webhook', 'sms']),
      address: z.string(),
      subscriptionId: hexId.optional(),
      optedOut: z.literal(true).optional(),
    }),
  ),
  pushKey: base64Url(65).nullable(),
  smsAvailable: z.boolean(),
});
export type ContactsReply = z.infer<typeof contactsReply>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u);
const order = z.array(channel).max(CHANNELS.length).refine(hasNoRepeats).default([]);

function hasNoRepeats(given: readonly string[]): boolean {
  return new Set(given).size === given.length;
}

/**
 * How somebody wants to be told; never how urgent matters are, which go every way at once. Times of day in his zone.
 * Quiet hours hold routine notices back, a digest collects updates. `order`: the first way there is, then the next
 * when it did not work; ways it does not name come last.
 */
export const noticePreferences = z.strictObject({
  zone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/u)
    .default('UTC'),
  quiet: z
    .strictObject({ from: timeOfDay, to: timeOfDay })
    .refine(({ from, to }) => from !== to)
    .nullable()
    .default(null),
  digestAt: z.array(timeOfDay).max(6).refine(hasNoRepeats).default([]),
  order: z.strictObject({ routine: order, soon: order }).prefault({}),
});
export type NoticePreferences = z.infer<typeof noticePreferences>;
export const NO_PREFERENCES: NoticePreferences = noticePreferences.parse({});

/**
 * pending (also: held until an instant) · sent (the provider took it) · failed · skipped (no longer true) · no_contact ·
 * opted_out · collected (told by the digest) · spared (another way worked first).
 */
const DELIVERY_STATES = [
  'pending',
  'sent',
  'failed',
  'skipped',
  'no_contact',
  'opted_out',
  'collected',
  'spared',
] as const;

/** `code`: how the last try ended, a short word; `confirmedAtMs`: a device of the person said that it arrived. */
const delivery = z.strictObject({
  id: z.string(),
  reason: z.enum(NOTICE_REASONS),
  channel: z.enum([...CHANNELS, 'none']),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  code: z.string().nullable(),
  createdAtMs: instantMs,
  heldUntilMs: instantMs.nullable(),
  sentAtMs: instantMs.nullable(),
  confirmedAtMs: instantMs.nullable(),
});
export type DeliveryRecord = z.infer<typeof delivery>;
export const deliveriesReply = z.strictObject({ deliveries: z.array(delivery) });
export type DeliveriesReply = z.infer<typeof deliveriesReply>;

export const drillStartedReply = z.strictObject({ drillId: hexId });
/** `done`: every way has ended, well or not. */
export const drillReply = z.strictObject({ done: z.boolean(), deliveries: z.array(delivery) });
export type DrillReply = z.infer<typeof drillReply>;

/** Pushed to every open socket of the person who is told; the client's ack says that it arrived, not that it was seen. */
export const noticePostedEvent = z.strictObject({
  deliveryId: hexId,
  text: z.string(),
  urgency: z.string().optional(),
});
export type NoticePostedEvent = z.infer<typeof noticePostedEvent>;

/** What an SMS provider's adapter reports, signed like a webhook of ours. `deliveryId` was its idempotency key. */
export const smsStatusRequest = z.strictObject({
  deliveryId: z.uuid(),
  status: z.enum(['delivered', 'undelivered']),
});
/** A text somebody sent to our number; `sentAtMs` orders his wishes, so that a repeated call changes nothing. */
export const smsMessageRequest = z.strictObject({
  from: phoneNumber,
  text: z.string().max(2000),
  sentAtMs: instantMs,
});
