import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { correlationId } from './correlation.js';
import { LOGGER, logUnexpected, type Logger } from './logger.js';
import { toProblem } from './problem.mapping.js';

/**
 * Answers the ack of a refused socket command with `{ok: false, problem}` and emits nothing.
 * Nest's own behaviour sends no ack and echoes the payload; application-wide filters do not reach gateways, so
 * every gateway names this one (a test looks).
 */
@Catch()
export class ProblemSocketFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = toProblem(error);
    if (problem.code === 'internal.unexpected') logUnexpected(this.logger, error);
    const ack = host.getArgs<unknown[]>().find((argument) => typeof argument === 'function');
    if (isAck(ack)) ack({ ok: false, problem: problem.body(correlationId()) });
  }
}

function isAck(value: unknown): value is (reply: unknown) => void {
  return typeof value === 'function';
}
