import pg from 'pg';

/**
 * Loaded before a node of the service (`--import`), so that the service itself holds no hook for tests. SIGUSR2 arms the
 * one thing that FAULT names: `kill:<point>` (kill -9 of itself at a statement), `clock:<ms>` (its clock jumps),
 * `block:<ms>` (its event loop stands still).
 */

/** Where a statement is about to be sent, or (`after`) was answered. */
const POINTS: Readonly<Record<string, { readonly statement: RegExp; readonly after?: true }>> = {
  'before-begin': { statement: /^START TRANSACTION/u },
  'before-head': { statement: /UPDATE chain SET head_seq/u },
  'before-entry': { statement: /INSERT INTO entry\b/u },
  'before-outbox': { statement: /INSERT INTO outbox/u },
  'before-commit': { statement: /^COMMIT/u },
  'after-commit': { statement: /^COMMIT/u, after: true },
  'before-mark': { statement: /UPDATE delivery_attempt/u },
};

const [what = '', value = ''] = (process.env['FAULT'] ?? '').split(':');

if (what === 'kill') killAt(value);
if (what === 'clock') jumpClock(Number(value));
if (what === 'block') {
  process.on('SIGUSR2', () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(value));
  });
}

type Query = (this: object, ...given: unknown[]) => unknown;

function killAt(name: string): void {
  const point = POINTS[name];
  if (point === undefined) throw new Error(`no such point: ${name}`);
  let armed = false;
  process.on('SIGUSR2', () => {
    armed = true;
  });
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const query = prototype.query;
  prototype.query = function (...given: unknown[]) {
    const hit = armed && point.statement.test(textOf(given[0]));
    if (hit && point.after !== true) die();
    const answer = query.apply(this, given);
    if (hit && answer instanceof Promise) answer.finally(die).catch(() => undefined);
    return answer;
  };
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query.trimStart();
  const { text } = (query ?? {}) as { readonly text?: unknown };
  return typeof text === 'string' ? text.trimStart() : '';
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function jumpClock(byMs: number): void {
  const RealDate = Date;
  let aheadMs = process.env['FAULT_AT_START'] === 'true' ? byMs : 0;
  process.on('SIGUSR2', () => {
    aheadMs = byMs;
  });
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [RealDate.now() + aheadMs] : given, newTarget) as object,
    get: (target, name, receiver) =>
      name === 'now' ? () => RealDate.now() + aheadMs : (Reflect.get(target, name, receiver) as unknown),
  });
}
