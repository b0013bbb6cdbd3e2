/**
 * Loaded with `--import` into a process under test, before anything of the service: faults from the inside, at the word
 * of the runner. So the service itself knows nothing of faults.
 */
import process from 'node:process';
import pg from 'pg';

/** Where a process may be told to die. The names say which statement of which transaction. */
export type DeathPoint =
  | 'before BEGIN'
  | 'after the head and the entries'
  | 'after what is news to whom'
  | 'before COMMIT'
  | 'with COMMIT under way'
  | 'after COMMIT, before the ack'
  | 'between provider call and mark';

/** What the process says of itself. */
export interface Word {
  /** It went once round its background work: it lives. */
  readonly works: true;
}

export type Order =
  | { readonly order: 'die'; readonly at: DeathPoint }
  | { readonly order: 'block'; readonly forMs: number }
  | { readonly order: 'clock'; readonly aheadMs: number };

const BEGIN = /^\s*(START TRANSACTION|BEGIN)/u;
const ENTRY_INSERT = /\bINSERT INTO entry\b/u;
const NEWS = /\bINSERT INTO update_window\b/u;
const COMMIT = /^\s*COMMIT/u;
/** The last statement of a round of the engine. */
const HEARTBEAT = /\bINSERT INTO engine_heartbeat\b/u;
const MARK = /\bUPDATE delivery_attempt SET ended_at\b/u;

let deathPoint: DeathPoint | undefined;
let hasSaid = false;
let aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? 0);

/** The transaction each connection is in: its statements so far. */
const transactions = new WeakMap<object, string[]>();

hookQueries();
hookClock();
process.on('message', (message: Order) => {
  if (message.order === 'die') deathPoint = message.at;
  if (message.order === 'clock') ({ aheadMs } = message);
  if (message.order === 'block') block(message.forMs);
});

function hookQueries(): void {
  const prototype = pg.Client.prototype as unknown as { query: (...given: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: object, ...given) {
    const text = textOf(given[0]);
    const before = BEGIN.test(text) ? [] : (transactions.get(this) ?? []);
    if (mustDieBefore(text, before)) die();
    transactions.set(this, [...before, text]);
    if (HEARTBEAT.test(text)) sayOnce();
    const result = query.apply(this, given);
    if (COMMIT.test(text) && before.some((each) => ENTRY_INSERT.test(each))) dieAtCommit(result);
    return result;
  };
}

function sayOnce(): void {
  if (hasSaid) return;
  hasSaid = true;
  const word: Word = { works: true };
  process.send?.(word, () => undefined);
}

function textOf(given: unknown): string {
  if (typeof given === 'string') return given;
  const named = given as { readonly text?: unknown } | undefined;
  return typeof named?.text === 'string' ? named.text : '';
}

function mustDieBefore(text: string, before: readonly string[]): boolean {
  const last = before.at(-1) ?? '';
  switch (deathPoint) {
    case 'before BEGIN':
      return BEGIN.test(text);
    case 'after the head and the entries':
      return ENTRY_INSERT.test(last);
    case 'after what is news to whom':
      return NEWS.test(last);
    case 'before COMMIT':
      return COMMIT.test(text) && before.some((each) => ENTRY_INSERT.test(each));
    case 'between provider call and mark':
      return MARK.test(text);
    default:
      return false;
  }
}

/** The statement has been handed to the system; its answer is heard here before anybody else hears it. */
function dieAtCommit(result: unknown): void {
  if (deathPoint === 'with COMMIT under way') setImmediate(die);
  if (deathPoint === 'after COMMIT, before the ack' && result instanceof Promise)
    result.then(die, () => undefined);
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment to arrive, and nothing may happen in it.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

/** Nothing else runs in this process meanwhile. */
function block(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

/** `Date.now()` and `new Date()` of this process stand ahead of the machine's; its monotonic clock does not. */
function hookClock(): void {
  const RealDate = Date;
  const now = (): number => RealDate.now() + aheadMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given) as Date,
    get: (target, property) => (property === 'now' ? now : (Reflect.get(target, property) as unknown)),
  });
}
