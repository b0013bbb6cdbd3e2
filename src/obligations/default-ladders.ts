import { URGENCY, type Ladder, type LadderStep, type StepPeople, type Urgency } from '#protocol';

/**
 * What every organisation begins with, shown as version 0. Frozen: obligations that run on it name no version of their
 * own, so another default is a new constant beside this one, never an edit.
 */
export const DEFAULT_LADDERS: Readonly<Record<Urgency, Ladder>> = {
  [URGENCY.routine]: unhurried(),
  [URGENCY.soon]: unhurried(),
  [URGENCY.urgent]: {
    ackHoldsMinutes: 60,
    steps: [
      step(['responder', 'primary'], { minutesAfterOpening: 0 }, { unlessAcknowledged: true }),
      step(['secondary'], { minutesAfterOpening: 15 }, { unlessAcknowledged: true }),
      step(['directors'], { minutesAfterOpening: 30 }, { unlessAcknowledged: true }),
      step(['opener', 'administrators', 'directors'], { minutesAfterDue: 0 }),
    ],
  },
  [URGENCY.emergent]: {
    ackHoldsMinutes: 10,
    steps: [
      step(['responder', 'primary'], { minutesAfterOpening: 0 }, hurried({ everyMinutes: 2, times: 60 })),
      step(['secondary'], { minutesAfterOpening: 5 }, hurried()),
      step(['directors'], { minutesAfterOpening: 10 }, hurried()),
      step(['opener', 'administrators', 'directors'], { minutesAfterDue: 0 }, { allChannels: true }),
    ],
  },
};

function unhurried(): Ladder {
  return {
    ackHoldsMinutes: 24 * 60,
    steps: [
      step(['responder'], { percentOfTime: 75 }),
      step(['primary', 'opener', 'administrators'], { minutesAfterDue: 0 }),
      step(['coordinators'], { businessMinutesAfterDue: 4 * 60 }),
      step(['directors'], { businessMinutesAfterDue: 8 * 60 }),
    ],
  };
}

function step(
  who: StepPeople[],
  at: LadderStep['at'],
  how: Partial<Omit<LadderStep, 'who' | 'at'>> = {},
): LadderStep {
  return { who, at, allChannels: false, unlessAcknowledged: false, ...how };
}

function hurried(repeat?: LadderStep['repeat']): Partial<LadderStep> {
  return { allChannels: true, unlessAcknowledged: true, ...(repeat === undefined ? {} : { repeat }) };
}
