import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Problem, fromHex, toBase64Url, type Principal } from '#protocol';
import { KeyDirectory } from '../chains/index.js';
import { CONFIG, type Config } from '../config/index.js';
import {
  ContactRepository,
  type ChannelName,
  type Contact,
  type ContactOwner,
  type Locale,
} from './contact.repository.js';
import { isCallableUrl, mayConnect } from './webhook-address.policy.js';

/** Where people are told of what is due. One address per channel and person (or administrator key). */
@Injectable()
export class ContactsService {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly keys: KeyDirectory,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async listFor(principal: Principal): Promise<readonly Pick<Contact, 'channel' | 'address'>[]> {
    const owner = ownerOf(principal);
    const found = await this.contacts.list(owner.kind, [owner.id]);
    return found.map(({ channel, address }) => ({ channel, address }));
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

  async remove(principal: Principal, channel: ChannelName): Promise<void> {
    await this.contacts.remove(ownerOf(principal), channel);
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
  async find(kind: ContactOwner['kind'], ownerId: Uint8Array, channel: ChannelName): Promise<Contact | null> {
    return this.contacts.find(kind, ownerId, channel);
  }

  /** For the moment a webhook is called: may `host`, which resolved to `ip`, be connected to? */
  mayConnect(host: string, ip: string): boolean {
    return mayConnect(host, ip, this.config.webhookAllowedHosts);
  }
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
