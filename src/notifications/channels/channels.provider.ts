import { join } from 'node:path';
import { toBase64Url, type ChannelName } from '#protocol';
import { publicKeyOf } from '../../accounts/index.js';
import type { Config } from '../../config/index.js';
import type { LiveEmitter } from '../../platform/index.js';
import type { Channel } from './channel.js';
import { FileEmailChannel } from './file-email.channel.js';
import { LiveChannel } from './live.channel.js';
import type { MayConnect } from './outgoing.call.js';
import { PushChannel } from './push.channel.js';
import { SmsChannel } from './sms.channel.js';
import { SmtpEmailChannel } from './smtp-email.channel.js';
import { WebhookChannel } from './webhook.channel.js';

/** A channel this installation has no settings for is missing: whoever registered it is told another way. */
export type Channels = Readonly<Partial<Record<ChannelName, Channel>>>;
export const CHANNELS = Symbol('channels');

type ChannelSettings = Pick<
  Config,
  'smtpUrl' | 'mailFrom' | 'dataDir' | 'vapidPrivateKey' | 'vapidSubject' | 'sms'
>;

/** The ways this installation can tell somebody. Without SMTP settings, e-mails become files in the data folder. */
export function openChannels(
  config: ChannelSettings,
  { mayConnect, live }: { readonly mayConnect: MayConnect; readonly live: LiveEmitter },
): Channels {
  const email =
    config.smtpUrl === undefined
      ? new FileEmailChannel(join(config.dataDir, 'mail'), config.mailFrom)
      : new SmtpEmailChannel(config.smtpUrl.reveal(), config.mailFrom);
  return {
    live: new LiveChannel(live),
    email,
    webhook: new WebhookChannel(mayConnect),
    ...(config.vapidPrivateKey === undefined
      ? {}
      : { push: openPush(config.vapidPrivateKey.reveal(), config.vapidSubject, mayConnect) }),
    ...(config.sms === undefined ? {} : { sms: new SmsChannel(config.sms) }),
  };
}

function openPush(privateKey: string, subject: string, mayConnect: MayConnect): PushChannel {
  return new PushChannel(
    { subject, privateKey, publicKey: toBase64Url(publicKeyOf(privateKey)) },
    mayConnect,
  );
}
