import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process that cannot be confused with a later one under the same number.
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} startedAt opaque; differs for every process that ever had this pid
 */

/**
 * One step of making a process end.
 * @typedef {object} StopStep
 * @property {NodeJS.Signals} signal
 * @property {number} graceMs how long to wait before the next step
 */

const POLL_MS = 20;

/** @returns {string} empty where the system does not say */
function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * The fields of /proc/<pid>/stat from the state on. A zombie counts as gone: it holds nothing any more.
 * @param {number} pid
 * @returns {string[] | undefined} [state, parent, …]
 */
function procStat(pid) {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The command name may hold spaces and brackets; the fields we need come after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields;
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function startFromProc(pid) {
  const ticks = procStat(pid)?.[19];
  return ticks === undefined ? undefined : `${bootId()}:${ticks}`;
}

/**
 * @param {number} pid
 * @param {string} column
 * @returns {string | undefined}
 */
function askPs(pid, column) {
  const { status, stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  const answer = status === 0 ? stdout.trim() : '';
  return answer === '' ? undefined : answer;
}

/**
 * @param {number} pid
 * @returns {ProcessIdentity | undefined} undefined when no such process lives
 */
export function identityOf(pid) {
  const startedAt = process.platform === 'linux' ? startFromProc(pid) : askPs(pid, 'lstart');
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/**
 * @param {ProcessIdentity} identity
 * @returns {boolean} whether exactly this process still lives
 */
export function isAlive(identity) {
  const now = identityOf(identity.pid);
  return now !== undefined && now.startedAt === identity.startedAt;
}

/**
 * The command line of a process, for recognising our own.
 * @param {number} pid
 * @returns {string | undefined} undefined when it is gone or not readable for us
 */
export function commandOf(pid) {
  if (process.platform !== 'linux') return askPs(pid, 'command');
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @returns {number | undefined} the pid of its parent
 */
export function parentOf(pid) {
  const parent = process.platform === 'linux' ? procStat(pid)?.[1] : askPs(pid, 'ppid');
  return parent === undefined ? undefined : Number(parent);
}

/**
 * @param {() => boolean} condition
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} whether the condition came true in time
 */
export async function waitUntil(condition, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/**
 * Ends a process step by step, gentle signals first. Never touches a later process with the same pid.
 * @param {ProcessIdentity} identity
 * @param {readonly StopStep[]} steps
 * @returns {Promise<boolean>} whether it is gone
 */
export async function stopProcess(identity, steps) {
  for (const { signal, graceMs } of steps) {
    if (!isAlive(identity)) return true;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      // Gone between the look and the signal is what we wanted; a process of someone else is not ours to end.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
    if (await waitUntil(() => !isAlive(identity), graceMs)) return true;
  }
  return !isAlive(identity);
}
