import { UsageError } from './failure.js';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SPAN_PATTERN = /^(\d+(?:\.\d+)?)([smhd])$/u;

/** `90s`, `30m`, `8h`, `2d` as milliseconds. */
export function spanMs(text: string): number {
  const match = SPAN_PATTERN.exec(text.trim());
  if (match === null) throw new UsageError(`"${text}" is no length of time: write 90s, 30m, 8h or 2d.`);
  return Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
}

/** A date with a time (ISO 8601, local when it names no zone) or a length of time from now. */
export function instantMs(text: string, nowMs: number): number {
  if (SPAN_PATTERN.test(text.trim())) return nowMs + spanMs(text);
  const atMs = isCalendarDay(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw new UsageError(
      `"${text}" is no time: write 8h, or 2026-12-01T16:00 (with Z or an offset if not local).`,
    );
  }
  return atMs;
}

/** The same where only a time to come makes sense. */
export function comingMs(text: string, nowMs: number): number {
  const atMs = instantMs(text, nowMs);
  if (atMs <= nowMs) throw new UsageError(`"${text}" is not ahead: write a time to come, such as 8h.`);
  return atMs;
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isCalendarDay(text: string): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})T/u.exec(text)?.[1];
  const midnight = new Date(`${day ?? ''}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(`${day ?? ''}T`);
}

/** Local date and minute for people; `--json` always carries ISO 8601 in UTC. */
export function instantText(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** How far away an instant is, in the largest unit that says something. */
export function distanceText(atMs: number, nowMs: number): string {
  const span = Math.abs(atMs - nowMs);
  const unit = (['d', 'h', 'm'] as const).find((name) => span >= 2 * UNIT_MS[name]) ?? 's';
  const count = Math.floor(span / UNIT_MS[unit]);
  return atMs >= nowMs ? `in ${count}${unit}` : `${count}${unit} ago`;
}
