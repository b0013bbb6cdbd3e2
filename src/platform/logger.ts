import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type LogFn, type Logger } from 'pino';
import type { Config } from '../config/index.js';
import { correlationId } from './correlation.js';
import { sqlState } from './transaction.service.js';

export type { Logger } from 'pino';
export const LOGGER = Symbol('logger');

/** Fields that never reach a log, whoever passes them by mistake. */
const REDACTED = [
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'refreshToken',
  'foundingToken',
  'operatorToken',
  'secret',
  'signature',
  'challenge',
  'body',
  'entry',
  'entries',
  'address',
  'url',
  'payload',
  'parameters',
  'query',
];

/** Structured lines on standard output; ids, codes and durations only. */
export function createLogger(config: Pick<Config, 'logLevel'>, destination?: DestinationStream): Logger {
  return pino(
    {
      level: config.logLevel,
      base: { service: 'trialogue' },
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      // Pino copies the message of an error under this key; our errors stand under `err`, without their message.
      errorKey: 'never',
      hooks: { logMethod: withoutBareErrors },
      serializers: { err: describeError, error: describeError },
    },
    destination ?? process.stdout,
  );
}

/** An error logged by itself is treated like one under `err`: its message stays out. */
function withoutBareErrors(this: Logger, given: Parameters<LogFn>, method: LogFn): void {
  const [first]: readonly unknown[] = given;
  if (first instanceof Error) method.call(this, { err: first });
  else method.apply(this, given);
}

/**
 * What an error may say in a log: its class, code and stack frames. Messages are left out, because those of
 * parsers and of the database quote the input.
 */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { name: error.name, code: sqlState(error), frames: frames.slice(0, 12).map((line) => line.trim()) };
}

/** Logs an error nobody expected, under the id the caller was given. */
export function logUnexpected(logger: Logger, error: unknown): void {
  logger.error({ event: 'problem.unexpected', correlationId: correlationId(), err: error });
}

/** Nest's own lines (boot, routes) through the same logger, one level down. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ event: 'nest', context: contextOf(rest), text: textOf(message) });
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ event: 'nest', context: contextOf(rest), text: textOf(message) });
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ event: 'nest', context: contextOf(rest), err: message });
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' && !last.includes('\n') ? last : undefined;
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : '';
}
