import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive, stopProcess } from '../../../libs/launch/processes.mjs';

/**
 * The folder of one jest run: every server started for it notes its pid there, so that the end of the run (or
 * the next run, if this one is killed) can stop what is left.
 */

/** @typedef {import('../../../libs/launch/processes.mjs').ProcessIdentity} ProcessIdentity */

const PREFIX = 'trialogue-test-';
const VARIABLE = 'TRIALOGUE_TEST_RUN';

const STOP_STEPS = /** @type {const} */ ([
  { signal: 'SIGINT', graceMs: 10_000 },
  { signal: 'SIGQUIT', graceMs: 3_000 },
  { signal: 'SIGKILL', graceMs: 3_000 },
]);

/**
 * @param {string} path
 * @returns {unknown}
 */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * @param {string} path
 * @returns {ProcessIdentity | undefined}
 */
function readIdentity(path) {
  try {
    return /** @type {ProcessIdentity} */ (readJson(path));
  } catch {
    return undefined;
  }
}

/** Creates the run's folder and tells the workers, which inherit the environment. */
export function openRun() {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), PREFIX));
  // Root runs PostgreSQL as another account, which has to enter.
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, 'runner.json'), JSON.stringify(identityOf(process.pid)));
  process.env[VARIABLE] = folder;
  return folder;
}

/** @returns {string} the folder of this jest run */
export function runFolder() {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error('no run folder: jest.config.mjs must name the global setup');
  return folder;
}

/**
 * Notes a server, so that it is stopped even if its suite is not able to.
 * @param {string} name
 * @param {number} pid
 * @returns {() => void} call it when the server is stopped
 */
export function noteServer(name, pid) {
  const path = join(runFolder(), `${name}-${String(pid)}.server.json`);
  writeFileSync(path, JSON.stringify(identityOf(pid) ?? {}));
  return () => {
    rmSync(path, { force: true });
  };
}

/**
 * Stops every server noted in a run's folder and removes the folder.
 * @param {string} folder
 */
export async function closeRun(folder) {
  const notes = readdirSync(folder).filter((name) => name.endsWith('.server.json'));
  await Promise.all(
    notes.map(async (name) => {
      const identity = readIdentity(join(folder, name));
      if (identity !== undefined) await stopProcess(identity, STOP_STEPS);
    }),
  );
  rmSync(folder, { recursive: true, force: true });
}

/** Stops what runs that were killed left behind: their runner is dead, their servers may live. */
export async function sweepDeadRuns() {
  const base = realpathSync(tmpdir());
  for (const name of readdirSync(base).filter((entry) => entry.startsWith(PREFIX))) {
    const runner = readIdentity(join(base, name, 'runner.json'));
    if (runner !== undefined && !isAlive(runner)) await closeRun(join(base, name)).catch(() => undefined);
  }
}
