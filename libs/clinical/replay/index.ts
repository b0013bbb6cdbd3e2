import { courseCompleted, maintenanceAndDischarge, noShow } from './cases/course.cases.js';
import { concurrentDecisions, doseQuestionOnFriday, supersededBeforeSession } from './cases/dose.cases.js';
import {
  addictionWithPart2,
  bipolarWithConditions,
  deferredThenEligible,
  flexibilityEnds,
  stateMove,
} from './cases/eligibility.cases.js';
import {
  clientPauses,
  entriesThatDoNotCount,
  item9AtNight,
  newMedicine,
  stoppedForAdverseEvent,
} from './cases/safety.cases.js';
import type { ReplayCase } from './replay.case.js';

export type { CastName, Expectation, Moment, ReplayCase } from './replay.case.js';
export { compareMoment, type Difference } from './replay.check.js';

/**
 * Synthetic cases by name, each told by a script when it is asked for: demonstration data, and tests that say at
 * named moments what the folded case and the gate must look like. Nobody's record.
 */
export const REPLAY_CASES = {
  'course-completed': courseCompleted,
  'stopped-for-adverse-event': stoppedForAdverseEvent,
  'superseded-two-hours-before': supersededBeforeSession,
  'state-move': stateMove,
  'bipolar-with-conditions': bipolarWithConditions,
  'addiction-part-2': addictionWithPart2,
  'item-9-at-2-am': item9AtNight,
  'no-show': noShow,
  'client-pauses': clientPauses,
  'concurrent-decisions': concurrentDecisions,
  'deferred-then-eligible': deferredThenEligible,
  'maintenance-and-discharge': maintenanceAndDischarge,
  'dose-question-on-friday': doseQuestionOnFriday,
  'flexibility-ends': flexibilityEnds,
  'new-medicine': newMedicine,
  'entries-that-do-not-count': entriesThatDoNotCount,
} as const satisfies Readonly<Record<string, () => ReplayCase>>;
export type ReplayCaseName = keyof typeof REPLAY_CASES;
