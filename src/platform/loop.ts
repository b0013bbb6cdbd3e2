import type { Logger } from './logger.js';

export interface LoopOptions {
  /** Shown in logs. */
  readonly name: string;
  /** Pause between the end of one round and the start of the next. */
  readonly everyMs: number;
  readonly logger: Logger;
}

/** Repeats a round of work, never two at once. A failed round is logged and the next one comes all the same. */
export class Loop {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    private readonly options: LoopOptions,
    private readonly round: () => Promise<void>,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.next(0);
  }

  /** Resolves when the round that is running, if any, has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  private next(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.current = this.runOnce();
    }, afterMs);
  }

  private async runOnce(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.options.logger.warn({ event: 'loop.failed', loop: this.options.name, err: error });
    }
    if (!this.stopped) this.next(this.options.everyMs);
  }
}
