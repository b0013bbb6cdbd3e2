import {
  DEFAULT_ANSWER_CLOCK,
  answerClockSchema,
  dueTimes,
  overrideRows,
  rowFor,
  type AnswerClockRow,
} from '#clinical';
import type { BusinessCalendar } from '#calendar';

const open = [{ from: '09:00', to: '17:00' }];
const calendar: BusinessCalendar = {
  format: 'trialogue/business-calendar/1',
  calendar_id: 'example',
  version: 1,
  zone: 'America/Denver',
  week: {
    monday: open,
    tuesday: open,
    wednesday: open,
    thursday: open,
    friday: open,
    saturday: [],
    sunday: [],
  },
  special_days: [],
};
type Question = Parameters<typeof rowFor>[1];

function due(
  question: Question,
  from: string,
  moments: { sessionStartsAt?: string; planEndsAt?: string } = {},
) {
  const row = rowFor(DEFAULT_ANSWER_CLOCK, question);
  if (row === null) throw new Error('no row');
  const { sessionStartsAt = null, planEndsAt = null } = moments;
  return dueTimes(row, { calendar, from, sessionStartsAt, planEndsAt });
}

/** Monday 09:00 in Denver. */
const MONDAY = '2026-11-23T16:00:00Z';
/** Friday 17:05 in Denver. */
const FRIDAY = '2026-11-21T00:05:00Z';
const dose: Question = { askedBy: 'dose_adjustment_request', responder: 'prescriber' };

describe('the default clock of the pathway', () => {
  it('is valid data that nobody has approved', () => {
    expect(answerClockSchema.parse(JSON.parse(JSON.stringify(DEFAULT_ANSWER_CLOCK)))).toEqual(
      DEFAULT_ANSWER_CLOCK,
    );
    expect(DEFAULT_ANSWER_CLOCK.approval).toBe('none');
  });

  it('a referral is acknowledged within 4 and answered within 8 business hours', () => {
    expect(due({ askedBy: 'referral', responder: 'prescriber' }, MONDAY)).toEqual({
      acknowledgeBy: '2026-11-23T20:00:00Z',
      answerBy: '2026-11-24T00:00:00Z',
      answerBoundBy: 'span',
    });
    expect(due({ askedBy: 'referral', responder: 'prescriber', countsFrom: 'visit' }, MONDAY).answerBy).toBe(
      '2026-11-25T00:00:00Z',
    );
  });

  it('a client has 72 real hours, a therapist 8 business hours', () => {
    expect(due({ askedBy: 'eligibility_decision', responder: 'client' }, FRIDAY).answerBy).toBe(
      '2026-11-24T00:05:00Z',
    );
    expect(due({ askedBy: 'eligibility_decision', responder: 'therapist' }, FRIDAY).answerBy).toBe(
      '2026-11-24T00:00:00Z',
    );
  });

  it('vitals out of range: 3 minutes and 10 minutes, at any hour', () => {
    expect(due({ askedBy: 'vitals_alert', responder: 'prescriber' }, '2026-11-22T09:00:00Z')).toEqual({
      acknowledgeBy: '2026-11-22T09:03:00Z',
      answerBy: '2026-11-22T09:10:00Z',
      answerBoundBy: 'span',
    });
  });

  it('a dose question on Friday 17:05 for Monday 09:00 is due 24 hours before the session, not after the weekend', () => {
    expect(due(dose, FRIDAY, { sessionStartsAt: MONDAY })).toEqual({
      acknowledgeBy: null,
      answerBy: '2026-11-22T16:00:00Z',
      answerBoundBy: 'session_start',
    });
    expect(due(dose, FRIDAY)).toMatchObject({ answerBy: '2026-11-25T00:00:00Z', answerBoundBy: 'span' });
    expect(due(dose, FRIDAY, { sessionStartsAt: '2026-12-10T16:00:00Z' }).answerBoundBy).toBe('span');
  });

  it('with less than 24 hours left it is due at once, and says so', () => {
    expect(due(dose, MONDAY, { sessionStartsAt: '2026-11-23T18:00:00Z' })).toMatchObject({
      answerBy: MONDAY,
      answerBoundBy: 'at_once',
    });
    expect(due(dose, MONDAY, { sessionStartsAt: '2026-11-24T16:00:00Z' })).toMatchObject({
      answerBy: MONDAY,
      answerBoundBy: 'at_once',
    });
  });

  it('what is due before a moment nobody knows yet has no time, and gets one with the moment', () => {
    const preparation: Question = { askedBy: 'preparation_ready', responder: 'client' };
    expect(due(preparation, MONDAY)).toEqual({ acknowledgeBy: null, answerBy: null, answerBoundBy: null });
    expect(due(preparation, MONDAY, { sessionStartsAt: '2026-11-30T16:00:00Z' }).answerBy).toBe(
      '2026-11-30T16:00:00Z',
    );
    const assent: Question = { askedBy: 'maintenance_plan', responder: 'client' };
    expect(due(assent, MONDAY, { planEndsAt: '2026-12-31T07:00:00Z' })).toMatchObject({
      answerBy: '2026-12-24T07:00:00Z',
      answerBoundBy: 'plan_end',
    });
  });

  it('an acknowledgement is never due after the answer', () => {
    const row: AnswerClockRow = {
      asked_by: 'referral',
      responder: 'prescriber',
      counts_from: 'entry',
      acknowledge_within: { business_hours: 4 },
      answer_within: { minutes: 5 },
      not_later_than: null,
    };
    const times = dueTimes(row, { calendar, from: MONDAY, sessionStartsAt: null, planEndsAt: null });
    expect(times).toMatchObject({ acknowledgeBy: '2026-11-23T16:05:00Z', answerBy: '2026-11-23T16:05:00Z' });
  });
});

describe('an organisation’s own rows', () => {
  const own: AnswerClockRow = {
    asked_by: 'referral',
    responder: 'prescriber',
    counts_from: 'entry',
    acknowledge_within: null,
    answer_within: { business_days: 2 },
    not_later_than: null,
  };

  it('stand in for the default of the same question and leave all others and the default itself alone', () => {
    const clock = overrideRows(DEFAULT_ANSWER_CLOCK, [own]);
    expect(rowFor(clock, { askedBy: 'referral', responder: 'prescriber' })).toBe(own);
    expect(rowFor(clock, dose)).toBe(rowFor(DEFAULT_ANSWER_CLOCK, dose));
    expect(clock.rows).toHaveLength(DEFAULT_ANSWER_CLOCK.rows.length);
    expect(answerClockSchema.safeParse(clock).success).toBe(true);
    expect(rowFor(DEFAULT_ANSWER_CLOCK, { askedBy: 'referral', responder: 'prescriber' })).not.toBe(own);
    expect(rowFor(clock, { askedBy: 'note', responder: 'client' })).toBeNull();
  });

  it('must say by when, once per question', () => {
    const valid = (rows: object[]) => answerClockSchema.safeParse({ ...DEFAULT_ANSWER_CLOCK, rows }).success;
    expect(valid([own])).toBe(true);
    expect(valid([own, own])).toBe(false);
    expect(valid([{ ...own, answer_within: null }])).toBe(false);
    expect(valid([{ ...own, answer_within: { hours: 0 } }])).toBe(false);
    expect(valid([{ ...own, answer_within: { hours: 1, minutes: 1 } }])).toBe(false);
    expect(valid([{ ...own, asked_by: 'guess' }])).toBe(false);
  });
});
