import { checkEffects } from './checker.effects.js';
import { checkEscalations, repeated } from './checker.steps.js';
import type { FinalState } from './final.state.js';
import type { HistoryEvent, Line, Place } from './history.js';

/** The promises a run is judged by, as the reliability page numbers them; `effects`: the ledger and the provider. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'effects';

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

/** One notification a provider got. `at` on the recorder's clock. */
export interface Receipt {
  readonly at: number;
  readonly deliveryId: string;
  readonly channel: 'webhook' | 'email';
}

export interface Run {
  readonly history: readonly HistoryEvent[];
  readonly final: FinalState;
  readonly receipts: readonly Receipt[];
  /** Database clock (Unix ms) minus the recorder's clock. */
  readonly clockOffsetMs: number;
  /** How late a step may be taken in health and after recovery. */
  readonly graceMs: number;
  /** How long a decided effect may take: retries of a provider that was away pause for a while. */
  readonly effectGraceMs: number;
}

/** Judges a run. A pure function: the same run, the same verdict. */
export function check(run: Run): Violation[] {
  const appends = appendsOf(run.history);
  return [
    ...checkAcked(appends, run.final),
    ...checkDuplicates(run.history),
    ...checkOrder(appends, run),
    ...checkRejected(appends, run.history),
    ...checkEscalations(run),
    ...checkOutsiders(run.history),
    ...checkAgreement(run),
    ...checkEffects(run),
  ];
}

export interface Append {
  readonly thread: string;
  readonly token: string;
  readonly invokedAt: number;
  readonly ended: Extract<HistoryEvent, { op: 'append'; kind: 'ok' | 'fail' | 'info' }> | undefined;
}

function appendsOf(history: readonly HistoryEvent[]): Append[] {
  const ended = new Map(
    history.flatMap((event) =>
      event.op === 'append' && event.kind !== 'invoke' ? [[event.id, event] as const] : [],
    ),
  );
  return history.flatMap((event) =>
    event.op === 'append' && event.kind === 'invoke'
      ? [{ thread: event.thread, token: event.token, invokedAt: event.at, ended: ended.get(event.id) }]
      : [],
  );
}

function placeAt(final: FinalState, thread: string, seq: number): Place | undefined {
  return final.threads.get(thread)?.[seq - 1];
}

/** I1: what was acked stands in the final log, at its place, with its bytes. */
function checkAcked(appends: readonly Append[], final: FinalState): Violation[] {
  return appends.flatMap(({ thread, token, ended }) =>
    ended?.kind === 'ok' && placeAt(final, thread, ended.seq)?.hash !== ended.hash
      ? [{ invariant: 'I1' as const, what: `acked ${token} is not at ${thread}/${String(ended.seq)}` }]
      : [],
  );
}

/** I2: nobody sees anything twice. */
function checkDuplicates(history: readonly HistoryEvent[]): Violation[] {
  return history.flatMap((event) => {
    if (event.op !== 'transcript') return [];
    const tokens = event.lines.flatMap(({ token }) => token ?? []);
    return repeated(tokens).map((token) => ({
      invariant: 'I2' as const,
      what: `${event.process} sees ${token} twice in ${event.thread}`,
    }));
  });
}

/** I3: 1..n, every reader holds a beginning of one list, and what was acked before is before. */
function checkOrder(appends: readonly Append[], { history, final }: Run): Violation[] {
  const gaps = [...final.threads].filter(([, entries]) => entries.some(({ seq }, at) => seq !== at + 1));
  const strangers = history.filter(
    (event) => event.op === 'read' && !isPrefix(event.entries, final.threads.get(event.thread) ?? []),
  );
  return [
    ...gaps.map(([thread]) => ({ invariant: 'I3' as const, what: `${thread} is not numbered 1..n` })),
    ...strangers.map(({ process }) => ({
      invariant: 'I3' as const,
      what: `${process} held what is no beginning of the log`,
    })),
    ...overtakings(appends),
  ];
}

function isPrefix(held: readonly Place[], log: readonly Place[]): boolean {
  return held.every(({ seq, hash }, at) => log[at]?.seq === seq && log[at].hash === hash);
}

/** In order of invocation, the greatest seq that was acked before must stay below. */
function overtakings(appends: readonly Append[]): Violation[] {
  const acked = appends.flatMap(({ thread, token, invokedAt, ended }) =>
    ended?.kind === 'ok' ? [{ thread, token, invokedAt, ackedAt: ended.at, seq: ended.seq }] : [],
  );
  return acked.flatMap((later) => {
    const earlier = acked.find(
      (one) => one.thread === later.thread && one.ackedAt < later.invokedAt && one.seq >= later.seq,
    );
    return earlier === undefined
      ? []
      : [{ invariant: 'I3' as const, what: `${later.token} stands before ${earlier.token}, acked earlier` }];
  });
}

/** I4: what was refused for good is seen by nobody. */
function checkRejected(appends: readonly Append[], history: readonly HistoryEvent[]): Violation[] {
  const refused = new Set(appends.flatMap(({ token, ended }) => (ended?.kind === 'fail' ? [token] : [])));
  return history.flatMap((event) =>
    event.op === 'transcript' && event.lines.some(({ token }) => token !== null && refused.has(token))
      ? [{ invariant: 'I4' as const, what: `${event.process} sees a refused entry in ${event.thread}` }]
      : [],
  );
}

/** I6: not one byte to whoever is not in the roster. */
function checkOutsiders(history: readonly HistoryEvent[]): Violation[] {
  return history.flatMap((event) =>
    event.op === 'probe' && event.bytes > 0
      ? [{ invariant: 'I6' as const, what: `${event.process} got bytes of ${event.thread}` }]
      : [],
  );
}

/** I7: every chain verifies, is whole, and opens to the same for everybody who can read it. */
function checkAgreement({ history, final }: Run): Violation[] {
  const said = new Map<string, string>();
  return history.flatMap((event) => {
    if (event.op !== 'transcript') return [];
    const log = final.threads.get(event.thread) ?? [];
    const whole = event.verified && event.lines.length === log.length && isPrefix(event.lines, log);
    const disagrees = event.lines.some((line) => contradicts(line, said));
    return whole && !disagrees
      ? []
      : [
          {
            invariant: 'I7' as const,
            what: `${event.process} has ${whole ? 'other words' : 'another chain'} in ${event.thread}`,
          },
        ];
  });
}

function contradicts({ hash, token }: Line, said: Map<string, string>): boolean {
  if (token === null) return false;
  const before = said.get(hash) ?? token;
  said.set(hash, before);
  return before !== token;
}
