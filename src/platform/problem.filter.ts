import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { correlationId } from './correlation.js';
import { LOGGER, logUnexpected, type Logger } from './logger.js';
import { toProblem } from './problem.mapping.js';

/** Every refused HTTP request ends here: `application/problem+json`, nothing of the request repeated. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = toProblem(error);
    if (problem.code === 'internal.unexpected') logUnexpected(this.logger, error);
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const body = problem.body(correlationId());
    const retryAfterMs = problem.repair?.retryAfterMs;
    if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
    response.status(body.status).type('application/problem+json').send(JSON.stringify(body));
  }
}
