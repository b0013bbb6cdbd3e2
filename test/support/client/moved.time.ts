import { performance } from 'node:perf_hooks';
import { Temporal } from '#calendar';
import { installMovableClock, type MovableClock } from '../servers/moved.clock.js';

/** A moment of the week, as a clock on a wall shows it. */
export interface WallTime {
  /** 1 is Monday. */
  readonly weekday: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** HH:MM */
  readonly at: string;
}

/**
 * The time of a story: the clock of its database and those of this process, moved forward together, as if the story
 * had been waited for. Timers run on in real time.
 */
export class MovedTime {
  private readonly real = { dateNow: Date.now, performanceNow: performance.now.bind(performance) };
  private aheadMs = 0;

  private constructor(private readonly database: MovableClock) {
    const { dateNow, performanceNow } = this.real;
    Date.now = () => dateNow() + this.aheadMs;
    performance.now = () => performanceNow() + this.aheadMs;
  }

  /** Before the migrations of that database. */
  static async install(databaseUrl: string): Promise<MovedTime> {
    return new MovedTime(await installMovableClock(databaseUrl));
  }

  now(): Date {
    return new Date(Date.now());
  }

  async moveTo(at: Date): Promise<void> {
    const ms = at.getTime() - Date.now();
    if (ms < 0) throw new Error(`the story is past ${at.toISOString()} already`);
    await this.database.advance(ms);
    this.aheadMs += ms;
  }

  /** Real time again, for whatever comes after the story. */
  restore(): void {
    Date.now = this.real.dateNow;
    performance.now = this.real.performanceNow;
  }
}

/** The first such moment after `from` in a zone. */
export function nextWallTime(from: Date, zone: string, { weekday, at }: WallTime): Date {
  const now = Temporal.Instant.from(from.toISOString()).toZonedDateTimeISO(zone);
  const today = now.withPlainTime(at);
  const days = (weekday - now.dayOfWeek + 7) % 7;
  const found = today.add({ days });
  const later = Temporal.ZonedDateTime.compare(found, now) > 0 ? found : found.add({ days: 7 });
  return new Date(later.epochMilliseconds);
}
