import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { BusinessCalendar } from '#calendar';
import { URGENCY, ladder, ladderStep, type Ladder } from '#protocol';
import { DEFAULT_LADDERS } from '../../../src/obligations/default-ladders.js';
import { advance, isHeard, levelOf, type Look } from '../../../src/obligations/ladder.policy.js';
import { plannedSteps, type Progress } from '../../../src/obligations/ladder.times.policy.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Friday 2026-03-06, 16:00 in Denver. */
const FRIDAY = Date.parse('2026-03-06T23:00:00Z');
const weekday = [{ from: '09:00', to: '17:00' }];

const WEEKDAYS: BusinessCalendar = {
  format: 'trialogue/business-calendar/1',
  calendar_id: 'practice',
  version: 1,
  zone: 'America/Denver',
  week: {
    monday: weekday,
    tuesday: weekday,
    wednesday: weekday,
    thursday: weekday,
    friday: weekday,
    saturday: [],
    sunday: [],
  },
  special_days: [],
};

function begun(of: Ladder, changes: Partial<Progress> = {}): Progress {
  const taken = of.steps.map(() => 0);
  return { openedAtMs: FRIDAY, dueAtMs: FRIDAY + 4 * HOUR, taken, earlyMs: [], pausedMs: 0, ...changes };
}

function look(nowMs: number, changes: Partial<Look> = {}): Look {
  return { nowMs, isEmpty: () => false, ...changes };
}

const stepsTaken = (of: Ladder, progress: Progress, given: Look) =>
  advance(of, progress, given).fired.map(({ step, repeat }) => [step, repeat]);

describe('a ladder', () => {
  const routine = DEFAULT_LADDERS[URGENCY.routine];
  const urgent = DEFAULT_LADDERS[URGENCY.urgent];
  const emergent = DEFAULT_LADDERS[URGENCY.emergent];

  it('reminds at three quarters of the time, then waits for the due time', () => {
    const progress = begun(routine);
    expect(stepsTaken(routine, progress, look(FRIDAY + 3 * HOUR - 1))).toEqual([]);
    expect(advance(routine, progress, look(FRIDAY + 3 * HOUR))).toMatchObject({
      fired: [{ step: 0, atMs: FRIDAY + 3 * HOUR, hastened: false }],
      taken: [1, 0, 0, 0],
      lookAtMs: progress.dueAtMs,
    });
  });

  it('counts business hours after due by the calendar of the organisation, over a weekend', () => {
    const progress = begun(routine, { dueAtMs: FRIDAY, taken: [1, 1, 0, 0] });
    const monday = Date.parse('2026-03-09T18:00:00Z');
    const calendar = WEEKDAYS;
    expect(stepsTaken(routine, progress, look(FRIDAY + 60 * HOUR, { calendar }))).toEqual([]);
    expect(stepsTaken(routine, progress, look(monday, { calendar }))).toEqual([[2, 0]]);
  });

  it('looks when a calendar could make it due, and then looks again when it does', () => {
    const progress = begun(routine, { dueAtMs: FRIDAY, taken: [1, 1, 0, 0] });
    const calendar = WEEKDAYS;
    expect(advance(routine, progress, look(FRIDAY, { calendar })).lookAtMs).toBe(FRIDAY + 4 * HOUR);
    expect(advance(routine, progress, look(FRIDAY + 4 * HOUR, { calendar })).lookAtMs).toBe(
      FRIDAY + 8 * HOUR,
    );
    expect(advance(routine, progress, look(FRIDAY + 8 * HOUR, { calendar })).lookAtMs).toBe(
      Date.parse('2026-03-09T18:00:00Z'),
    );
  });

  it('takes business hours for real ones without a calendar: earlier, never later', () => {
    const progress = begun(routine, { dueAtMs: FRIDAY, taken: [1, 1, 0, 0] });
    expect(stepsTaken(routine, progress, look(FRIDAY + 4 * HOUR))).toEqual([[2, 0]]);
  });

  it('lets a step that reaches nobody be followed by the next one at once', () => {
    const { fired } = advance(
      urgent,
      begun(urgent, { taken: [1, 0, 0, 0] }),
      look(FRIDAY + 15 * MINUTE, { isEmpty: (step) => step === 1 }),
    );
    expect(fired).toMatchObject([
      { step: 1, empty: true, hastened: false },
      { step: 2, empty: false, hastened: true },
    ]);
  });

  it('takes nothing before its time when the empty one was the last', () => {
    const progress = begun(urgent, { taken: [1, 1, 1, 0] });
    const { fired, lookAtMs } = advance(urgent, progress, look(progress.dueAtMs, { isEmpty: () => true }));
    expect(fired).toHaveLength(1);
    expect(lookAtMs).toBeUndefined();
  });

  it('takes the next step at once when what came before reached nobody, but repeats nothing for that', () => {
    const hastened = true;
    const told = begun(urgent, { taken: [1, 0, 0, 0] });
    expect(stepsTaken(urgent, told, look(FRIDAY + MINUTE, { hastened }))).toEqual([[1, 0]]);
    const allTaken = begun(emergent, { taken: [1, 1, 1, 1] });
    expect(stepsTaken(emergent, allTaken, look(FRIDAY, { hastened }))).toEqual([]);
  });

  it('does not count what the opening itself tells for the step that comes next', () => {
    const at = (nowMs: number) => stepsTaken(urgent, begun(urgent), look(nowMs, { hastened: true }));
    expect(at(FRIDAY)).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('repeats until its bound, and counts what was missed as one', () => {
    const at = (minutes: number, taken: number[]) =>
      stepsTaken(emergent, begun(emergent, { taken }), look(FRIDAY + minutes * MINUTE));
    expect(at(0, [0, 0, 0, 0])).toEqual([[0, 0]]);
    expect(at(2, [1, 0, 0, 0])).toEqual([[0, 1]]);
    const late = advance(emergent, begun(emergent, { taken: [2, 1, 1, 0] }), look(FRIDAY + 61 * MINUTE));
    expect(late.fired.map(({ step, repeat }) => [step, repeat])).toEqual([[0, 2]]);
    expect(late.lookAtMs).toBe(FRIDAY + 62 * MINUTE);
    expect(at(300, [61, 1, 1, 1])).toEqual([]);
  });

  describe('with a step that was taken before its time', () => {
    const paging = ladder.parse({
      ackHoldsMinutes: 60,
      steps: [
        { who: ['responder'], at: { minutesAfterOpening: 0 } },
        {
          who: ['directors'],
          at: { minutesAfterOpening: 30 },
          unlessAcknowledged: true,
          repeat: { everyMinutes: 5, times: 9 },
        },
        { who: ['opener'], at: { minutesAfterDue: 0 } },
      ],
    });
    /** The directors are called 28 minutes early; answers how it stands then. */
    const calledEarly = (progress: Progress, given: Partial<Look> = {}) => {
      const moved = advance(paging, progress, look(FRIDAY + 2 * MINUTE, { hastened: true, ...given }));
      expect(moved.fired).toMatchObject([{ step: 1, repeat: 0, hastened: true }]);
      return { ...progress, taken: moved.taken, earlyMs: moved.earlyMs };
    };
    const minutesOf = (progress: Progress) =>
      plannedSteps(paging, progress, { nowMs: FRIDAY }).map(({ step, repeat, atMs }) => [
        step,
        repeat,
        (atMs - FRIDAY) / MINUTE,
      ]);

    it('repeats it from when it was taken, while later steps keep their own times', () => {
      const called = calledEarly(begun(paging, { taken: [1, 0, 0] }));
      expect(minutesOf(called)).toEqual([
        [1, 1, 7],
        [2, 0, 240],
      ]);
      const again = advance(paging, called, look(FRIDAY + 7 * MINUTE));
      expect(again.fired).toMatchObject([{ step: 1, repeat: 1, hastened: false }]);
      expect(again.lookAtMs).toBe(FRIDAY + 12 * MINUTE);
    });

    it('lets a later acknowledgement hold its repetitions up like those of any other', () => {
      const called = calledEarly(begun(paging, { taken: [1, 0, 0] }));
      expect(minutesOf({ ...called, pausedMs: HOUR })).toContainEqual([1, 1, 67]);
    });

    it('repeats it no sooner than the acknowledgement ends that holds when it is taken', () => {
      const acknowledged = begun(paging, { taken: [1, 0, 0], pausedMs: HOUR });
      const called = calledEarly(acknowledged, { heldUntilMs: FRIDAY + 61 * MINUTE });
      expect(minutesOf(called)).toContainEqual([1, 1, 66]);
    });

    it('has no calendar put the repetitions off', () => {
      const closing = ladder.parse({
        ackHoldsMinutes: 60,
        steps: [
          {
            who: ['directors'],
            at: { businessMinutesAfterDue: 240 },
            repeat: { everyMinutes: 5, times: 9 },
          },
        ],
      });
      const calendar = WEEKDAYS;
      const nowMs = FRIDAY + 2 * MINUTE;
      const moved = advance(
        closing,
        begun(closing, { dueAtMs: FRIDAY }),
        look(nowMs, { calendar, hastened: true }),
      );
      const called = begun(closing, { dueAtMs: FRIDAY, taken: moved.taken, earlyMs: moved.earlyMs });
      expect(stepsTaken(closing, called, look(nowMs + 5 * MINUTE, { calendar }))).toEqual([[0, 1]]);
    });
  });

  it('holds an acknowledgement for a while: later steps move by that long, the due time does not', () => {
    const acknowledged = begun(urgent, { taken: [1, 0, 0, 0], pausedMs: HOUR });
    expect(
      plannedSteps(urgent, acknowledged, { nowMs: FRIDAY }).map(({ step, atMs }) => [step, atMs]),
    ).toEqual([
      [1, FRIDAY + 75 * MINUTE],
      [2, FRIDAY + 90 * MINUTE],
      [3, FRIDAY + 4 * HOUR],
    ]);
  });

  it('ends: whatever the instants, every step is taken at most so often, and again so long after the first time', () => {
    const anyStep = fc.record({
      at: fc.oneof(
        fc.record({ percentOfTime: fc.integer({ min: 0, max: 100 }) }),
        fc.record({ minutesAfterOpening: fc.nat(600) }),
        fc.record({ minutesAfterDue: fc.nat(600) }),
      ),
      unlessAcknowledged: fc.boolean(),
      repeat: fc.option(
        fc.record({ everyMinutes: fc.integer({ min: 1, max: 30 }), times: fc.integer({ min: 1, max: 9 }) }),
        { nil: undefined },
      ),
    });
    const history = fc.record({
      steps: fc.array(anyStep, { minLength: 1, maxLength: 6 }),
      looks: fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 400 }), hastened: fc.boolean() }), {
        minLength: 1,
        maxLength: 20,
      }),
      emptySteps: fc.array(fc.nat(5)),
    });
    fc.assert(
      fc.property(history, ({ steps, looks, emptySteps }) => {
        const of = ladder.parse({
          ackHoldsMinutes: 60,
          steps: steps.map((step) => ladderStep.parse({ who: ['responder'], ...step })),
        });
        let progress = begun(of);
        let nowMs = FRIDAY;
        const seen = new Set<string>();
        const firstMs = new Map<number, number>();
        for (const { minutes, hastened: soon } of [...looks, { minutes: 40_000, hastened: false }]) {
          nowMs += minutes * MINUTE;
          const isEmpty = (step: number) => emptySteps.includes(step);
          const moved = advance(of, progress, look(nowMs, { isEmpty, hastened: soon }));
          for (const { step, repeat, atMs, hastened } of moved.fired) {
            expect(seen.has(`${step}.${repeat}`)).toBe(false);
            seen.add(`${step}.${repeat}`);
            expect(hastened || atMs <= nowMs).toBe(true);
            if (repeat === 0) firstMs.set(step, hastened ? nowMs : atMs);
            const everyMs = (of.steps[step]?.repeat?.everyMinutes ?? 0) * MINUTE;
            if (repeat > 0) expect(atMs).toBe((firstMs.get(step) ?? NaN) + repeat * everyMs);
          }
          if (moved.lookAtMs !== undefined) expect(moved.lookAtMs).toBeGreaterThan(nowMs);
          progress = { ...progress, taken: moved.taken, earlyMs: moved.earlyMs };
        }
        expect(levelOf(progress.taken)).toBe(of.steps.length);
      }),
    );
  });

  it.each(Object.entries(DEFAULT_LADDERS))(
    'built in for urgency %s is well-formed and heard',
    (_, builtIn) => {
      expect(ladder.parse(builtIn)).toEqual(builtIn);
      expect(isHeard(builtIn)).toBe(true);
    },
  );

  it('built in is frozen: obligations on their way would change with it', () => {
    const digest = createHash('sha256').update(JSON.stringify(DEFAULT_LADDERS)).digest('hex');
    expect(digest).toBe('cb83add2238712ef0fcc8b7142a0071f05ca7f76a49b4b19e1c70930d703a889');
  });

  it('is not heard when an acknowledgement, the responder alone or the opening itself could keep it quiet', () => {
    const due = { minutesAfterDue: 0 };
    const heard = (step: object) => isHeard(ladder.parse({ ackHoldsMinutes: 60, steps: [step] }));
    expect(heard({ who: ['opener'], at: due })).toBe(true);
    expect(heard({ who: ['administrators'], at: { percentOfTime: 50 } })).toBe(true);
    expect(heard({ who: ['opener'], at: { percentOfTime: 1 } })).toBe(true);
    expect(heard({ who: ['opener'], at: { percentOfTime: 0 } })).toBe(false);
    expect(heard({ who: ['administrators'], at: { percentOfTime: 0 } })).toBe(true);
    expect(heard({ who: ['responder'], at: due })).toBe(false);
    expect(heard({ who: ['opener'], at: due, unlessAcknowledged: true })).toBe(false);
    expect(heard({ who: ['opener'], at: { minutesAfterDue: 30 } })).toBe(false);
  });
});
