// Runs before everything else, on Node alone: nothing here may import a package.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './lock.mjs';
import { isProgram, projectRoot } from './root.mjs';

const NODE_FLOOR = [20, 20];
const PROGRESS_MS = 10_000;
const WAIT_FOR_OTHER_MS = 15 * 60_000;

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage
 */

/**
 * @param {string} version such as 20.20.1
 * @returns {string | undefined} the complaint, or undefined when this Node is new enough
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [floorMajor = 0, floorMinor = 0] = NODE_FLOOR;
  if (major > floorMajor || (major === floorMajor && minor >= floorMinor)) return undefined;
  return `Trialogue needs Node ${NODE_FLOOR.join('.')} or newer; this is Node ${version} (${process.execPath}).`;
}

/**
 * @param {string} path
 * @returns {number} milliseconds; 0 when the file is missing
 */
const modifiedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * @param {string} path
 * @returns {unknown}
 */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(path) {
  const lock = /** @type {{ packages?: Record<string, LockedPackage> }} */ (readJson(path));
  return lock.packages ?? {};
}

/**
 * Whether the tree really differs from the lock. Dates alone mislead (a checkout touches the lock file), and a
 * needless install costs a minute.
 * @param {string} root
 * @returns {boolean}
 */
function treeDiffers(root) {
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json')));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const fits = wanted.every(([path, { version, integrity, optional }]) => {
    const there = installed[path];
    if (path === '' || (there === undefined && optional === true)) return true;
    return there !== undefined && there.version === version && there.integrity === integrity;
  });
  const known = new Set(wanted.map(([path]) => path));
  return !fits || Object.keys(installed).some((path) => !known.has(path));
}

/**
 * @param {string} root the project folder
 * @returns {boolean} whether node_modules has to be installed
 */
export function needsInstall(root) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (!existsSync(installed)) return true;
  if (modifiedAt(installed) >= modifiedAt(lock)) return false;
  try {
    if (treeDiffers(root)) return true;
  } catch {
    return true;
  }
  markInstalled(root);
  return false;
}

/**
 * Dates the installed tree at least as new as the lock, even when the lock is dated in the future.
 * @param {string} root
 */
function markInstalled(root) {
  const at = new Date(Math.max(Date.now(), modifiedAt(join(root, 'package-lock.json')) + 1));
  utimesSync(join(root, 'node_modules', '.package-lock.json'), at, at);
}

/**
 * npm through the copy that runs us, when there is one; else from the PATH.
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
function npm() {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) {
    return { command: process.execPath, args: [cli], shell: false };
  }
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/**
 * @param {string} root
 * @param {{ command: string, args: string[], shell: boolean }} runner
 * @param {(line: string) => void} log
 * @returns {Promise<void>}
 */
function runInstall(root, runner, log) {
  const verb = existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install';
  // Errors only: npm warns of engines that packages of packages would like.
  const args = [...runner.args, verb, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const startedAt = Date.now();
  const progress = setInterval(() => {
    log(`  … still installing (${String(Math.round((Date.now() - startedAt) / 1000))} s)`);
  }, PROGRESS_MS);
  /** @type {Promise<void>} */
  const finished = new Promise((resolve, reject) => {
    const child = spawn(runner.command, args, {
      cwd: root,
      stdio: ['inherit', 2, 'inherit'],
      shell: runner.shell,
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`npm ${verb} failed (${signal ?? `exit code ${String(code)}`}); its message is above.`),
        );
    });
  });
  return finished.finally(() => {
    clearInterval(progress);
  });
}

/**
 * Installs the dependencies when they are missing or not those of the lock file; else returns at once.
 * Several processes may call it together: one installs, the others wait.
 * @param {{
 *   root?: string,
 *   runner?: { command: string, args: string[], shell: boolean },
 *   log?: (line: string) => void,
 * }} [options] runner: what stands in for npm; log: standard error, for a program's output may be read by another
 * @returns {Promise<boolean>} whether something was installed
 * @throws {Error} when npm fails
 */
export async function installIfNeeded({ root = projectRoot(), runner = npm(), log = console.error } = {}) {
  if (!needsInstall(root)) return false;
  // Not inside node_modules: npm ci deletes that folder.
  const lock = await takeLock(join(root, 'dist', '.locks', 'install'), {
    what: 'an installation of dependencies',
    waitMs: WAIT_FOR_OTHER_MS,
    onWait: () => {
      log('Waiting for the installation that is already under way …');
    },
  });
  try {
    if (!needsInstall(root)) return false;
    log('Installing dependencies (the first time only, about a minute) …');
    await runInstall(root, runner, log);
    if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
      throw new Error('npm reported success, but node_modules is not complete.');
    }
    markInstalled(root);
    log('Dependencies are installed.');
    return true;
  } finally {
    lock.release();
  }
}

async function main() {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint !== undefined) throw new Error(complaint);
  await installIfNeeded();
}

if (isProgram(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
