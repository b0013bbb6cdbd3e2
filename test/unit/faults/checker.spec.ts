import fc from 'fast-check';
import { check, type Invariant, type Run } from '../../faults/checker.js';
import { figuresOf } from '../../faults/figures.js';
import type { HistoryEvent } from '../../faults/history.js';
import { cleanRun } from './clean.run.js';

/** A run in which one thing is wrong, at a place that `pick` chooses. */
interface Mutant {
  readonly name: string;
  readonly breaks: Invariant;
  readonly mutate: (run: Run, pick: number) => Run;
}

const at = <Item>(items: readonly Item[], pick: number): Item => {
  const item = items[pick % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};
const eventsOf = (run: Run, op: HistoryEvent['op']): readonly HistoryEvent[] =>
  run.history.filter((event) => event.op === op);
const withEvent = (run: Run, old: HistoryEvent, changed: Partial<HistoryEvent>): Run => ({
  ...run,
  history: run.history.map((event) => (event === old ? ({ ...event, ...changed } as HistoryEvent) : event)),
});
const transcriptOf = (run: Run, pick: number): Extract<HistoryEvent, { op: 'transcript' }> => {
  const event = at(eventsOf(run, 'transcript'), pick);
  if (event.op !== 'transcript') throw new Error('no transcript');
  return event;
};
const withFinal = (run: Run, changed: Partial<Run['final']>): Run => ({
  ...run,
  final: { ...run.final, ...changed },
});

/** A delivery that is pending, of an effect that is not done since then. */
const hanging = (run: Run, pick: number, sinceMs: number): Run => {
  const pending = at(run.final.deliveries, pick);
  return withFinal(run, {
    deliveries: run.final.deliveries.map((one) => (one === pending ? { ...one, state: 'pending' } : one)),
    undone: [{ cause: pending.cause, sinceMs }],
  });
};

/** Something is sent again after half a minute; at some instant a process is killed, and a try may be marked later. */
const sentAgain = (
  run: Run,
  pick: number,
  given: { cutAt: number; endedAt: number | null; outcome?: 'sent' | 'failed' | 'unknown' },
): Run => {
  const first = at(run.receipts, pick);
  const { deliveryId } = first;
  const { outcome = 'unknown' } = given;
  const onClock = (atMs: number): number => run.clockOffsetMs + atMs;
  const endedMs = given.endedAt === null ? null : onClock(given.endedAt);
  const attempts = run.final.attempts.map((one) =>
    one.deliveryId === deliveryId ? { ...one, endedMs, outcome } : one,
  );
  const second = { startedMs: onClock(49_980), endedMs: onClock(50_020) };
  const again: Run['final']['attempts'][number] = { deliveryId, outcome: 'sent', ...second };
  const cut = { at: given.cutAt, process: 'worker-3', kind: 'info', op: 'cut', what: 'kill' } as const;
  return {
    ...withFinal(run, { attempts: [...attempts, again] }),
    history: [...run.history, cut],
    receipts: [...run.receipts, { ...first, at: 50_000 }],
  };
};

const MUTANTS: readonly Mutant[] = [
  {
    name: 'an acked entry is lost',
    breaks: 'I1',
    mutate: (run) => {
      const threads = new Map([...run.final.threads].map(([thread, log]) => [thread, log.slice(0, -1)]));
      return withFinal(run, { threads });
    },
  },
  {
    name: 'an entry is seen twice',
    breaks: 'I2',
    mutate: (run, pick) => {
      const event = transcriptOf(run, pick);
      return withEvent(run, event, { lines: [...event.lines, at(event.lines, pick)] });
    },
  },
  {
    name: 'two entries change places for a reader',
    breaks: 'I3',
    mutate: (run, pick) => {
      const event = at(eventsOf(run, 'read'), pick);
      if (event.op !== 'read') throw new Error('no read');
      const [first, second, ...rest] = event.entries;
      const entries = [second, first, ...rest].filter((place) => place !== undefined);
      return withEvent(run, event, { entries });
    },
  },
  {
    name: 'an entry acked later stands before one acked earlier',
    breaks: 'I3',
    mutate: (run, pick) => {
      const invokes = eventsOf(run, 'append').filter(({ kind }) => kind === 'invoke');
      const early = at(
        invokes.filter((event) => 'thread' in event && event.at === 10),
        pick,
      );
      return withEvent(run, early, { at: 1_000_000 });
    },
  },
  {
    name: 'a refused entry is visible',
    breaks: 'I4',
    mutate: (run, pick) => {
      const acks = run.history.filter(({ op, kind }) => op === 'append' && kind === 'ok');
      return withEvent(run, at(acks, pick), { kind: 'fail', code: 'entry.invalid' });
    },
  },
  {
    name: 'a step is taken late',
    breaks: 'I5',
    mutate: (run, pick) => {
      const late = at(run.final.steps, pick);
      const steps = run.final.steps.map((step) =>
        step === late ? { ...step, takenAtMs: step.takenAtMs + 12_000 } : step,
      );
      return withFinal(run, { steps, answers: [] });
    },
  },
  {
    name: 'a step is taken twice',
    breaks: 'I5',
    mutate: (run, pick) => withFinal(run, { steps: [...run.final.steps, at(run.final.steps, pick)] }),
  },
  {
    name: 'a step is taken before its time',
    breaks: 'I5',
    mutate: (run, pick) => {
      const early = at(run.final.steps, pick);
      const steps = run.final.steps.map((step) =>
        step === early ? { ...step, takenAtMs: step.scheduledForMs - 50 } : step,
      );
      return withFinal(run, { steps });
    },
  },
  {
    name: 'a step is taken after the answer',
    breaks: 'I5',
    mutate: (run, pick) => {
      const followed = run.final.steps.filter(
        (step) => (run.final.threads.get(step.thread)?.length ?? 0) > step.openedSeq,
      );
      const { thread, obligation, openedSeq, scheduledForMs } = at(followed, pick);
      const early = { atMs: scheduledForMs - 500 };
      return withFinal(run, {
        answers: run.final.answers.map((answer) =>
          answer.thread === thread && answer.obligation === obligation && answer.seq === openedSeq + 1
            ? { ...answer, ...early }
            : answer,
        ),
      });
    },
  },
  {
    name: 'a step is missing',
    breaks: 'I5',
    mutate: (run, pick) => {
      const { thread, obligation, scheduledForMs } = at(run.final.steps, pick);
      return withFinal(run, { overlooked: [{ thread, obligation, sinceMs: scheduledForMs }] });
    },
  },
  {
    name: 'a step vanishes, and the engine remembers nothing',
    breaks: 'I5',
    mutate: (run, pick) => {
      const gone = at(run.final.steps, pick);
      return withFinal(run, { steps: run.final.steps.filter((step) => step !== gone) });
    },
  },
  {
    name: 'a notification hangs for ever',
    breaks: 'effects',
    mutate: (run, pick) => {
      const hanging = at(run.final.deliveries, pick);
      return withFinal(run, {
        deliveries: run.final.deliveries.map((one) => (one === hanging ? { ...one, state: 'pending' } : one)),
      });
    },
  },
  {
    name: 'an outsider gets a byte',
    breaks: 'I6',
    mutate: (run, pick) => withEvent(run, at(eventsOf(run, 'probe'), pick), { bytes: 1 }),
  },
  {
    name: 'a chain does not verify for one member',
    breaks: 'I7',
    mutate: (run, pick) => withEvent(run, transcriptOf(run, pick), { verified: false }),
  },
  {
    name: 'one member reads other words',
    breaks: 'I7',
    mutate: (run, pick) => {
      const event = transcriptOf(run, pick);
      const other = at(event.lines, pick);
      const lines = event.lines.map((line) => (line === other ? { ...line, token: 'other words' } : line));
      return withEvent(run, event, { lines });
    },
  },
  {
    name: 'a notification is called sent and reached nobody',
    breaks: 'effects',
    mutate: (run, pick) => {
      const lost = at(run.receipts, pick);
      return { ...run, receipts: run.receipts.filter((receipt) => receipt !== lost) };
    },
  },
  {
    name: 'a decided effect is never done',
    breaks: 'effects',
    mutate: (run, pick) => {
      const { cause } = at(run.final.notices, pick);
      return withFinal(run, { undone: [{ cause, sinceMs: run.clockOffsetMs }] });
    },
  },
  {
    name: 'a notification hangs, and so does its effect',
    breaks: 'effects',
    mutate: (run, pick) => hanging(run, pick, run.clockOffsetMs),
  },
  {
    name: 'a step tells somebody of whom nothing else knows',
    breaks: 'effects',
    mutate: (run, pick) => {
      const { thread, cause } = at(run.final.steps, pick);
      const gone = `due-${thread}-`;
      const end = `-${cause.replace('step.', '')}-01`;
      const stays = (each: string): boolean => !(each.startsWith(gone) && each.endsWith(end));
      return withFinal(run, {
        notices: run.final.notices.filter((notice) => stays(notice.cause)),
        deliveries: run.final.deliveries.filter((delivery) => stays(delivery.cause)),
      });
    },
  },
  {
    name: 'nothing tells of an answer',
    breaks: 'effects',
    mutate: (run, pick) => {
      const answered = run.final.notices.filter(({ cause }) => cause.startsWith('answered'));
      const gone = at(answered, pick);
      return withFinal(run, { notices: run.final.notices.filter((notice) => notice !== gone) });
    },
  },
  {
    name: 'an effect is called done and is in nobody’s ledger',
    breaks: 'effects',
    mutate: (run, pick) => {
      const { id } = at(run.final.deliveries, pick);
      return {
        ...withFinal(run, { deliveries: run.final.deliveries.filter((delivery) => delivery.id !== id) }),
        receipts: run.receipts.filter(({ deliveryId }) => deliveryId !== id),
      };
    },
  },
  {
    name: 'an effect is in somebody else’s ledger',
    breaks: 'effects',
    mutate: (run, pick) => {
      const wrong = at(run.final.deliveries, pick);
      return withFinal(run, {
        deliveries: run.final.deliveries.map((one) =>
          one === wrong ? { ...one, recipient: 'person:03' } : one,
        ),
      });
    },
  },
  {
    name: 'a provider gets something twice for no reason',
    breaks: 'effects',
    mutate: (run, pick) => sentAgain(run, pick, { cutAt: 5_000, endedAt: null }),
  },
  {
    name: 'a provider gets something twice, and the cut came long after',
    breaks: 'effects',
    mutate: (run, pick) => sentAgain(run, pick, { cutAt: 24_000, endedAt: null }),
  },
  {
    name: 'a provider gets something twice within one try',
    breaks: 'effects',
    mutate: (run, pick) => ({ ...run, receipts: [...run.receipts, at(run.receipts, pick)] }),
  },
  {
    name: 'what a provider took is called failed and sent again',
    breaks: 'effects',
    mutate: (run, pick) => sentAgain(run, pick, { cutAt: 5_000, endedAt: 20_300, outcome: 'failed' }),
  },
  {
    name: 'a provider gets something twice although the ledger knew',
    breaks: 'effects',
    mutate: (run, pick) => sentAgain(run, pick, { cutAt: 20_005, endedAt: 20_010, outcome: 'sent' }),
  },
  {
    name: 'an effect stands in the ledger twice',
    breaks: 'effects',
    mutate: (run, pick) => {
      const again = { ...at(run.final.deliveries, pick), id: 'another' };
      return withFinal(run, { deliveries: [...run.final.deliveries, again] });
    },
  },
];

const sizes = fc.integer({ min: 4, max: 40 });

describe('the checker of fault histories', () => {
  it('finds nothing wrong where nothing is', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        expect(check(cleanRun(size))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it.each(MUTANTS)('notices when $name ($breaks)', ({ breaks, mutate }) => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, pick) => {
        const violations = check(mutate(cleanRun(size), pick));
        expect(violations.map(({ invariant }) => invariant)).toContain(breaks);
      }),
      { numRuns: 25 },
    );
  });

  it('allows a step that was due during a fault its grace after the fault, and not more', () => {
    const run = cleanRun(21);
    const during = run.final.steps.find(({ scheduledForMs }) => scheduledForMs === run.clockOffsetMs + 5_000);
    const taken = (afterFaultMs: number): Run =>
      withFinal(run, {
        answers: [],
        steps: run.final.steps.map((step) =>
          step === during ? { ...step, takenAtMs: run.clockOffsetMs + 9_000 + afterFaultMs } : step,
        ),
      });
    expect(during).toBeDefined();
    expect(check(taken(2_000))).toEqual([]);
    expect(check(taken(2_300)).map(({ invariant }) => invariant)).toEqual(['I5']);
  });

  it('does not hold an answer against a step whose commit nobody had seen when the step was due', () => {
    const run = cleanRun(21);
    const step = at(run.final.steps, 0);
    const { thread, obligation, openedSeq, scheduledForMs } = step;
    const own = { actor: '01', opener: '01' };
    const late = { ...own, thread, obligation, seq: openedSeq + 1_000, atMs: scheduledForMs - 500 };
    expect(check(withFinal(run, { answers: [...run.final.answers, late] }))).toEqual([]);
  });

  it('lets an answer follow a step that was brought forward, and not come before it', () => {
    const run = cleanRun(21);
    const first = at(run.final.steps, 0);
    const forward = (takenAtMs: number): Run => {
      const cause = first.cause.replace(/0\.0$/u, '1.0');
      const scheduledForMs = first.scheduledForMs + 900_000;
      const step = { ...first, cause, told: [], hastened: true, scheduledForMs, takenAtMs };
      return withFinal(run, { steps: [...run.final.steps, step] });
    };
    expect(check(forward(first.takenAtMs + 10))).toEqual([]);
    expect(check(forward(first.takenAtMs + 61_000)).map(({ invariant }) => invariant)).toEqual(['I5']);
  });

  it('does not hold against a run a notification that was made a moment ago and is on its way', () => {
    const run = cleanRun(21);
    expect(check(hanging(run, 3, run.final.nowMs - 1_000))).toEqual([]);
  });

  it('lets what was under way when a process died be sent again, and counts it', () => {
    const run = sentAgain(cleanRun(21), 3, { cutAt: 20_010, endedAt: null });
    expect(check(run)).toEqual([]);
    expect(figuresOf(run)).toMatchObject({ duplicatesAtProvider: 1, kills: 1 });
    expect(figuresOf(run).inFlightAtCuts).toBeGreaterThanOrEqual(1);
  });

  it('lets a provider that says yes too late be asked again', () => {
    const late = { cutAt: 5_000, endedAt: 19_990, outcome: 'failed' } as const;
    expect(check(sentAgain(cleanRun(21), 3, late))).toEqual([]);
  });

  it('lets a process that stood still until its patience was over call a try failed and repeat it', () => {
    const frozen = { cutAt: 20_010, endedAt: 40_000, outcome: 'failed' } as const;
    expect(check(sentAgain(cleanRun(21), 3, frozen))).toEqual([]);
  });

  it('counts lateness in health and after a fault apart, and what a provider got twice', () => {
    const run = cleanRun(21);
    const figures = figuresOf({ ...run, receipts: [...run.receipts, at(run.receipts, 3)] });
    expect(figures.healthy.p99Ms).toBe(400);
    expect(figures.afterFault.get('F05')).toMatchObject({ p50Ms: 500, p99Ms: 500 });
    expect(figures).toMatchObject({ duplicatesAtProvider: 1, acked: 42, refused: 0, unknown: 0 });
  });
});
