import type {
  ChannelName,
  ContactsReply,
  DeliveryRecord,
  Locale,
  NoticePreferences,
  NoticeReason,
} from '#protocol';

/** One address, or one device. `optedOut`: the owner of the number asked for no more texts. */
export type ContactView = ContactsReply['contacts'][number];

/** What a browser's `PushManager.subscribe` gave; keys in base64url. */
export interface PushDevice {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface ContactBook {
  list(): Promise<readonly ContactView[]>;
  setEmail(address: string, locale?: Locale): Promise<void>;
  /** Answers the key of the webhook signature (base64url), shown this once. */
  setWebhook(url: string): Promise<{ readonly secret: string }>;
  /** `number`: E.164, as +34600000000. Errors: Problem contact.channel_unavailable. */
  setSms(number: string, locale?: Locale): Promise<void>;
  /** The key a browser subscribes with, or undefined where this service sends no pushes. */
  pushKey(): Promise<string | undefined>;
  /** Answers the id of the subscription. Errors: Problem contact.channel_unavailable, contact.too_many. */
  addPush(device: PushDevice, locale?: Locale): Promise<string>;
  removeEmail(): Promise<void>;
  removeWebhook(): Promise<void>;
  removeSms(): Promise<void>;
  removePush(subscriptionId: string): Promise<void>;
  preferences(): Promise<NoticePreferences>;
  /** Errors: Problem contact.unknown_zone. */
  setPreferences(preferences: NoticePreferences): Promise<void>;
}

/** The ledger of notifications that were meant for me. */
export interface DeliveryView {
  readonly id: string;
  readonly reason: NoticeReason;
  readonly channel: ChannelName | 'none';
  readonly state: DeliveryRecord['state'];
  readonly attempts: number;
  /** How the last attempt ended, where it failed. */
  readonly code: string | undefined;
  readonly createdAt: Date;
  /** Quiet hours or a digest hold it back until then. */
  readonly heldUntil: Date | undefined;
  readonly sentAt: Date | undefined;
  readonly confirmedAt: Date | undefined;
}

export interface DrillView {
  readonly done: boolean;
  readonly deliveries: readonly DeliveryView[];
}

/** What every channel says: never what it is about. */
export interface NoticeView {
  readonly deliveryId: string;
  readonly text: string;
  readonly urgency: string | undefined;
}
