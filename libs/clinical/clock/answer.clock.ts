import { z } from 'zod';
import { Temporal, dueAt, type BusinessCalendar, type Span } from '#calendar';
import { allDifferent, line, text } from '../fields.schema.js';
import { approval, identifier, version } from '../flags/approval.schema.js';
import { EVENT_NAMES, ROLES, type EventName, type RoleWord } from '../vocabulary.js';

const count = z.int().min(1).max(10_000);
const span = z.union([
  z.strictObject({ business_hours: count }),
  z.strictObject({ business_days: count }),
  z.strictObject({ hours: count }),
  z.strictObject({ minutes: count }),
]);

const eventName = z.enum(Object.keys(EVENT_NAMES) as [EventName, ...EventName[]]);

const row = z
  .strictObject({
    asked_by: eventName,
    responder: z.enum(ROLES),
    counts_from: z.enum(['entry', 'visit']).describe('What starts the clock'),
    acknowledge_within: span.nullable(),
    answer_within: span.nullable().describe('null: bounded by what it must precede alone'),
    not_later_than: z
      .strictObject({ before: z.enum(['session_start', 'plan_end']), hours: z.int().min(0).max(10_000) })
      .nullable(),
  })
  .refine((given) => given.answer_within !== null || given.not_later_than !== null, {
    path: ['answer_within'],
    error: 'must say by when in one way or the other',
  });

export type AnswerClockRow = z.infer<typeof row>;

/** By when which role answers what: data of an organisation, versioned; a change touches only what is asked later. */
export const answerClockSchema = z
  .strictObject({
    format: z.literal('trialogue/answer-clock/1'),
    clock_id: identifier,
    version,
    title: line(),
    approval,
    source: text(1_000),
    rows: z.array(row).min(1).max(200),
  })
  .refine(({ rows }) => allDifferent(rows.map(keyOf)), {
    path: ['rows'],
    error: 'must not answer one question twice',
  });
export type AnswerClock = z.infer<typeof answerClockSchema>;

export interface DueTimes {
  readonly acknowledgeBy: string | null;
  readonly answerBy: string | null;
  /** What set the answer time; `at_once`: what it must precede leaves no time at all. */
  readonly answerBoundBy: 'span' | 'session_start' | 'plan_end' | 'at_once' | null;
}

/** The row that fits a question; null when the clock has none. */
export function rowFor(
  clock: AnswerClock,
  question: {
    readonly askedBy: EventName;
    readonly responder: RoleWord;
    readonly countsFrom?: 'entry' | 'visit';
  },
): AnswerClockRow | null {
  const { askedBy, responder, countsFrom = 'entry' } = question;
  const key = keyOf({ asked_by: askedBy, responder, counts_from: countsFrom });
  return clock.rows.find((candidate) => keyOf(candidate) === key) ?? null;
}

/** A clock in which an organisation's own rows stand in for the rows that answer the same question, or come along. */
export function overrideRows(clock: AnswerClock, own: readonly AnswerClockRow[]): AnswerClock {
  const replaced = new Set(own.map(keyOf));
  return { ...clock, rows: [...clock.rows.filter((kept) => !replaced.has(keyOf(kept))), ...own] };
}

/**
 * When acknowledgement and answer are due. `calendar` is that of the responder's organisation. The answer is due at
 * the earlier of its span and what it must precede, but never before it was asked; the acknowledgement never after
 * the answer. `answerBy` is null only when all depends on a moment that is not known yet.
 */
export function dueTimes(
  clockRow: AnswerClockRow,
  circumstances: {
    readonly calendar: BusinessCalendar;
    readonly from: string;
    readonly sessionStartsAt: string | null;
    readonly planEndsAt: string | null;
  },
): DueTimes {
  const { calendar, from } = circumstances;
  const within = (length: Span | null) => (length === null ? null : dueAt(calendar, from, length));
  const candidates: [NonNullable<DueTimes['answerBoundBy']>, string | null][] = [
    ['span', within(clockRow.answer_within)],
    [clockRow.not_later_than?.before ?? 'span', precedingAt(clockRow, circumstances)],
  ];
  const known = candidates.flatMap(([by, at]) => (at === null ? [] : [{ by, at }]));
  const [first] = known.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  const acknowledgeBy = within(clockRow.acknowledge_within);
  if (first === undefined) return { acknowledgeBy, answerBy: null, answerBoundBy: null };
  const isPast = Temporal.Instant.compare(first.at, from) <= 0;
  const answerBy = isPast ? instantText(from) : first.at;
  return {
    acknowledgeBy: acknowledgeBy === null ? null : earlierOf(acknowledgeBy, answerBy),
    answerBy,
    answerBoundBy: isPast ? 'at_once' : first.by,
  };
}

function precedingAt(
  { not_later_than: bound }: AnswerClockRow,
  moments: { readonly sessionStartsAt: string | null; readonly planEndsAt: string | null },
): string | null {
  if (bound === null) return null;
  const moment = bound.before === 'session_start' ? moments.sessionStartsAt : moments.planEndsAt;
  return moment === null ? null : Temporal.Instant.from(moment).subtract({ hours: bound.hours }).toString();
}

function keyOf(given: Pick<AnswerClockRow, 'asked_by' | 'responder' | 'counts_from'>): string {
  return `${given.asked_by} ${given.responder} ${given.counts_from}`;
}

function earlierOf(a: string, b: string): string {
  return Temporal.Instant.compare(a, b) <= 0 ? a : b;
}

function instantText(instant: string): string {
  return Temporal.Instant.from(instant).toString();
}
