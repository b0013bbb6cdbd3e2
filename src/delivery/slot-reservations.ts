import { APPEND } from '#protocol';

/** Devices that may stand in line for one chain; the next one is told of the conflict and gets no place. */
const LINE = 4;

interface Place {
  readonly keyId: string;
  release: () => void;
  readonly released: Promise<void>;
  timer: NodeJS.Timeout | undefined;
}

/**
 * After a conflict the next slot of the chain belongs to the device that lost, so that a slow device is not
 * overtaken for ever. Others wait their turn for at most the line's length. Per process: between processes the
 * compare-and-set alone decides.
 */
export class SlotReservations {
  private readonly lines = new Map<string, Place[]>();

  /** Resolves when nobody else holds the next place of this chain. */
  async turn(chainId: string, keyId: string): Promise<void> {
    for (;;) {
      const first = this.lines.get(chainId)?.[0];
      if (first === undefined || first.keyId === keyId) return;
      await first.released;
    }
  }

  /** @returns for how long the device can count on its place from now, 0 if the line is full */
  reserve(chainId: string, keyId: string): number {
    const line = this.lines.get(chainId) ?? [];
    const held = line.findIndex((place) => place.keyId === keyId);
    if (held >= 0) return (held + 1) * APPEND.reservationMs;
    if (line.length >= LINE) return 0;
    line.push(newPlace(keyId));
    this.lines.set(chainId, line);
    if (line.length === 1) this.start(chainId);
    return line.length * APPEND.reservationMs;
  }

  /** The device used its place (or needs it no more). */
  used(chainId: string, keyId: string): void {
    if (this.lines.get(chainId)?.[0]?.keyId === keyId) this.advance(chainId);
  }

  clear(): void {
    for (const chainId of [...this.lines.keys()]) {
      for (const place of this.lines.get(chainId) ?? []) {
        clearTimeout(place.timer);
        place.release();
      }
      this.lines.delete(chainId);
    }
  }

  private start(chainId: string): void {
    const first = this.lines.get(chainId)?.[0];
    if (first === undefined) return;
    first.timer = setTimeout(() => {
      this.advance(chainId);
    }, APPEND.reservationMs);
  }

  private advance(chainId: string): void {
    const line = this.lines.get(chainId);
    const first = line?.shift();
    if (first === undefined) return;
    clearTimeout(first.timer);
    first.release();
    if (line === undefined || line.length === 0) this.lines.delete(chainId);
    else this.start(chainId);
  }
}

function newPlace(keyId: string): Place {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { keyId, released, release, timer: undefined };
}
