import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import {
  MAX_PUSH_SUBSCRIPTIONS,
  Problem,
  fromBase64Url,
  fromHex,
  toBase64Url,
  type ContactChannel,
  type ContactsReply,
  type Locale,
  type NoticePreferences,
  type Principal,
} from '#protocol';
import { KeyDirectory } from '../chains/index.js';
import { CONFIG, type Config } from '../config/index.js';
import {
  ContactRepository,
  type Contact,
  type ContactName,
  type ContactOwner,
  type OwnerKind,
} from './contact.repository.js';
import { PreferenceRepository, type PreferencesNow } from './preference.repository.js';
import { PushSubscriptionRepository } from './push-subscription.repository.js';
import { publicKeyOf } from './vapid-key.policy.js';
import { isCallableUrl, mayConnect } from './webhook-address.policy.js';

/** A subscription as a browser hands it over; keys in base64url. */
export interface GivenSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly locale: Locale;
}

/** Where and how people are told. One address per channel and person (or administrator key), pushes per device. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly devices: PushSubscriptionRepository,
    private readonly preferences: PreferenceRepository,
    private readonly keys: KeyDirectory,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async listFor(principal: Principal): Promise<ContactsReply> {
    const owner = ownerOf(principal);
    const found = await this.contacts.list(owner.kind, [owner.id]);
    const { vapidPrivateKey } = this.config;
    return {
      contacts: found.map(toShown),
      pushKey: vapidPrivateKey === undefined ? null : toBase64Url(publicKeyOf(vapidPrivateKey.reveal())),
      smsAvailable: this.config.sms !== undefined,
    };
  }

  async putEmail(principal: Principal, address: string, locale: Locale): Promise<void> {
    await this.contacts.put(ownerOf(principal), { channel: 'email', address, secret: null, locale });
  }

  /**
   * @returns the key of the webhook's signature, base64url; it is shown this once
   * @throws Problem contact.unsafe_url
   */
  async putWebhook(principal: Principal, url: string): Promise<string> {
    if (!isCallableUrl(url, this.config.webhookAllowedHosts)) throw new Problem('contact.unsafe_url');
    const secret = new Uint8Array(randomBytes(32));
    await this.contacts.put(ownerOf(principal), { channel: 'webhook', address: url, secret, locale: 'en' });
    return toBase64Url(secret);
  }

  /**
   * The number is taken as it is given; whoever it belongs to can end it by STOP.
   * @throws Problem contact.channel_unavailable
   */
  async putSms(principal: Principal, number: string, locale: Locale): Promise<void> {
    if (this.config.sms === undefined) throw new Problem('contact.channel_unavailable');
    await this.contacts.put(ownerOf(principal), { channel: 'sms', address: number, secret: null, locale });
  }

  /**
   * @returns the id of the subscription, hex
   * @throws Problem contact.channel_unavailable, contact.unsafe_url, contact.too_many
   */
  async addPush(principal: Principal, given: GivenSubscription): Promise<string> {
    if (this.config.vapidPrivateKey === undefined) throw new Problem('contact.channel_unavailable');
    if (!isCallableUrl(given.endpoint, this.config.webhookAllowedHosts)) {
      throw new Problem('contact.unsafe_url');
    }
    const device = { ...given, p256dh: fromBase64Url(given.p256dh), auth: fromBase64Url(given.auth) };
    const id = await this.devices.put(ownerOf(principal), device, MAX_PUSH_SUBSCRIPTIONS);
    if (id === null) throw new Problem('contact.too_many');
    return id.replaceAll('-', '');
  }

  async remove(principal: Principal, channel: ContactChannel): Promise<void> {
    await this.contacts.remove(ownerOf(principal), channel);
  }

  async removePush(principal: Principal, subscriptionId: string): Promise<void> {
    await this.devices.remove(ownerOf(principal), subscriptionId);
  }

  /** A push service said that this device is gone for good. */
  async forgetDevice(kind: OwnerKind, ownerId: Uint8Array, subscriptionId: string): Promise<void> {
    await this.devices.remove({ kind, id: ownerId }, subscriptionId);
  }

  async getPreferences(principal: Principal): Promise<NoticePreferences> {
    return this.preferences.find(ownerOf(principal));
  }

  /** @throws Problem contact.unknown_zone */
  async putPreferences(principal: Principal, preferences: NoticePreferences): Promise<void> {
    if (!(await this.preferences.isZoneKnown(preferences.zone))) throw new Problem('contact.unknown_zone');
    await this.preferences.put(ownerOf(principal), preferences);
  }

  /** What those of the owners who set any preferences want at this instant. */
  async findPreferencesNow(
    kind: OwnerKind,
    ownerIds: readonly Uint8Array[],
  ): Promise<readonly PreferencesNow[]> {
    return this.preferences.listNow(kind, ownerIds);
  }

  /** Every way to a person. */
  async findOfUser(userId: Uint8Array): Promise<Contact[]> {
    return this.contacts.list('user', [userId]);
  }

  /** Every way to the administrators an organisation has now; `ownerId` is the administrator's key id. */
  async findOfAdministrators(organisationId: Uint8Array): Promise<Contact[]> {
    const keyIds = await this.keys.findActiveAdmins(organisationId);
    return this.contacts.list('admin', keyIds.map(fromHex));
  }

  /** One contact as it is now, or null if it was removed since. */
  async find(kind: OwnerKind, ownerId: Uint8Array, name: ContactName): Promise<Contact | null> {
    return this.contacts.find(kind, ownerId, name);
  }

  /** For the moment an address is called: may `host`, which resolved to `ip`, be connected to? */
  mayConnect(host: string, ip: string): boolean {
    return mayConnect(host, ip, this.config.webhookAllowedHosts);
  }
}

/** The endpoint of a push is a key to the device: only its host is shown. */
function toShown(contact: Contact): ContactsReply['contacts'][number] {
  const { channel, address, subscriptionId, optedOut } = contact;
  return {
    channel,
    address: channel === 'push' ? new URL(address).host : address,
    ...(subscriptionId === null ? {} : { subscriptionId: subscriptionId.replaceAll('-', '') }),
    ...(optedOut ? { optedOut } : {}),
  };
}

function ownerOf(principal: Principal): ContactOwner {
  if (principal.kind === 'device') {
    return { kind: 'user', id: fromHex(principal.userId), organisationId: null };
  }
  if (principal.kind === 'invite') throw new Problem('auth.forbidden');
  return {
    kind: 'admin',
    id: fromHex(principal.keyId),
    organisationId: fromHex(principal.organisationId),
  };
}
