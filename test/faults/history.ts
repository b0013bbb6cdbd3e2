import { appendFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

interface At {
  /** Milliseconds on the recorder's monotonic clock: one recorder per run. */
  readonly at: number;
  readonly process: string;
}

/** What a reader holds of one place of a thread. Hashes in hex. */
export interface Place {
  readonly seq: number;
  readonly hash: string;
}

/** A place as it opened for a member: the token of its note, or null where it holds none he can read. */
export interface Line extends Place {
  readonly token: string | null;
}

/**
 * One line of a history. An append is invoked and then ends: `ok` (acked), `fail` (refused for good, so never visible)
 * or `info` (nobody knows). The other operations are recorded when they are done.
 */
export type HistoryEvent =
  | (At & { kind: 'invoke'; op: 'append'; id: number; thread: string; token: string })
  | (At & { kind: 'ok'; op: 'append'; id: number; seq: number; hash: string })
  | (At & { kind: 'fail' | 'info'; op: 'append'; id: number; code: string })
  /** Everything a reader holds of a thread after a sync, in order. */
  | (At & { kind: 'ok'; op: 'read'; thread: string; entries: readonly Place[] })
  /** Somebody outside asked for a thread and got so many bytes of it. */
  | (At & { kind: 'ok'; op: 'probe'; thread: string; bytes: number })
  /** At the end: the verified, opened chain of one member. */
  | (At & { kind: 'ok'; op: 'transcript'; thread: string; verified: boolean; lines: readonly Line[] })
  /** A fault holds from its begin to its end. */
  | (At & { kind: 'info'; op: 'begin' | 'end'; fault: string })
  /** What was under way lost whoever did it, or its ledger: a process killed or standing still, a database away. */
  | (At & { kind: 'info'; op: 'cut'; what: CutKind });

export type CutKind = 'kill' | 'freeze' | 'database';

type Unstamped<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

/** Writes a history, one JSON line an event, as it happens: what was recorded survives the recorder. */
export class Recorder {
  private readonly events: HistoryEvent[] = [];
  private appends = 0;

  constructor(private readonly file: string) {}

  /** The instant the next event would get. */
  nowMs(): number {
    return performance.now();
  }

  /** A number of its own for an append. */
  nextAppend(): number {
    this.appends += 1;
    return this.appends;
  }

  record(event: Unstamped<HistoryEvent>): void {
    const stamped = { at: this.nowMs(), ...event } as HistoryEvent;
    this.events.push(stamped);
    appendFileSync(this.file, `${JSON.stringify(stamped)}\n`);
  }

  get history(): readonly HistoryEvent[] {
    return this.events;
  }
}
