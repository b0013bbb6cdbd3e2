import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isReady } from './service.js';

const FIRST_READY_MS = 90_000;
const STOP_MS = 30_000;
const POLL_MS = 50;
const record = z.object({ pid: z.int().positive() });
/** The folder that holds the database, when PostgreSQL's user could not get to the data folder itself. */
const databasePlace = z.object({ home: z.string().optional() });

/** A service of the demo's own, run by the launcher of `npm start` on a free port and a folder that is thrown away. */
export interface OwnService {
  readonly url: string;
  readonly dataDir: string;
  /** kill -9 of the service process; the launcher starts it again. Answers its pid, undefined when none runs just now. */
  kill(): number | undefined;
  /** When it answered ready, in Unix milliseconds. Errors after `timeoutMs`. */
  waitReady(timeoutMs: number): Promise<number>;
  /** What it and its launcher wrote so far. */
  output(): string;
  stop(): Promise<void>;
}

export interface OwnServiceOptions {
  /** The built program that `npm start` runs; default: the one of this build. */
  readonly launcher?: string;
  /** NODE_OPTIONS of the service, for tests that look into its heap. */
  readonly nodeOptions?: string;
}

const LAUNCHER = fileURLToPath(new URL('../../launch/start.js', import.meta.url));

export async function startOwnService({
  launcher = LAUNCHER,
  nodeOptions,
}: OwnServiceOptions = {}): Promise<OwnService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trialogue-own-'));
  // Root's PostgreSQL runs as another user, who has to get through to his own folder; the others stay closed.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const child = spawn(process.execPath, [launcher], {
    env: environment(dataDir, nodeOptions),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const service = new Launched(child, dataDir);
  try {
    await service.begin();
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** Its own database and mailbox, whatever this terminal or a .env file has set for another installation. */
function environment(dataDir: string, nodeOptions: string | undefined): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, REDIS_URL } = process.env;
  const kept = { PATH, HOME, TMPDIR, LANG, REDIS_URL };
  const unset = { DATABASE_URL: '', PUBLIC_URL: '', SMTP_URL: '', FOUNDING_TOKEN: '', HOST: '' };
  // As under npm: then the launcher ends when we are gone, even if we were killed.
  const own = { PORT: '0', DATA_DIR: dataDir, NODE_OPTIONS: nodeOptions, npm_lifecycle_event: 'start' };
  return { ...kept, ...unset, ...own };
}

class Launched implements OwnService {
  url = '';
  private text = '';

  constructor(
    private readonly child: ChildProcess,
    readonly dataDir: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.text += text;
      });
    }
  }

  /** Ready, and the trial organisation looked after: from here on nothing runs but what the demo does. */
  async begin(): Promise<void> {
    const deadline = Date.now() + FIRST_READY_MS;
    while (!/admin invite|could not be/u.test(this.text)) {
      if (this.hasEnded || Date.now() > deadline) throw new Error(`The service did not start:\n${this.text}`);
      await sleep(POLL_MS);
    }
    this.url = /ready: (http:\/\/[^\s]+)/u.exec(this.text)?.[1] ?? '';
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  kill(): number | undefined {
    const found = record.safeParse(parseJson(readIfThere(join(this.dataDir, 'service.json'))));
    if (!found.success) return undefined;
    process.kill(found.data.pid, 'SIGKILL');
    return found.data.pid;
  }

  async waitReady(timeoutMs: number): Promise<number> {
    const deadline = Date.now() + timeoutMs;
    while (!(await isReady(this.url))) {
      if (this.hasEnded || Date.now() > deadline)
        throw new Error(`The service was not ready again:\n${this.text.slice(-2_000)}`);
      await sleep(POLL_MS);
    }
    return Date.now();
  }

  output(): string {
    return this.text;
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    }
    const { home } = databasePlace.parse(parseJson(readIfThere(join(this.dataDir, 'postgres.json'))) ?? {});
    const isOurs = home !== undefined && basename(home).startsWith(basename(this.dataDir));
    if (isOurs) rmSync(home, { recursive: true, force: true });
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not there, or just being written
  }
}
