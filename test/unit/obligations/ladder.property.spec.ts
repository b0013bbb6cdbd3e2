import fc from 'fast-check';
import { STEP_PEOPLE, ladder, ladderStep, type Ladder } from '#protocol';
import { DEFAULT_LADDERS } from '../../../src/obligations/default-ladders.js';
import { advance, isHeard } from '../../../src/obligations/ladder.policy.js';
import { plannedSteps, type Progress } from '../../../src/obligations/ladder.times.policy.js';

const MINUTE = 60_000;
const OPENED = Date.parse('2026-03-06T23:00:00Z');

/** What happens between opening and due: an acknowledgement, or somebody who could not be told. */
interface Incident {
  readonly atMinute: number;
  readonly what: 'acknowledged' | 'undelivered';
}

const anyStep = fc.record({
  who: fc.uniqueArray(fc.constantFrom(...STEP_PEOPLE), { minLength: 1, maxLength: 3 }),
  at: fc.oneof(
    fc.record({ percentOfTime: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ minutesAfterOpening: fc.nat(600) }),
    fc.record({ minutesAfterDue: fc.constantFrom(0, 0, 30) }),
    fc.record({ businessMinutesAfterDue: fc.integer({ min: 1, max: 600 }) }),
  ),
  unlessAcknowledged: fc.boolean(),
  repeat: fc.option(
    fc.record({ everyMinutes: fc.integer({ min: 1, max: 30 }), times: fc.integer({ min: 1, max: 9 }) }),
    { nil: undefined },
  ),
});
const heardLadder = fc
  .record({
    ackHoldsMinutes: fc.integer({ min: 1, max: 10_000 }),
    steps: fc.array(
      anyStep.map((step) => ladderStep.parse(step)),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map((content) => ladder.parse(content))
  .filter(isHeard);
const anyLadder = fc.oneof(fc.constantFrom(...Object.values(DEFAULT_LADDERS)), heardLadder);
const anyIncidents = fc.array(
  fc.record({
    atMinute: fc.nat(1_000),
    what: fc.constantFrom<Incident['what']>('acknowledged', 'undelivered'),
  }),
  { maxLength: 30 },
);

/** One question as its row and the engine have it: an incident moves what they keep, a look takes what is due. */
class Question {
  readonly told = new Set<string>();
  private progress: Progress;
  private lookAtMs: number | undefined;
  private heldUntilMs: number | null = null;

  constructor(
    private readonly ladder: Ladder,
    readonly dueAtMs: number,
  ) {
    const taken = ladder.steps.map(() => 0);
    this.progress = { openedAtMs: OPENED, dueAtMs, taken, earlyMs: [], pausedMs: 0 };
    this.lookAtMs = plannedSteps(ladder, this.progress, { nowMs: OPENED })[0]?.atMs;
  }

  happens(what: Incident['what'], nowMs: number): void {
    if (what === 'undelivered') {
      this.look(nowMs, this.lookAtMs !== undefined);
      return;
    }
    const holdMs = this.ladder.ackHoldsMinutes * MINUTE;
    const leftMs = Math.max(0, (this.heldUntilMs ?? nowMs) - nowMs);
    this.progress = { ...this.progress, pausedMs: this.progress.pausedMs + holdMs - leftMs };
    this.heldUntilMs = nowMs + holdMs;
  }

  /** The engine looks whenever it said it would. */
  passUntil(nowMs: number): void {
    while (this.lookAtMs !== undefined && this.lookAtMs <= nowMs) this.look(this.lookAtMs, false);
  }

  private look(nowMs: number, hastened: boolean): void {
    const { heldUntilMs } = this;
    const { fired, taken, earlyMs, lookAtMs } = advance(this.ladder, this.progress, {
      ...{ nowMs, hastened, heldUntilMs },
      isEmpty: () => false,
    });
    this.progress = { ...this.progress, taken, earlyMs };
    this.lookAtMs = lookAtMs;
    for (const { step } of fired) for (const who of this.ladder.steps[step]?.who ?? []) this.told.add(who);
  }
}

describe('no ladder that is taken', () => {
  it('can be kept quiet: by the due time opener or administrators are told, whoever acknowledges and whoever cannot be told', () => {
    fc.assert(
      fc.property(
        fc.record({ of: anyLadder, minutes: fc.integer({ min: 1, max: 1_000 }), incidents: anyIncidents }),
        ({ of, minutes, incidents }) => {
          const question = new Question(of, OPENED + minutes * MINUTE);
          for (const { atMinute, what } of incidents.toSorted((a, b) => a.atMinute - b.atMinute)) {
            if (atMinute >= minutes) break;
            question.passUntil(OPENED + atMinute * MINUTE);
            question.happens(what, OPENED + atMinute * MINUTE);
          }
          question.passUntil(question.dueAtMs);
          expect(question.told.has('opener') || question.told.has('administrators')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
