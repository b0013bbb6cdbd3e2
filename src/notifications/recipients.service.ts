import { Inject, Injectable } from '@nestjs/common';
import { fromHex, toHex, type ChannelName } from '#protocol';
import { ContactsService, type Contact, type OwnerKind, type PreferencesNow } from '../accounts/index.js';
import type { Notice } from '../obligations/index.js';
import { LiveEmitter, ROOM } from '../platform/index.js';
import { CHANNELS, type Channels } from './channels/channels.provider.js';
import type { Recipient } from './delivery.repository.js';
import type { Way } from './notice-plan.policy.js';

/** Somebody who is to be told, every way there is to him now, and how he wants it. */
export interface Addressee extends Recipient {
  readonly ways: readonly Way[];
  /** Null: he set no preferences. */
  readonly wants: PreferencesNow | null;
}

/** Where a delivery goes, read at the moment of sending and kept nowhere. */
export type Address = Pick<Contact, 'address' | 'secret' | 'locale' | 'p256dh' | 'auth' | 'optedOut'>;

const LIVE: Way = { channel: 'live', subscriptionId: null };

/** Who exactly is meant, and every way there is to him. Asked anew each time: contacts are not copied anywhere. */
@Injectable()
export class RecipientsService {
  constructor(
    private readonly contacts: ContactsService,
    private readonly live: LiveEmitter,
    @Inject(CHANNELS) private readonly channels: Channels,
  ) {}

  /** At least one, even if there is no way to him. Without administrators who left a contact, their organisation. */
  async findAddressees(notice: Notice): Promise<Addressee[]> {
    const id = fromHex(notice.recipientId);
    if (notice.recipient === 'administrators') return this.findAdministrators(id);
    const [contacts, [wants = null], isLive] = await Promise.all([
      this.contacts.findOfUser(id),
      this.contacts.findPreferencesNow('user', [id]),
      this.live.isListening(ROOM.user(notice.recipientId)),
    ]);
    const ways = [...(isLive ? [LIVE] : []), ...this.waysOf(contacts)];
    return [{ kind: 'person', id, ways, wants }];
  }

  private async findAdministrators(organisationId: Uint8Array): Promise<Addressee[]> {
    const contacts = await this.contacts.findOfAdministrators(organisationId);
    const owners = new Map(contacts.map(({ ownerId }) => [toHex(ownerId), ownerId]));
    if (owners.size === 0) return [{ kind: 'organisation', id: organisationId, ways: [], wants: null }];
    const wishes = await this.contacts.findPreferencesNow('admin', [...owners.values()]);
    const isOf = (owner: Uint8Array) => (one: { readonly ownerId: Uint8Array }) =>
      toHex(one.ownerId) === toHex(owner);
    return [...owners.values()].map((owner) => ({
      kind: 'administrator',
      id: owner,
      ways: this.waysOf(contacts.filter(isOf(owner))),
      wants: wishes.find(isOf(owner)) ?? null,
    }));
  }

  /** A channel this installation has not set up is no way. */
  private waysOf(contacts: readonly Contact[]): Way[] {
    return contacts
      .filter(({ channel }) => this.channels[channel] !== undefined)
      .map(({ channel, subscriptionId }) => ({ channel, subscriptionId }));
  }

  /** The address as it is now, or null if it was removed since. */
  async findAddress(
    recipient: Recipient,
    { channel, subscriptionId }: { readonly channel: ChannelName; readonly subscriptionId: string | null },
  ): Promise<Address | null> {
    if (recipient.kind === 'organisation') return null;
    if (channel === 'live') return this.findRoom(recipient.id);
    return this.contacts.find(ownerKindOf(recipient), recipient.id, { channel, subscriptionId });
  }

  /** A socket says nothing of languages: the one of his other contacts, if he has any. */
  private async findRoom(userId: Uint8Array): Promise<Address> {
    const [first] = await this.contacts.findOfUser(userId);
    const nothing = { secret: null, p256dh: null, auth: null, optedOut: false };
    return { ...nothing, address: ROOM.user(toHex(userId)), locale: first?.locale ?? 'en' };
  }

  /** The push service said that this device is gone. */
  async forgetDevice(recipient: Recipient, subscriptionId: string): Promise<void> {
    await this.contacts.forgetDevice(ownerKindOf(recipient), recipient.id, subscriptionId);
  }
}

const ownerKindOf = ({ kind }: Recipient): OwnerKind => (kind === 'person' ? 'user' : 'admin');
