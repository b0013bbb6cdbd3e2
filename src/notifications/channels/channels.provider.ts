import { join } from 'node:path';
import type { ChannelName } from '../../accounts/index.js';
import type { Config } from '../../config/index.js';
import type { Channel } from './channel.js';
import { FileEmailChannel } from './file-email.channel.js';
import { SmtpEmailChannel } from './smtp-email.channel.js';
import { WebhookChannel, type MayConnect } from './webhook.channel.js';

export type Channels = Readonly<Record<ChannelName, Channel>>;
export const CHANNELS = Symbol('channels');

/** The ways this installation can tell somebody. Without SMTP settings, e-mails become files in the data folder. */
export function openChannels(
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'dataDir'>,
  mayConnect: MayConnect,
): Channels {
  const email =
    config.smtpUrl === undefined
      ? new FileEmailChannel(join(config.dataDir, 'mail'), config.mailFrom)
      : new SmtpEmailChannel(config.smtpUrl.reveal(), config.mailFrom);
  return { email, webhook: new WebhookChannel(mayConnect) };
}
