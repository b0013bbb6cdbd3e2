import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive } from './processes.mjs';

/**
 * Who holds a lock.
 * @typedef {object} LockHolder
 * @property {number} pid
 * @property {string} startedAt
 * @property {string} host
 * @property {string} what in words, for the person who has to wait
 * @property {string} since ISO time
 */

/**
 * @typedef {object} Lock
 * @property {() => void} release gives the lock back; safe to call twice
 */

const HEARTBEAT_MS = 2_000;
/** A holder on another host (a container that is gone, say) cannot be asked; silence this long means dead. */
const SILENCE_MS = 15_000;
const BEING_WRITTEN_MS = 2_000;
const TAKEOVER_MS = 5_000;
const RETRY_MS = 50;

/** Thrown when a live process holds the lock. */
export class LockHeld extends Error {
  /**
   * @param {string} path
   * @param {LockHolder | undefined} holder undefined while the file is just being written
   */
  constructor(path, holder) {
    const who = holder === undefined ? 'another process' : `${holder.what}, process ${String(holder.pid)}`;
    const since = holder === undefined ? '' : ` since ${holder.since}`;
    super(`${dirname(path)} is in use by ${who}${since}`);
    this.name = 'LockHeld';
    this.holder = holder;
  }
}

/**
 * @param {string} text
 * @returns {unknown}
 */
const parse = (text) => JSON.parse(text);

/**
 * @param {string} path
 * @returns {{ holder: LockHolder | undefined, ageMs: number } | undefined} undefined when nobody holds it
 */
function readLock(path) {
  try {
    const ageMs = Date.now() - statSync(path).mtimeMs;
    const text = readFileSync(path, 'utf8');
    try {
      return { holder: /** @type {LockHolder} */ (parse(text)), ageMs };
    } catch {
      return { holder: undefined, ageMs };
    }
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {{ holder: LockHolder | undefined, ageMs: number }} lock
 * @returns {boolean}
 */
function isHeld({ holder, ageMs }) {
  if (holder === undefined) return ageMs < BEING_WRITTEN_MS;
  if (holder.host !== hostname()) return ageMs < SILENCE_MS;
  return isAlive(holder);
}

/**
 * Creates the lock file, which only one process can do.
 * @param {string} path
 * @param {LockHolder} holder
 * @returns {boolean}
 */
function create(path, holder) {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, JSON.stringify(holder));
    closeSync(file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a dead process's lock. Looking and removing happen inside a second, tiny lock (a folder), so that
 * two processes which both saw the dead one cannot remove each other's fresh lock.
 * @param {string} path
 */
function removeStale(path) {
  const takeover = `${path}.takeover`;
  try {
    mkdirSync(takeover);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    if (Date.now() - (statSync(takeover, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > TAKEOVER_MS) {
      rmdirSync(takeover);
    }
    return;
  }
  const lock = readLock(path);
  if (lock !== undefined && !isHeld(lock)) unlinkSync(path);
  rmdirSync(takeover);
}

/**
 * @param {string} path
 * @param {LockHolder} mine
 * @returns {Lock}
 */
function held(path, mine) {
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder was deleted under us: nothing left to keep alive.
    }
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      const holder = readLock(path)?.holder;
      if (holder?.pid === mine.pid && holder.startedAt === mine.startedAt) unlinkSync(path);
    },
  };
}

/**
 * Takes a lock that only one live process can hold. The lock of a killed process is taken over at once: a pid
 * counts only together with its start time.
 * @param {string} path the lock file; its folder is created
 * @param {{ what: string, waitMs?: number, onWait?: (holder: LockHolder | undefined) => void }} options
 *   what: who is asking, in words; waitMs: how long to wait for a live holder (0: not at all);
 *   onWait: called once when there is somebody to wait for
 * @returns {Promise<Lock>}
 * @throws {LockHeld} when a live process still holds it after waitMs
 */
export async function takeLock(path, { what, waitMs = 0, onWait }) {
  const me = identityOf(process.pid) ?? { pid: process.pid, startedAt: '' };
  const mine = { ...me, host: hostname(), what, since: new Date().toISOString() };
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMs;
  for (let told = false; ;) {
    if (create(path, mine)) return held(path, mine);
    const lock = readLock(path);
    if (lock === undefined) continue;
    if (!isHeld(lock)) {
      removeStale(path);
    } else if (Date.now() >= deadline) {
      throw new LockHeld(path, lock.holder);
    } else if (!told) {
      told = true;
      onWait?.(lock.holder);
    }
    await sleep(RETRY_MS);
  }
}
