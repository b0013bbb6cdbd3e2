import { Injectable } from '@nestjs/common';
import { fromHex } from '#protocol';
import { ContactsService, type ChannelName, type Contact } from '../accounts/index.js';
import type { Notice } from '../obligations/index.js';
import type { Recipient, Target } from './delivery.repository.js';

/** Who exactly is meant, and every way there is to him. Asked anew each time: contacts are not copied anywhere. */
@Injectable()
export class RecipientsService {
  constructor(private readonly contacts: ContactsService) {}

  /** At least one target: without any contact there is one whose channel is 'none', so that the ledger says so. */
  async findTargets(notice: Notice): Promise<Target[]> {
    const id = fromHex(notice.recipientId);
    const administrators = notice.recipient === 'administrators';
    const found = await (administrators
      ? this.contacts.findOfAdministrators(id)
      : this.contacts.findOfUser(id));
    if (found.length === 0)
      return [{ kind: administrators ? 'organisation' : 'person', id, channel: 'none' }];
    const kind = administrators ? 'administrator' : 'person';
    return found.map((contact) => ({ kind, id: contact.ownerId, channel: contact.channel }));
  }

  /** The contact as it is now, or null if it was removed since. */
  async findContact(recipient: Recipient, channel: ChannelName): Promise<Contact | null> {
    if (recipient.kind === 'organisation') return null;
    return this.contacts.find(recipient.kind === 'person' ? 'user' : 'admin', recipient.id, channel);
  }
}
