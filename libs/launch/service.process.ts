import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive, stopProcess, type ProcessIdentity } from './processes.mjs';

/** How to run the service. Times in milliseconds. */
export interface ServiceOptions {
  /** The program, started with this very Node. */
  program: string;
  env: NodeJS.ProcessEnv;
  /** Answers 200 when the service is ready. */
  readyUrl: string;
  /** Remembers which process it is, for the next start, should this one be killed. */
  recordPath: string;
  log: (line: string) => void;
  patience?: Partial<Patience> | undefined;
}

/** How long and how often to try. */
export interface Patience {
  readyMs: number;
  /** From SIGTERM to SIGKILL. */
  graceMs: number;
  /** Pause before the first restart; doubled while it dies before it is ready. */
  pauseMs: number;
  /** Deaths in a row without having been ready. */
  deathsBeforeReady: number;
  /** Deaths of any kind within one minute. */
  deathsPerMinute: number;
}

/** The service as it is kept alive: dies, is started again, until stopped or given up. */
export interface Service {
  /** Settles the first time it is ready. Rejects when it was given up or stopped before. */
  readonly ready: Promise<void>;
  /** Settles when no process is left; with the reason if it was given up. */
  readonly ended: Promise<Error | undefined>;
  /** Stops the running process gracefully and starts a new one, as after a new build. */
  restart(): Promise<void>;
  /** @param graceMs shorter than usual when somebody is in a hurry */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULTS: Patience = {
  readyMs: 60_000,
  graceMs: 15_000,
  pauseMs: 250,
  deathsBeforeReady: 5,
  deathsPerMinute: 20,
};
const MINUTE_MS = 60_000;
const LONGEST_PAUSE_MS = 5_000;
const POLL_MS = 100;
const PROGRESS_MS = 5_000;
const ANSWER_MS = 2_000;
/** EX_CONFIG: the service read its settings and cannot work with them; trying again would not help. */
const EXIT_SETTINGS = 78;

type Leftover = Pick<ServiceOptions, 'recordPath' | 'log' | 'patience'>;

/**
 * Ends a service that a killed launcher left behind. It should have noticed by itself; it may hang.
 * @returns whether there was one
 */
export async function stopLeftoverService({ recordPath, log, patience }: Leftover): Promise<boolean> {
  if (!existsSync(recordPath)) return false;
  const identity = readIdentity(recordPath);
  const isThere = identity !== undefined && isAlive(identity);
  if (isThere) {
    log(`Stopping the service (process ${identity.pid}) that an earlier start left behind …`);
    const gone = await stopProcess(identity, stopSteps(patience?.graceMs ?? DEFAULTS.graceMs));
    if (!gone) throw new Error(`The service left behind (process ${identity.pid}) does not stop.`);
  }
  rmSync(recordPath, { force: true });
  return isThere;
}

/** Undefined for a record that a power cut left half written: it names no process. */
function readIdentity(recordPath: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(recordPath, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

const stopSteps = (graceMs: number) =>
  [
    { signal: 'SIGTERM', graceMs },
    { signal: 'SIGKILL', graceMs: 5_000 },
  ] as const;

/** Starts the service and keeps it alive. */
export function keepService(options: ServiceOptions): Service {
  return new KeptService(options);
}

class KeptService implements Service {
  readonly ready: Promise<void>;
  readonly ended: Promise<Error | undefined>;
  private readonly patience: Patience;
  private readonly stopped = new AbortController();
  private child: ChildProcess | undefined;
  private isRestarting = false;
  private deathTimes: number[] = [];
  private deathsBeforeReady = 0;
  private becameReady: () => void = () => undefined;

  constructor(private readonly options: ServiceOptions) {
    this.patience = { ...DEFAULTS, ...options.patience };
    const firstReady = new Promise<void>((resolve) => {
      this.becameReady = resolve;
    });
    this.ended = this.keep();
    const endedBefore = this.ended.then((reason) => Promise.reject(reason ?? new Error('It was stopped.')));
    this.ready = Promise.race([firstReady, endedBefore]);
    this.ready.catch(() => undefined); // nobody has to wait for it
  }

  async restart(): Promise<void> {
    this.isRestarting = true;
    await this.endChild(this.patience.graceMs);
  }

  async stop(graceMs = this.patience.graceMs): Promise<void> {
    this.stopped.abort();
    await this.endChild(graceMs);
    await this.ended;
  }

  private async endChild(graceMs: number): Promise<void> {
    const identity = identityOf(this.child?.pid ?? 0);
    if (identity !== undefined) await stopProcess(identity, stopSteps(graceMs));
  }

  private async keep(): Promise<Error | undefined> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const death = await this.runOnce();
      if (this.stopped.signal.aborted) break;
      if (this.isRestarting) {
        this.isRestarting = false;
        continue;
      }
      if (this.isHopeless(death)) {
        return new Error(`The service does not stay up (${death}); its messages are above.`);
      }
      this.options.log(`The service ended unexpectedly (${death}); starting it again.`);
      const pauseMs = Math.min(this.patience.pauseMs * 2 ** this.deathsBeforeReady, LONGEST_PAUSE_MS);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  /** @returns how it ended, in words */
  private async runOnce(): Promise<string> {
    const { program, env, recordPath } = this.options;
    // Of a session of its own: Ctrl-C must reach it through us alone, so that it is not taken for a crash.
    const child = spawn(process.execPath, [program], {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    this.child = child;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => {
        resolve(error.message);
      });
      child.once('exit', (code, signal) => {
        resolve(signal ?? exitCode(code));
      });
    });
    writeFileSync(recordPath, JSON.stringify(identityOf(child.pid ?? 0) ?? {}));
    const [isReady, death] = await Promise.all([this.waitReady(child), ended]);
    rmSync(recordPath, { force: true });
    this.deathsBeforeReady = isReady ? 0 : this.deathsBeforeReady + 1;
    this.deathTimes.push(Date.now());
    return death;
  }

  private isHopeless(death: string): boolean {
    this.deathTimes = this.deathTimes.filter((at) => Date.now() - at < MINUTE_MS);
    return (
      death === exitCode(EXIT_SETTINGS) ||
      this.deathsBeforeReady >= this.patience.deathsBeforeReady ||
      this.deathTimes.length >= this.patience.deathsPerMinute
    );
  }

  /** Ends a service that does not become ready in time; its death then counts like any other. */
  private async waitReady(child: ChildProcess): Promise<boolean> {
    const startedAt = Date.now();
    for (let told = 1; isRunning(child);) {
      if (await answersOk(this.options.readyUrl)) {
        this.becameReady();
        return true;
      }
      const waitedMs = Date.now() - startedAt;
      if (waitedMs > this.patience.readyMs) {
        this.options.log(`The service was not ready within ${this.patience.readyMs / 1000} s.`);
        await this.endChild(this.patience.graceMs);
      } else if (waitedMs > told * PROGRESS_MS) {
        told += 1;
        this.options.log(`  … still waiting for the service (${Math.round(waitedMs / 1000)} s)`);
      }
      await sleep(POLL_MS);
    }
    return false;
  }
}

const exitCode = (code: number | null) => `exit code ${String(code)}`;

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
