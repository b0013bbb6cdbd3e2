import type { Run, Violation } from './checker.js';
import type { CommittedAnswer, Opening, TakenStep } from './final.state.js';
import type { HistoryEvent } from './history.js';

/** A stretch of time, on the database clock, in which a fault held. */
export interface Fault {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Faults in order; one that never ended holds for ever. */
export function faultsOf({ history, clockOffsetMs }: Pick<Run, 'history' | 'clockOffsetMs'>): Fault[] {
  const open = new Map<string, number>();
  const faults: Fault[] = [];
  for (const event of history) {
    if (!isFault(event)) continue;
    if (event.op === 'begin') open.set(event.fault, event.at + clockOffsetMs);
    const fromMs = open.get(event.fault);
    if (event.op === 'end' && fromMs !== undefined) {
      faults.push({ name: event.fault, fromMs, toMs: event.at + clockOffsetMs });
      open.delete(event.fault);
    }
  }
  for (const [name, fromMs] of open) faults.push({ name, fromMs, toMs: Number.POSITIVE_INFINITY });
  return faults.toSorted((a, b) => a.fromMs - b.fromMs);
}

function isFault(event: HistoryEvent): event is Extract<HistoryEvent, { op: 'begin' | 'end' }> {
  return event.op === 'begin' || event.op === 'end';
}

/** The latest instant for what was due then: every fault that holds before it passed moves it behind its own end. */
export function deadlineOf(dueMs: number, faults: readonly Fault[], graceMs: number): number {
  return faults.reduce(
    (deadline, fault) =>
      fault.fromMs <= deadline && fault.toMs > dueMs ? Math.max(deadline, fault.toMs + graceMs) : deadline,
    dueMs + graceMs,
  );
}

/** The database and the recorder are read one after the other: so far apart two readings of one moment may be. */
export const CLOCK_TOLERANCE_MS = 250;

/** What stands more than once among these. */
export function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = values.filter((value) => seen.size === seen.add(value).size);
  return [...new Set(again)];
}

/** I5: each step once, in its time, never after an answer that was committed before it was due, and none missing. */
export function checkEscalations(run: Run): Violation[] {
  const { final, graceMs } = run;
  const faults = faultsOf(run);
  return [
    ...repeated(final.steps.map(nameOf)).map((name) => i5(`${name} was taken twice`)),
    ...final.steps
      .filter((step) => !step.hastened && step.takenAtMs < step.scheduledForMs)
      .map((step) => i5(`${nameOf(step)} was taken before its time`)),
    ...final.steps
      .filter(
        (step) => step.takenAtMs > deadlineOf(step.scheduledForMs, faults, graceMs) + CLOCK_TOLERANCE_MS,
      )
      .map((step) => i5(`${nameOf(step)} was taken ${lateness(step)} ms late`)),
    ...answeredBefore(run).map((step) => i5(`${nameOf(step)} was taken after the answer`)),
    ...final.overlooked
      .filter(({ sinceMs }) => final.nowMs > deadlineOf(sinceMs, faults, graceMs) + CLOCK_TOLERANCE_MS)
      .map(({ thread, obligation }) => i5(`a step of ${thread}/${String(obligation)} is missing`)),
    ...neverEscalated(run, faults).map(({ thread, obligation }) =>
      i5(`${thread}/${String(obligation)} was due, was not answered, and nobody was told`),
    ),
  ];
}

/** Every ladder of a run has a step at the due time: derived from what was asked, whatever the engine remembers. */
function neverEscalated({ final, graceMs }: Run, faults: readonly Fault[]): Opening[] {
  const taken = new Set(final.steps.map((step) => dueStep(step, step.scheduledForMs)));
  return final.openings.filter((opening) => {
    const latestMs = deadlineOf(opening.dueMs, faults, graceMs) + CLOCK_TOLERANCE_MS;
    const owedUntilMs = opening.settledAtMs ?? final.nowMs;
    return owedUntilMs > latestMs && !taken.has(dueStep(opening, opening.dueMs));
  });
}

function dueStep(
  { thread, obligation, openedSeq }: Omit<Opening, 'dueMs' | 'settledAtMs'>,
  atMs: number,
): string {
  return [thread, obligation, openedSeq, Math.round(atMs)].join('/');
}

function i5(what: string): Violation {
  return { invariant: 'I5', what };
}

const nameOf = ({ thread, obligation, cause }: TakenStep): string =>
  `${thread}/${String(obligation)} ${cause}`;
const lateness = (step: TakenStep): string => String(Math.round(step.takenAtMs - step.scheduledForMs));

function answeredBefore(run: Run): TakenStep[] {
  const { final } = run;
  const acks = ackedAt(run);
  return final.steps.filter((step) =>
    final.answers.some(
      (answer) =>
        answer.thread === step.thread &&
        answer.obligation === step.obligation &&
        answer.seq > step.openedSeq &&
        committedByMs(answer, acks) < momentOf(step),
    ),
  );
}

/** Until when an answer would have stopped it: a step brought forward only until it is taken. */
function momentOf({ hastened, scheduledForMs, takenAtMs }: TakenStep): number {
  return hastened ? Math.min(scheduledForMs, takenAtMs) : scheduledForMs;
}

/** A transaction's own instant is the one it began at; that it was over is known from the ack alone. */
function committedByMs({ thread, seq, atMs }: CommittedAnswer, acks: ReadonlyMap<string, number>): number {
  return Math.max(atMs, acks.get(placeOf(thread, seq)) ?? Number.POSITIVE_INFINITY);
}

/** When each place of a thread was acked, on the database clock. */
function ackedAt({ history, clockOffsetMs }: Run): Map<string, number> {
  const threads = new Map(
    history.flatMap((event) =>
      event.op === 'append' && event.kind === 'invoke' ? [[event.id, event.thread] as const] : [],
    ),
  );
  return new Map(
    history.flatMap((event) =>
      event.op === 'append' && event.kind === 'ok'
        ? [[placeOf(threads.get(event.id) ?? '', event.seq), event.at + clockOffsetMs] as const]
        : [],
    ),
  );
}

const placeOf = (thread: string, seq: number): string => `${thread}/${String(seq)}`;
