import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { noteServer } from '../support/servers/run.mjs';
import type { Order, Word } from './preload.js';

const PROGRAMS = {
  api: fileURLToPath(new URL('../../src/main.js', import.meta.url)),
  worker: fileURLToPath(new URL('../../src/worker.js', import.meta.url)),
} as const;
const PRELOAD = new URL('./preload.js', import.meta.url).href;
/** So long it may still find that its database is away, say so and end: whoever runs it starts it again. */
const BOOT_MS = 10_000;
const STOP_MS = 20_000;

export interface NodeOptions {
  readonly kind: keyof typeof PROGRAMS;
  readonly env: Readonly<Record<string, string>>;
  /** What it and its predecessors say; kept with the history of a run that went wrong. */
  readonly logFile: string;
  /** For an API: where it answers. */
  readonly port?: number;
  /** It died of -9, or stands still: whatever it had under way, it knows no more of. */
  readonly onCut: (what: 'kill' | 'freeze') => void;
}

/** One process of the service, which may be killed, stopped for a while and started again under the same settings. */
export class ServiceNode {
  private child: ChildProcess | undefined;
  private mayDie = false;
  private hasWorked = false;
  /** How often it died without anybody having wanted it. */
  unexpectedDeaths = 0;

  constructor(private readonly options: NodeOptions) {}

  get kind(): NodeOptions['kind'] {
    return this.options.kind;
  }

  get port(): number | undefined {
    return this.options.port;
  }

  get isAlive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Its engine has gone round once since it was started. */
  get works(): boolean {
    return this.isAlive && this.hasWorked;
  }

  get name(): string {
    return basename(this.options.logFile, '.log');
  }

  start(env: Readonly<Record<string, string>> = {}): void {
    const output = openSync(this.options.logFile, 'a');
    const child = spawn(process.execPath, ['--import', PRELOAD, PROGRAMS[this.options.kind]], {
      env: { PATH: process.env['PATH'], ...this.options.env, ...env },
      // The channel: when the suite dies, its nodes see it and end.
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
    this.child = child;
    this.mayDie = false;
    this.hasWorked = false;
    child.on('message', ({ works }: Word) => {
      if (this.child === child) this.hasWorked = works;
    });
    const forget = noteServer(this.name, child.pid ?? 0);
    const startedAt = performance.now();
    child.once('exit', (_code, signal) => {
      forget();
      if (signal === 'SIGKILL') this.options.onCut('kill');
      const hadStarted = performance.now() - startedAt > BOOT_MS;
      if (hadStarted && !this.mayDie) this.unexpectedDeaths += 1;
    });
  }

  signal(name: NodeJS.Signals): void {
    if (name === 'SIGSTOP') this.options.onCut('freeze');
    this.child?.kill(name);
  }

  /** What the preload does in there. */
  order(order: Order): void {
    if (order.order === 'block') this.options.onCut('freeze');
    this.child?.send(order, () => undefined);
  }

  /** kill -9, and gone when it returns. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Waits for an end it comes to by itself; its exit code, or undefined when it still lives after that time. */
  async ended(withinMs: number): Promise<number | null | undefined> {
    this.mayDie = true;
    for (let waitedMs = 0; this.isAlive && waitedMs < withinMs; waitedMs += 50) await sleep(50);
    return this.isAlive ? undefined : (this.child?.exitCode ?? null);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isAlive) return;
    this.mayDie = true;
    const exited = once(child, 'exit');
    child.kill(signal);
    // A stopped process takes no SIGTERM.
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  }
}
