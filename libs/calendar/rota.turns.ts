import { openStretches, type OpeningHours } from './business.calendar.js';
import type { RotaRule } from './rota.schema.js';
import { Temporal } from './temporal.js';
import { dayOfMs } from './zoned.days.js';

/** A stretch of time in epoch milliseconds: `fromMs` belongs to it, `toMs` no longer. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A person's turn under one rule, or the part of it within the hours of the rule. */
export interface Turn extends Range {
  readonly person: string;
}

/**
 * The turns of a rule that touch a range, in order. A hand-over is read on the clock of the zone: where the clock
 * jumps over it, it happens as much later; where the clock shows it twice, the first time.
 */
export function turnsBetween(rule: RotaRule, zone: string, range: Range): readonly Turn[] {
  const turns: Turn[] = [];
  for (let number = firstNumber(rule, zone, range.fromMs); ; number += 1) {
    const turn = { fromMs: startOfTurn(rule, zone, number), toMs: startOfTurn(rule, zone, number + 1) };
    if (turn.fromMs >= range.toMs) return turns;
    if (turn.toMs <= range.fromMs) continue;
    const person = rule.people[number % rule.people.length] ?? '';
    turns.push(...hoursOf(rule, zone, { turn, range }).map((stretch) => ({ ...stretch, person })));
  }
}

function startOfTurn(rule: RotaRule, zone: string, number: number): number {
  return Temporal.PlainDate.from(rule.starts_on)
    .add({ weeks: number * rule.every_weeks })
    .toZonedDateTime({ timeZone: zone, plainTime: rule.hands_over.at }).epochMilliseconds;
}

/** One before the turn the calendar day suggests: the hand-over of that day may still be ahead. */
function firstNumber(rule: RotaRule, zone: string, atMs: number): number {
  const days = Temporal.PlainDate.from(rule.starts_on).until(dayOfMs(atMs, zone)).days;
  return Math.max(0, Math.floor(days / (7 * rule.every_weeks)) - 1);
}

function hoursOf(
  { within }: RotaRule,
  zone: string,
  { turn, range }: { turn: Range; range: Range },
): readonly Range[] {
  if (within === null) return [turn];
  return openRanges({ zone, week: within, special_days: [] }, clipped(turn, range));
}

/** The open stretches of opening hours within a range, in order and apart. */
export function openRanges(hours: OpeningHours, range: Range): readonly Range[] {
  const ranges: { fromMs: number; toMs: number }[] = [];
  const last = dayOfMs(range.toMs, hours.zone);
  for (
    let day = dayOfMs(range.fromMs, hours.zone);
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  ) {
    for (const { openMs, closeMs } of openStretches(hours, day)) {
      const next = clipped({ fromMs: openMs, toMs: closeMs }, range);
      const before = ranges.at(-1);
      if (before?.toMs === next.fromMs) before.toMs = Math.max(before.toMs, next.toMs);
      else if (next.fromMs < next.toMs) ranges.push({ ...next });
    }
  }
  return ranges;
}

/** The part of a stretch that lies in a range; empty (`fromMs >= toMs`) when there is none. */
export function clipped(stretch: Range, range: Range): Range {
  return { fromMs: Math.max(stretch.fromMs, range.fromMs), toMs: Math.min(stretch.toMs, range.toMs) };
}
