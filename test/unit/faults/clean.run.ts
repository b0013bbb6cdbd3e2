import type { Run } from '../../faults/checker.js';
import type { HistoryEvent, Line, Place } from '../../faults/history.js';

const MEMBERS = ['therapist', 'prescriber', 'client'];
const CLOCK_OFFSET_MS = 1_700_000_000_000;
const OPENER = '01';
const RECEIVED_AT = 20_000;

/**
 * A run in which everything went as promised: `size` notes in each of two threads, every third a question,
 * of which its asker is told twice: that it was due, and that it was answered.
 */
export function cleanRun(size: number): Run {
  const threads = ['aa', 'bb'].map((thread) => threadOf(thread, size));
  const steps = threads.flatMap(({ thread, entries }) =>
    entries.filter(({ seq }) => seq % 3 === 0).map(({ seq }) => stepOf(thread, seq)),
  );
  const notices = steps.flatMap(({ thread, obligation, openedSeq, cause }) =>
    [
      ['due', thread, obligation, cause.replace('step.', '')],
      ['answered', thread, obligation, openedSeq + 1],
    ].map((parts) => ({ cause: [...parts, OPENER].join('-'), recipient: `person:${OPENER}` })),
  );
  return {
    history: [
      ...threads.flatMap(({ history }) => history),
      { at: 5_000, process: 'fault', kind: 'info', op: 'begin', fault: 'F05' },
      { at: 9_000, process: 'fault', kind: 'info', op: 'end', fault: 'F05' },
    ],
    final: {
      nowMs: CLOCK_OFFSET_MS + 100_000,
      threads: new Map(threads.map(({ thread, entries }) => [thread, entries])),
      openings: steps.map(({ thread, obligation, openedSeq, scheduledForMs, takenAtMs }) => ({
        thread,
        obligation,
        openedSeq,
        dueMs: scheduledForMs,
        settledAtMs: takenAtMs + 60_000,
      })),
      steps,
      answers: steps.map(({ thread, obligation, openedSeq, takenAtMs }) => ({
        actor: '02',
        opener: OPENER,
        thread,
        obligation,
        seq: openedSeq + 1,
        atMs: takenAtMs + 60_000,
      })),
      overlooked: [],
      notices,
      deliveries: notices.map(({ cause, recipient }) => ({
        id: `delivery-${cause}`,
        cause,
        recipient,
        channel: 'webhook',
        state: 'sent',
      })),
      attempts: notices.map(({ cause }) => ({
        deliveryId: `delivery-${cause}`,
        outcome: 'sent',
        startedMs: CLOCK_OFFSET_MS + RECEIVED_AT - 20,
        endedMs: CLOCK_OFFSET_MS + RECEIVED_AT + 20,
      })),
      undone: [],
    },
    receipts: notices.map(({ cause }) => ({
      at: RECEIVED_AT,
      deliveryId: `delivery-${cause}`,
      channel: 'webhook',
    })),
    clockOffsetMs: CLOCK_OFFSET_MS,
    graceMs: 2_000,
    effectGraceMs: 10_000,
  };
}

function threadOf(thread: string, size: number) {
  const entries: Place[] = Array.from({ length: size }, (_, at) => ({
    seq: at + 1,
    hash: `${thread}${String(at)}`,
  }));
  const lines: Line[] = entries.map((place) => ({ ...place, token: `note ${place.hash}` }));
  const history: HistoryEvent[] = [
    ...lines.flatMap(({ seq, hash, token }) => appended({ thread, seq, hash, token: token ?? '' })),
    {
      at: 50_000,
      process: 'client',
      kind: 'ok',
      op: 'read',
      thread,
      entries: entries.slice(0, Math.ceil(size / 2)),
    },
    { at: 50_000, process: 'outsider', kind: 'ok', op: 'probe', thread, bytes: 0 },
    ...MEMBERS.map((process): HistoryEvent => ({
      at: 60_000,
      process,
      kind: 'ok',
      op: 'transcript',
      thread,
      verified: true,
      lines,
    })),
  ];
  return { thread, entries, history };
}

function appended(note: { thread: string; seq: number; hash: string; token: string }): HistoryEvent[] {
  const { thread, seq, hash, token } = note;
  const id = (thread === 'aa' ? 0 : 1_000_000) + seq;
  return [
    { at: seq * 10, process: 'therapist', kind: 'invoke', op: 'append', id, thread, token },
    { at: seq * 10 + 5, process: 'therapist', kind: 'ok', op: 'append', id, seq, hash },
  ];
}

/** Due now and then, some during the fault, and then taken right after it. */
function stepOf(thread: string, seq: number) {
  const dueAt = 4_000 + (seq % 7) * 1_000;
  const takenAt = dueAt >= 5_000 && dueAt < 9_000 ? 9_500 : dueAt + 400;
  return {
    thread,
    obligation: seq * 256,
    cause: `step.${String(seq)}.0.0`,
    openedSeq: seq,
    scheduledForMs: CLOCK_OFFSET_MS + dueAt,
    takenAtMs: CLOCK_OFFSET_MS + takenAt,
    hastened: false,
    told: [OPENER],
  };
}
