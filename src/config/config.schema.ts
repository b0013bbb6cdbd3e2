import { z } from 'zod';
import { Secret } from './secret.js';

/** An empty variable means "not set", as in a copied .env.example. */
const unset = (value: unknown): unknown => (value === '' ? undefined : value);
const optional = <Shape extends z.ZodType>(shape: Shape): z.ZodType<z.output<Shape> | undefined> =>
  z.preprocess(unset, shape.optional());
const withDefault = <Shape extends z.ZodType>(shape: Shape, value: string): z.ZodType<z.output<Shape>> =>
  z.preprocess((given) => unset(given) ?? value, shape);

const urlOf = (...protocols: readonly string[]): z.ZodType<string> =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
const secretUrl = (...protocols: readonly string[]): z.ZodType<Secret> =>
  urlOf(...protocols).transform((text) => new Secret(text));
const secretText = z
  .string()
  .min(32, { error: 'must have at least 32 characters' })
  .transform((text) => new Secret(text));
/** A private key of P-256: 32 bytes, base64url. */
const vapidKey = z
  .string()
  .refine((text) => Buffer.from(text, 'base64url').length === 32, { error: 'must be 32 bytes as base64url' })
  .transform((text) => new Secret(text));
const hostList = z
  .string()
  .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
  .transform((hosts) => hosts.filter((host) => host.length > 0));

/** The environment as operators write it; names are documented in .env.example. */
export const environment = z.object({
  PORT: withDefault(z.coerce.number().int().min(0).max(65_535), '3000'),
  HOST: withDefault(z.string(), '127.0.0.1'),
  DATA_DIR: withDefault(z.string(), './.data'),
  DATABASE_URL: z.preprocess(unset, secretUrl('postgres:', 'postgresql:')),
  REDIS_URL: optional(secretUrl('redis:', 'rediss:')),
  PUBLIC_URL: optional(urlOf('http:', 'https:')),
  SMTP_URL: optional(secretUrl('smtp:', 'smtps:')),
  MAIL_FROM: withDefault(z.string().max(254), 'Trialogue <no-reply@localhost>'),
  VAPID_PRIVATE_KEY: optional(vapidKey),
  VAPID_SUBJECT: optional(urlOf('https:', 'mailto:')),
  SMS_URL: optional(secretUrl('http:', 'https:')),
  SMS_TOKEN: optional(z.string().transform((text) => new Secret(text))),
  SMS_SENDER: withDefault(z.string().max(15), 'Trialogue'),
  SMS_CALLBACK_SECRET: optional(secretText),
  LOG_LEVEL: withDefault(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info'),
  FOUNDING_TOKEN: optional(secretText),
  OPERATOR_TOKEN: optional(secretText),
  SESSION_SECRET: z.preprocess(unset, secretText),
  WEBHOOK_ALLOWED_HOSTS: withDefault(hostList, ','),
  ALLOWED_ORIGINS: withDefault(hostList, ','),
  WORKER: withDefault(z.stringbool(), 'true'),
  RATE_FACTOR: withDefault(z.coerce.number().positive().max(1_000_000), '1'),
  DURABILITY_CHECK: withDefault(z.enum(['enforce', 'skip']), 'enforce'),
});
