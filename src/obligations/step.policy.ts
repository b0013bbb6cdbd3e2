/**
 * The steps an owed answer goes through while it is missing, in order. Each is taken at most once per opening;
 * a reopened obligation starts them anew. The instants are data of the row, never a timer.
 */
export const STEP = { remind: 'remind', due: 'due' } as const;
export type Step = (typeof STEP)[keyof typeof STEP];

/** Share of the time between opening and due after which the responder is reminded. */
const REMIND_AT_SHARE = 0.75;

export interface Schedule {
  readonly step: Step;
  /** Unix milliseconds of the database clock. */
  readonly stepAtMs: number;
}

/** The first step of an obligation opened (or reopened) at this instant of the database clock. */
export function firstStep(openedAtMs: number, dueAtMs: number): Schedule {
  const remaining = Math.max(dueAtMs - openedAtMs, 0);
  return { step: STEP.remind, stepAtMs: openedAtMs + Math.floor(remaining * REMIND_AT_SHARE) };
}

/** What follows a step that has been taken; undefined at the end. */
export function stepAfter(step: Step, dueAtMs: number): Schedule | undefined {
  return step === STEP.remind ? { step: STEP.due, stepAtMs: dueAtMs } : undefined;
}
