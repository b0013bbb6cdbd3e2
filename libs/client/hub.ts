import type { MemberEvent } from './member.contract.js';

type Listener = (event: MemberEvent) => void;

/** Whoever follows. A listener that throws harms nobody else. */
export class Hub {
  private readonly listeners = new Set<Listener>();
  private readonly endings = new Set<() => void>();
  private ended = false;

  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  tell(event: MemberEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        // Its owner hears of it where unhandled errors are heard; the chain goes on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Starts to listen at the call, not at the first `next`: nothing is missed in between. */
  follow(signal?: AbortSignal): AsyncIterable<MemberEvent> {
    const waiting: MemberEvent[] = [];
    let wake = (): void => undefined;
    let over = this.ended || signal?.aborted === true;
    const off = this.on((event) => {
      waiting.push(event);
      wake();
    });
    const end = (): void => {
      over = true;
      off();
      this.endings.delete(end);
      signal?.removeEventListener('abort', end);
      wake();
    };
    this.endings.add(end);
    signal?.addEventListener('abort', end);
    return {
      async *[Symbol.asyncIterator]() {
        try {
          for (;;) {
            const event = waiting.shift();
            if (event !== undefined) yield event;
            else if (over) return;
            else {
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
            }
          }
        } finally {
          end();
        }
      },
    };
  }

  close(): void {
    this.ended = true;
    for (const end of [...this.endings]) end();
    this.listeners.clear();
  }
}
