import { Temporal, dayAt, endOf, startOf } from '#calendar';
import { shortestGapDays, type Block, type ProtocolTemplate } from './protocol-template.schema.js';

/** What bounds the next session from outside the template. Dates are whole days in the zone of the case. */
export interface SessionLimit {
  readonly from: 'eligibility' | 'session_cap' | 'dose_decision' | 'maintenance_plan' | 'hold';
  readonly notBefore: string | null;
  /** The last day that is still allowed. */
  readonly notAfter: string | null;
  readonly minDaysBetween: number | null;
  readonly sessionsLeft: number | null;
}

export interface Course {
  readonly template: ProtocolTemplate;
  /** Zone of the case: what "day" means. */
  readonly zone: string;
  /** Starts of the sessions that were held, in any order. */
  readonly sessions: readonly string[];
  /** When a review was recorded, in any order. */
  readonly reviews: readonly string[];
  readonly limits: readonly SessionLimit[];
}

export type BoundBy = 'spacing' | 'span' | SessionLimit['from'];

/** One end of the window: the day, and what makes it that day. */
export interface Bound {
  readonly day: string;
  readonly by: BoundBy;
}

/**
 * - `window`: from the start of `opens.day` to the end of `closes.day`; null: nothing bounds that end.
 *   `optional`: the block has had its least number. `spanMissed`: the block can no longer end within its span.
 * - `review_due`: a review must be recorded before the course goes on.
 * - `no_window`: the bounds contradict each other, or no session is left; people have to decide.
 */
export type NextSession =
  | {
      readonly kind: 'window';
      readonly number: number;
      readonly block: string;
      readonly optional: boolean;
      readonly opens: Bound | null;
      readonly opensAt: string | null;
      readonly targetDay: string | null;
      readonly closes: Bound | null;
      /** First instant that is too late. */
      readonly closesAt: string | null;
      readonly spanMissed: boolean;
    }
  | {
      readonly kind: 'review_due';
      readonly afterSession: number;
      readonly since: string;
      readonly block: string;
    }
  | { readonly kind: 'complete'; readonly sessions: number }
  | { readonly kind: 'no_window'; readonly number: number; readonly opens: Bound; readonly closes: Bound }
  | { readonly kind: 'none_left'; readonly number: number; readonly by: SessionLimit['from'] };

type Day = Temporal.PlainDate;
interface DayBound {
  readonly day: Day;
  readonly by: BoundBy;
}
interface Place {
  readonly block: Block;
  /** Sessions already held in this block, in order. */
  readonly held: readonly string[];
}

/** When the next session may be, by the template and everything that bounds it. Pure: "now" plays no part. */
export function nextSession(course: Course): NextSession {
  const sessions = inTime(course.sessions);
  const number = sessions.length + 1;
  const place = findPlace(course.template.blocks, sessions, inTime(course.reviews));
  if (place === 'complete') return { kind: 'complete', sessions: sessions.length };
  const last = sessions.at(-1) ?? null;
  if ('reviewAfter' in place) {
    return {
      kind: 'review_due',
      afterSession: sessions.length,
      since: place.reviewAfter,
      block: place.block.name,
    };
  }
  const used = course.limits.find(({ sessionsLeft }) => sessionsLeft !== null && sessionsLeft < 1);
  if (used !== undefined) return { kind: 'none_left', number, by: used.from };
  const lastDay = last === null ? null : dayAt(last, course.zone);
  const own = ownWindow(place, lastDay, course.zone);
  const opens = latest([own.opens, ...course.limits.flatMap((limit) => opensOf(limit, lastDay))]);
  const closes = earliest([own.closes, ...course.limits.flatMap(closesOf)]);
  if (opens !== null && closes !== null && isAfter(opens.day, closes.day)) {
    return { kind: 'no_window', number, opens: written(opens), closes: written(closes) };
  }
  return {
    kind: 'window',
    number,
    block: place.block.name,
    optional: place.held.length >= place.block.sessions.min,
    opens: opens && written(opens),
    opensAt: opens && startOf(opens.day, course.zone).toString(),
    targetDay: own.target?.toString() ?? null,
    closes: closes && written(closes),
    closesAt: closes && endOf(closes.day, course.zone).toString(),
    spanMissed: own.spanMissed,
  };
}

/** Where the course stands. A block is left when it is full, or by a review once it has had its least number. */
function findPlace(
  blocks: readonly Block[],
  sessions: readonly string[],
  reviews: readonly string[],
): Place | 'complete' | { readonly block: Block; readonly reviewAfter: string } {
  let from = 0;
  for (const block of blocks) {
    const { held, reviewed } = takeBlock(block, sessions.slice(from), reviews);
    from += held.length;
    const isOver = from === sessions.length;
    const last = held.at(-1);
    const isFull = held.length === block.sessions.max;
    if (isOver && isFull && block.then === 'review' && !reviewed && last !== undefined) {
      return { block, reviewAfter: last };
    }
    if (isOver && !isFull && !reviewed) return { block, held };
  }
  return 'complete';
}

function takeBlock(block: Block, sessions: readonly string[], reviews: readonly string[]) {
  const held: string[] = [];
  const isReviewedBefore = (next: string | undefined) =>
    block.then === 'review' &&
    held.length >= block.sessions.min &&
    reviews.some(
      (review) => !isEarlier(review, held.at(-1) ?? '') && (next === undefined || !isEarlier(next, review)),
    );
  for (const session of sessions) {
    if (held.length === block.sessions.max || isReviewedBefore(session)) break;
    held.push(session);
  }
  return { held, reviewed: isReviewedBefore(sessions[held.length]) };
}

/** The template's own window; it never contradicts itself: where the span pushes, the later end gives way. */
function ownWindow({ block, held }: Place, last: Day | null, zone: string) {
  const empty = { opens: null, closes: null, target: null, spanMissed: false };
  if (last === null) return empty;
  const { every, earlier_days: earlier, later_days: later } = block.spacing;
  const target = last.add({ [`${every.unit}s`]: every.count });
  let opens: DayBound = { day: target.subtract({ days: earlier }), by: 'spacing' };
  let closes: DayBound = { day: target.add({ days: later }), by: 'spacing' };
  const [first] = held;
  if (block.span_days === null || first === undefined) return { opens, closes, target, spanMissed: false };
  const span = spanBounds(block, held.length, dayAt(first, zone));
  opens = latest([opens, span.opens]) ?? opens;
  const spanMissed = isAfter(opens.day, span.closes.day);
  if (!spanMissed) closes = earliest([closes, span.closes]) ?? closes;
  if (isAfter(opens.day, closes.day)) closes = opens;
  return { opens, closes, target, spanMissed };
}

/** The last obligatory session may not come before the shortest span; each must leave room for those still to come. */
function spanBounds(block: Block, held: number, first: Day): { opens: DayBound | null; closes: DayBound } {
  const { min = null, max = 1 } = block.span_days ?? {};
  const toCome = Math.max(0, block.sessions.min - held - 1);
  const closes = first.add({ days: max - 1 - toCome * shortestGapDays(block.spacing) });
  const opens = min === null || toCome > 0 ? null : first.add({ days: min - 1 });
  return { opens: opens && { day: opens, by: 'span' }, closes: { day: closes, by: 'span' } };
}

function opensOf(limit: SessionLimit, last: Day | null): DayBound[] {
  const bounds = limit.notBefore === null ? [] : [Temporal.PlainDate.from(limit.notBefore)];
  if (last !== null && limit.minDaysBetween !== null) bounds.push(last.add({ days: limit.minDaysBetween }));
  return bounds.map((day) => ({ day, by: limit.from }));
}

function closesOf({ notAfter, from }: SessionLimit): DayBound[] {
  return notAfter === null ? [] : [{ day: Temporal.PlainDate.from(notAfter), by: from }];
}

/** Of equals the first named: the template before what bounds it. */
function latest(bounds: readonly (DayBound | null)[]): DayBound | null {
  return bounds.reduce((best, next) => (next && (!best || isAfter(next.day, best.day)) ? next : best), null);
}

function earliest(bounds: readonly (DayBound | null)[]): DayBound | null {
  return bounds.reduce((best, next) => (next && (!best || isAfter(best.day, next.day)) ? next : best), null);
}

function isAfter(a: Day, b: Day): boolean {
  return Temporal.PlainDate.compare(a, b) > 0;
}

function written({ day, by }: DayBound): Bound {
  return { day: day.toString(), by };
}

function inTime(instants: readonly string[]): readonly string[] {
  return instants.toSorted((a, b) => Temporal.Instant.compare(a, b));
}

function isEarlier(a: string, b: string): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}
