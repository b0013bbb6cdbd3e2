import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#launch';
import { identityOf, stopProcess } from '../../../libs/launch/processes.mjs';
import { noteServer, runFolder } from './run.mjs';

/** A real Redis of one suite, on a free port of 127.0.0.1. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Where it keeps its append-only file. */
  readonly folder: string;
  readonly pid: number;
  /** Starts it again on the same port and folder, after a stop or a kill. */
  restart(): Promise<void>;
  /** As a crash would: nothing is flushed. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** What the service demands of its Redis; a test of the demand itself may ask for less. */
export interface TestRedisOptions {
  appendOnly?: boolean;
  maxmemoryPolicy?: string;
  /** For instance 64mb; without it Redis sets no limit. */
  maxmemory?: string;
}

const READY_MS = 10_000;
const POLL_MS = 20;
const ATTEMPTS = 5;
const STOP_STEPS = [
  { signal: 'SIGTERM', graceMs: 5_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
] as const;

/** Whether there is a redis-server on the PATH. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** Starts a Redis as the service wants it: append-only file, nothing evicted. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(runFolder(), 'redis-'));
  const { child: first, port } = await startOnFreePort(folder, options);
  let child = first;
  let forget = noteServer('redis', child.pid ?? 0);
  const end = async (steps: typeof STOP_STEPS | [(typeof STOP_STEPS)[1]]) => {
    const identity = identityOf(child.pid ?? 0);
    if (identity !== undefined) await stopProcess(identity, steps);
    forget();
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return child.pid ?? 0;
    },
    restart: async () => {
      await end(STOP_STEPS);
      child = await startOn(port, folder, options);
      forget = noteServer('redis', child.pid ?? 0);
    },
    kill: () => end([STOP_STEPS[1]]),
    stop: () => end(STOP_STEPS),
  };
}

async function startOnFreePort(folder: string, options: TestRedisOptions) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { child: await startOn(port, folder, options), port };
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOn(port: number, folder: string, options: TestRedisOptions): Promise<ChildProcess> {
  const log = join(folder, 'redis.log');
  const output = openSync(log, 'a');
  const child = spawn('redis-server', redisArguments(port, folder, options), {
    cwd: folder,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const deadline = Date.now() + READY_MS;
  while (!(await answersPing(port))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`redis-server did not start:\n${readFileSync(log, 'utf8')}`);
    }
    await sleep(POLL_MS);
  }
  return child;
}

function redisArguments(port: number, folder: string, options: TestRedisOptions): string[] {
  const { appendOnly = true, maxmemoryPolicy = 'noeviction', maxmemory = '0' } = options;
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    ...['--appendonly', appendOnly ? 'yes' : 'no'],
    ...['--maxmemory', maxmemory, '--maxmemory-policy', maxmemoryPolicy],
  ];
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      resolve(answer.toString('latin1').startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
