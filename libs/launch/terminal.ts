import { setTimeout as sleep } from 'node:timers/promises';
import { launch, type LaunchOptions } from './launcher.js';
import { commandOf, identityOf, isAlive, parentOf } from './processes.mjs';
import { readSettings } from './settings.js';

/** What `npm start` may vary. */
export type TerminalOptions = Pick<LaunchOptions, 'service' | 'founder' | 'watch' | 'patience'>;

/** npm passes on a Ctrl-C that the terminal has already sent us: within this time it is the same one. */
const SAME_PRESS_MS = 1_000;
const NPM_CHECK_MS = 500;

/**
 * Runs the launcher as the program of a terminal: Ctrl-C, SIGTERM, a closed terminal and the death of npm all
 * stop it gracefully; a second Ctrl-C hurries.
 * @returns the exit code
 */
export async function runInTerminal(options: TerminalOptions): Promise<number> {
  // The terminal may be gone before we are: nobody reads, and that must not be an error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const log = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  const stop = new AbortController();
  const hurry = new AbortController();
  let pressedAt = 0;
  const onSignal = () => {
    const now = Date.now();
    if (!stop.signal.aborted) {
      pressedAt = now;
      log('Stopping …');
      stop.abort();
    } else if (now - pressedAt > SAME_PRESS_MS && !hurry.signal.aborted) {
      log('Stopping at once.');
      hurry.abort();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  void watchNpm(stop);
  try {
    const settings = readSettings(process.env);
    const reason = await launch({ ...options, settings, env: process.env, log }, stop.signal, hurry.signal);
    if (reason === undefined) log('Stopped.');
    else process.stderr.write(`\n${reason.message}\n`);
    return reason === undefined ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    stop.abort();
  }
}

/**
 * npm killed with -9 tells nobody, and the shell it put between us lives on: so npm itself is looked after. Only
 * when it is npm that started us: whoever starts us in another way may want a daemon.
 */
async function watchNpm(stop: AbortController): Promise<void> {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const grandparent = parentOf(parent) ?? 0;
  const npm = /^npm |npm-cli/.test(commandOf(grandparent) ?? '') ? identityOf(grandparent) : undefined;
  while (!stop.signal.aborted) {
    if (process.ppid !== parent || (npm !== undefined && !isAlive(npm))) stop.abort();
    await sleep(NPM_CHECK_MS, undefined, { ref: false });
  }
}
