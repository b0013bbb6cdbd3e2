import type { z } from 'zod';
import { environment } from './config.schema.js';
import type { Secret } from './secret.js';

/** Everything that can be set, typed and frozen. Injected under the token CONFIG. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: Secret;
  readonly redisUrl: Secret | undefined;
  /** Where people reach the service; without a trailing slash. */
  readonly publicUrl: string;
  /** scheme://host[:port] of publicUrl: what sign-ins are bound to. */
  readonly origin: string;
  /** Origins a browser may open a socket from: our own and those the operator names. */
  readonly allowedOrigins: readonly string[];
  readonly smtpUrl: Secret | undefined;
  readonly mailFrom: string;
  /** Signs pushes; without it there are none. */
  readonly vapidPrivateKey: Secret | undefined;
  /** Whom a push service may write to about our pushes. */
  readonly vapidSubject: string;
  /** The provider of texts; without it there are none. */
  readonly sms: SmsSettings | undefined;
  /** Key of the signatures of the SMS provider's calls; without it they are all refused. */
  readonly smsCallbackSecret: Secret | undefined;
  readonly logLevel: string;
  /** Without it nobody can found an organisation here. */
  readonly foundingToken: Secret | undefined;
  /** Without it nobody sees the operator's pages. */
  readonly operatorToken: Secret | undefined;
  readonly sessionSecret: Secret;
  /** Hosts a webhook or a push subscription may name although they are private. */
  readonly webhookAllowedHosts: readonly string[];
  /** Does this process also run engine, dispatcher and queue worker? */
  readonly worker: boolean;
  /** Multiplies every rate limit; load tests from one address need more than people do. */
  readonly rateFactor: number;
  /** False only for throw-away databases of tests: a database that may lose acknowledged entries is accepted. */
  readonly checkDurability: boolean;
}

export interface SmsSettings {
  readonly url: Secret;
  readonly token: Secret | undefined;
  readonly sender: string;
}

export const CONFIG = Symbol('config');

/** Names every wrong setting at once, never its value. */
export class ConfigError extends Error {
  constructor(readonly settings: readonly string[]) {
    super(`Settings that need attention:\n${settings.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment, once, at boot.
 * @throws ConfigError listing every setting that is missing or wrong
 */
export function loadConfig(variables: Readonly<Record<string, string | undefined>> = process.env): Config {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describeIssue));
  return fromEnvironment(parsed.data);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.');
  const missing = issue.code === 'invalid_type' && issue.message.includes('undefined');
  return `${name}: ${missing ? 'is not set' : issue.message}`;
}

function fromEnvironment(env: z.output<typeof environment>): Config {
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/u, '');
  const { origin } = new URL(publicUrl);
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    publicUrl,
    origin,
    allowedOrigins: Object.freeze([origin, ...env.ALLOWED_ORIGINS]),
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    vapidPrivateKey: env.VAPID_PRIVATE_KEY,
    vapidSubject: env.VAPID_SUBJECT ?? `mailto:${addressOf(env.MAIL_FROM)}`,
    sms:
      env.SMS_URL === undefined
        ? undefined
        : { url: env.SMS_URL, token: env.SMS_TOKEN, sender: env.SMS_SENDER },
    smsCallbackSecret: env.SMS_CALLBACK_SECRET,
    logLevel: env.LOG_LEVEL,
    foundingToken: env.FOUNDING_TOKEN,
    operatorToken: env.OPERATOR_TOKEN,
    sessionSecret: env.SESSION_SECRET,
    webhookAllowedHosts: Object.freeze(env.WEBHOOK_ALLOWED_HOSTS),
    worker: env.WORKER,
    rateFactor: env.RATE_FACTOR,
    checkDurability: env.DURABILITY_CHECK === 'enforce',
  });
}

/** `Name <box@domain>` or `box@domain` → `box@domain`. */
function addressOf(sender: string): string {
  return /<([^<>]+)>\s*$/u.exec(sender)?.[1] ?? sender;
}
