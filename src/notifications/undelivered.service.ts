import { Inject, Injectable } from '@nestjs/common';
import type { Notice } from '../obligations/index.js';
import { LOGGER, type Logger } from '../platform/index.js';

/** Nobody could be told: the one place where that leaves this room. */
@Injectable()
export class Undelivered {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** May be said again of the same cause. */
  async report(notice: Notice, cause: string): Promise<void> {
    this.logger.error({ event: 'notice.undelivered', cause, reason: notice.reason });
    await Promise.resolve();
  }
}
