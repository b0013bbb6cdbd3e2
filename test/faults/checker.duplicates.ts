import type { Run } from './checker.js';
import { CLOCK_TOLERANCE_MS, faultsOf } from './checker.steps.js';
import type { Attempt } from './final.state.js';

/** A delivery as the ledger and the provider saw it, both in order, on the database clock. */
interface Course {
  readonly deliveryId: string;
  readonly attempts: readonly Attempt[];
  readonly receivedMs: readonly number[];
}

/** When what was under way could be lost, on the database clock: an instant, where it is a process that is cut off. */
interface Cut {
  readonly fromMs: number;
  readonly toMs: number;
}

/** So soon after the provider's answer a process that lives and has its database has written it down. */
const MARKED_WITHIN_MS = 2_000;

/** Deliveries that reached the provider more often than can be explained by tries whose outcome was lost. */
export function unexplainedDuplicates(run: Run): string[] {
  const cuts = cutsOf(run);
  return coursesOf(run).flatMap((course) => {
    const lost = course.attempts.filter((_, index) => isLost(course, index, cuts));
    return course.receivedMs.length - 1 > lost.length ? [course.deliveryId] : [];
  });
}

/** Sends that the provider had and the ledger had not when something was cut off: so many may be sent again. */
export function inFlightAtCuts(run: Run): number {
  const cuts = cutsOf(run);
  return coursesOf(run).flatMap((course) => course.attempts.filter((each) => isCutOff(course, each, cuts)))
    .length;
}

/** Was it right to try again, although the provider had said yes, because nobody here could know? */
function isLost(course: Course, index: number, cuts: readonly Cut[]): boolean {
  const [attempt, next] = [course.attempts[index], course.attempts[index + 1]];
  if (attempt === undefined || next === undefined) return false;
  if (attempt.outcome === 'sent' && endOf(attempt) < next.startedMs) return false;
  return isCutOff(course, attempt, cuts) || answeredTooLate(course, attempt);
}

/** Did a cut fall between the beginning of the try and its mark? */
function isCutOff(course: Course, attempt: Attempt, cuts: readonly Cut[]): boolean {
  const receivedMs = receiptOf(course, attempt);
  if (receivedMs === undefined) return false;
  const fromMs = attempt.startedMs - CLOCK_TOLERANCE_MS;
  const toMs = Math.min(endOf(attempt), receivedMs + MARKED_WITHIN_MS) + CLOCK_TOLERANCE_MS;
  return cuts.some((cut) => cut.fromMs <= toMs && cut.toMs >= fromMs);
}

/** The provider said yes when we had given the try up. */
function answeredTooLate(course: Course, attempt: Attempt): boolean {
  return (receiptOf(course, attempt) ?? 0) > endOf(attempt);
}

const endOf = ({ endedMs }: Attempt): number => endedMs ?? Number.POSITIVE_INFINITY;

/** The first that came after it had begun. */
const receiptOf = ({ receivedMs }: Course, { startedMs }: Attempt): number | undefined =>
  receivedMs.find((atMs) => atMs >= startedMs - CLOCK_TOLERANCE_MS);

/** Every delivery the provider got. */
function coursesOf({ receipts, final, clockOffsetMs }: Run): Course[] {
  const courses = new Map<string, { attempts: Attempt[]; receivedMs: number[] }>();
  for (const { deliveryId, at } of receipts.toSorted((a, b) => a.at - b.at)) {
    const course = courses.get(deliveryId) ?? { attempts: [], receivedMs: [] };
    course.receivedMs.push(at + clockOffsetMs);
    courses.set(deliveryId, course);
  }
  for (const attempt of final.attempts) courses.get(attempt.deliveryId)?.attempts.push(attempt);
  return [...courses].map(([deliveryId, course]) => ({ deliveryId, ...course }));
}

/** A process is gone or stands still at once; a database lets nothing be written until its fault is over. */
function cutsOf(run: Run): Cut[] {
  const faults = faultsOf(run);
  return run.history.flatMap((event) => {
    if (event.op !== 'cut') return [];
    const fromMs = event.at + run.clockOffsetMs;
    const fault = faults.find((one) => one.fromMs <= fromMs && one.toMs >= fromMs);
    return [{ fromMs, toMs: event.what === 'database' ? (fault?.toMs ?? fromMs) : fromMs }];
  });
}
