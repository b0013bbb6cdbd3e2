import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepDatabase, type KeptDatabase } from './database.keeper.js';
import { LockHeld, takeLock, type Lock } from './lock.mjs';
import { freePort, isFree } from './port.js';
import { readSecrets } from './secrets.file.js';
import { keepService, stopLeftoverService, type Patience, type Service } from './service.process.js';
import type { LaunchSettings } from './settings.js';

/** What to launch. */
export interface LaunchOptions {
  settings: LaunchSettings;
  /** Passed on to the service and the founder. */
  env: NodeJS.ProcessEnv;
  /** The service: listens on PORT, answers /health/ready, ends gracefully on SIGTERM and on 'disconnect'. */
  service: string;
  /** Runs once when the service is ready: founds a trial organisation if there is none. May not exist. */
  founder?: string | undefined;
  /** Told how to restart the service, until the signal; for `--watch`. */
  watch?: ((restart: () => Promise<void>, until: AbortSignal) => void) | undefined;
  log: (line: string) => void;
  patience?: Partial<Patience> | undefined;
}

const HIGHEST_PORT = 65_535;

/**
 * Starts PostgreSQL (unless DATABASE_URL names one), the service and the founder, and keeps them running until
 * told to stop. Everything that can be refused is refused before anything is started, and when this settles
 * nothing is left running.
 * @param stop ends everything gracefully: founder, service, PostgreSQL, in this order
 * @param hurry ends a stop that takes too long for somebody
 * @returns undefined after a stop; otherwise why it cannot go on
 * @throws Error in words for the person at the terminal, when it cannot start
 */
export async function launch(
  options: LaunchOptions,
  stop: AbortSignal,
  hurry: AbortSignal,
): Promise<Error | undefined> {
  const { settings } = options;
  const undo: (() => void | Promise<void>)[] = [];
  try {
    const lock = await lockDataDir(settings.dataDir);
    undo.push(() => {
      lock.release();
    });
    const leftover = await stopLeftoverService({ ...options, recordPath: recordPath(settings.dataDir) });
    const port = settings.port === 0 ? await freePort() : settings.port;
    await refuseTakenPort(port, settings.host, leftover ? LETS_GO_MS : 0);
    const env = serviceEnvironment(options, port);
    const database = settings.databaseUrl === undefined ? await startDatabase(options) : undefined;
    undo.push(() => database?.stop());
    if (database !== undefined) env['DATABASE_URL'] = database.url;
    if (stop.aborted) return undefined;
    return await runService({ options, env, port, database, stop, hurry });
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

interface Run {
  options: LaunchOptions;
  env: NodeJS.ProcessEnv;
  port: number;
  database: KeptDatabase | undefined;
  stop: AbortSignal;
  hurry: AbortSignal;
}

async function runService({ options, env, port, database, stop, hurry }: Run): Promise<Error | undefined> {
  const { settings, log } = options;
  log('Starting the service …');
  const service = keepService({
    program: options.service,
    env,
    readyUrl: `http://${reachable(settings.host)}:${port}/health/ready`,
    recordPath: recordPath(settings.dataDir),
    log,
    patience: options.patience,
  });
  const finished = new AbortController();
  try {
    const nearby = relative(process.cwd(), settings.dataDir);
    const folder = nearby.startsWith('..') ? settings.dataDir : nearby;
    const opening = service.ready.then(async () => {
      log(`Trialogue is ready: ${urlOf(settings, port)}  (data in ${folder}; Ctrl-C stops it)`);
      log(
        `What is overdue: ${urlOf(settings, port)}/operations/overdue  (password: OPERATOR_TOKEN of ${tokenPlace(options, folder)})`,
      );
      await runFounder(options, urlOf(settings, port), env, finished.signal);
    });
    opening.catch(() => undefined); // `ended` tells the reason
    options.watch?.(() => service.restart(), finished.signal);
    const reasons = [service.ended, aborted(stop), ...(database === undefined ? [] : [database.gaveUp])];
    return await Promise.race(reasons);
  } finally {
    finished.abort();
    await stopService(service, hurry);
  }
}

async function stopService(service: Service, hurry: AbortSignal): Promise<void> {
  const atOnce = () => void service.stop(0);
  hurry.addEventListener('abort', atOnce);
  await (hurry.aborted ? service.stop(0) : service.stop());
  hurry.removeEventListener('abort', atOnce);
}

/** Where the operator finds his password. It is never printed. */
function tokenPlace({ env }: LaunchOptions, folder: string): string {
  return (env['OPERATOR_TOKEN'] ?? '') === '' ? join(folder, 'secrets.json') : 'the environment';
}

const recordPath = (dataDir: string) => join(dataDir, 'service.json');
const urlOf = ({ publicUrl }: LaunchSettings, port: number) => publicUrl ?? `http://localhost:${port}`;

/** An address this machine reaches a service on, whatever it listens on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Asked anew each time: the compiler believes a signal cannot change between two looks. */
const isOver = (signal: AbortSignal) => signal.aborted;

async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort');
  return undefined;
}

async function lockDataDir(dataDir: string): Promise<Lock> {
  mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  try {
    return await takeLock(join(dataDir, 'launch.lock'), { what: 'another Trialogue' });
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    const advice = 'Stop it, or run this one beside it: DATA_DIR=./.data-2 PORT=3001 npm start';
    throw new Error(`${error.message}.\n${advice}`, { cause: error });
  }
}

/** A process counts as gone when its first thread is; the last one lets go of the port a moment later. */
const LETS_GO_MS = 3_000;
const LOOK_AGAIN_MS = 50;

async function refuseTakenPort(port: number, host: string, patienceMs: number): Promise<void> {
  // "localhost" may mean ::1 to a browser: another program there would be taken for us.
  for (let leftMs = patienceMs; leftMs >= 0; leftMs -= LOOK_AGAIN_MS) {
    if ((await isFree(port, host)) && (await isFree(port, '::1'))) return;
    if (leftMs > 0) await sleep(LOOK_AGAIN_MS);
  }
  const other = port === HIGHEST_PORT ? port - 1 : port + 1;
  throw new Error(
    `Port ${port} is taken by another program. Stop that program, or choose another port: PORT=${other} npm start`,
  );
}

async function startDatabase({ settings, log }: LaunchOptions): Promise<KeptDatabase> {
  log('Starting PostgreSQL …');
  return keepDatabase(settings.dataDir, log);
}

function serviceEnvironment({ settings, env }: LaunchOptions, port: number): NodeJS.ProcessEnv {
  const { dataDir, host, databaseUrl } = settings;
  const own = { PORT: String(port), HOST: host, DATA_DIR: dataDir, DATABASE_URL: databaseUrl };
  return { ...env, ...own, PUBLIC_URL: urlOf(settings, port), ...readSecrets(dataDir, env) };
}

/** The service goes on whatever becomes of the founder: founding is tried again at the next start. */
async function runFounder(options: LaunchOptions, url: string, env: NodeJS.ProcessEnv, until: AbortSignal) {
  const { founder, log } = options;
  if (founder === undefined || !existsSync(founder) || isOver(until)) return;
  const forFounder: NodeJS.ProcessEnv = { ...env, TRIALOGUE_URL: url };
  delete forFounder['DATABASE_URL']; // it comes through the front door like any administrator
  delete forFounder['SESSION_SECRET'];
  delete forFounder['VAPID_PRIVATE_KEY'];
  delete forFounder['OPERATOR_TOKEN'];
  const child = spawn(process.execPath, [founder], {
    env: forFounder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  until.addEventListener('abort', () => child.kill('SIGKILL'));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(signal ?? `exit code ${String(code)}`);
    });
  });
  const end = await ended;
  if (end === 'exit code 0' || isOver(until)) return;
  log(`The trial organisation could not be founded (${end}); the next start tries again.`);
}
