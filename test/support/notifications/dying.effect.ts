import type { DataSource } from 'typeorm';
import { ContactRepository } from '../../../src/accounts/contact.repository.js';
import { ContactsService } from '../../../src/accounts/index.js';
import { PreferenceRepository } from '../../../src/accounts/preference.repository.js';
import { PushSubscriptionRepository } from '../../../src/accounts/push-subscription.repository.js';
import { KeyDirectory } from '../../../src/chains/index.js';
import { appLinkOf } from '../../../src/notifications/app-link.js';
import type { Channel } from '../../../src/notifications/channels/channel.js';
import type { Channels } from '../../../src/notifications/channels/channels.provider.js';
import { SmtpEmailChannel } from '../../../src/notifications/channels/smtp-email.channel.js';
import { DeliveryRepository } from '../../../src/notifications/delivery.repository.js';
import { NoticeEffect } from '../../../src/notifications/notice-effect.service.js';
import { NoticeSender } from '../../../src/notifications/notice-sender.service.js';
import { RecipientsService } from '../../../src/notifications/recipients.service.js';
import { LiveEmitter } from '../../../src/platform/index.js';
import { configFor, silent } from '../obligations/database.js';
import { obligationRoom } from '../obligations/rooms.js';

/** The effect as another process would run it, with these channels. */
export function effectOver(
  source: DataSource,
  channels: Channels,
  deliveries = new DeliveryRepository(source),
): NoticeEffect {
  const config = configFor('postgres://127.0.0.1/unused');
  const { outbox, reader, undeliverable } = obligationRoom(source);
  const contacts = new ContactsService(
    new ContactRepository(source),
    new PushSubscriptionRepository(source),
    new PreferenceRepository(source),
    new KeyDirectory(source),
    config,
  );
  const recipients = new RecipientsService(contacts, new LiveEmitter(config), channels);
  const appLink = appLinkOf(config.publicUrl);
  const sender = new NoticeSender(deliveries, recipients, reader, channels, appLink, silent);
  return new NoticeEffect(outbox, deliveries, recipients, sender, undeliverable);
}

/** The effect in a process that is killed when the provider has taken the mail: it goes out, nothing comes back. */
export function dyingEffect(source: DataSource, smtpUrl: string): NoticeEffect {
  const { mailFrom } = configFor('postgres://127.0.0.1/unused', { SMTP_URL: smtpUrl });
  const smtp = new SmtpEmailChannel(smtpUrl, mailFrom);
  const email: Channel = {
    name: 'email',
    send: async (envelope) => {
      await smtp.send(envelope);
      return new Promise(() => undefined);
    },
    close: () => undefined,
  };
  return effectOver(source, { email });
}
