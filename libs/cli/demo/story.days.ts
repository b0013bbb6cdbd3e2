import type { Narrator } from './narrator.js';

const DAY_MS = 24 * 3_600_000;
/** The story ends before today, so that nothing in it is dated ahead. */
const LAST_DAY = 214;

/** The zone the case is kept in: all clocks of the story read alike everywhere. */
export const ZONE = 'UTC';

/**
 * The course of care takes months and the demo a minute: the days of the story are told, not waited for. What its
 * events say happened then is dated by this calendar; what is due in the service is due by the real clock.
 */
export class StoryDays {
  private readonly firstDayMs = Math.floor(Date.now() / DAY_MS - LAST_DAY - 1) * DAY_MS;
  private told = '';

  constructor(private readonly narrator: Narrator) {}

  /** The story goes on at this moment; answers it as clinical events spell instants. */
  turnTo(day: number, time: string): string {
    const at = this.at(day, time);
    const date = at.slice(0, 10);
    if (date !== this.told) this.narrator.day(`day ${day} of the story, ${date}`);
    this.told = date;
    return at;
  }

  /** Another moment of the story. `time`: HH:MM. */
  at(day: number, time: string): string {
    const date = new Date(this.firstDayMs + day * DAY_MS).toISOString().slice(0, 10);
    return `${date}T${time}:00Z`;
  }
}
