import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientProblem } from '#client';
import { z } from 'zod';

/** Who uses a key file, told to whoever finds it locked. The lock itself is the key store's; this only names. */
const owner = z.strictObject({
  pid: z.int(),
  host: z.string(),
  command: z.string(),
  since: z.iso.datetime(),
});
type Owner = z.infer<typeof owner>;

/** The key store takes over a lock that was not renewed for ten seconds. */
const STALE_LOCK_MS = 14_000;
const LOOK_EVERY_MS = 500;

function ownerFileOf(keyFile: string): string {
  return `${keyFile}.user`;
}

/** Says who has it from now on; answers the way to take that back. */
export function noteOwner(keyFile: string, command: string): () => void {
  const note = { pid: process.pid, host: hostname(), command, since: new Date().toISOString() };
  writeFileSync(ownerFileOf(keyFile), JSON.stringify(note), { mode: 0o600 });
  return () => {
    rmSync(ownerFileOf(keyFile), { force: true });
  };
}

/**
 * Opens a key file. Found locked, it says who has it; a lock whose holder was killed, or killed before it could say who
 * it is, is waited for, because it ends by itself within seconds.
 * Errors: those of `open`, store.locked with the holder's name in `fields`.
 */
export async function openUnlocked<T>(keyFile: string, open: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + STALE_LOCK_MS;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof ClientProblem) || error.code !== 'store.locked') throw error;
      const holder = readOwner(keyFile);
      const mayEndByItself = holder === undefined || isGone(holder);
      if (!mayEndByItself || Date.now() > deadline) throw withHolder(error, holder);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function withHolder(error: ClientProblem, holder: Owner | undefined): ClientProblem {
  if (holder === undefined) return error;
  const text = `process ${holder.pid} on ${holder.host} ("trialogue ${holder.command}", since ${holder.since})`;
  return new ClientProblem('store.locked', { ...error.detail, fields: [text] }, { cause: error });
}

/** Only a process of this machine can be looked for; a stranger's is never called gone. */
function isGone({ pid, host }: Owner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function readOwner(keyFile: string): Owner | undefined {
  try {
    return owner.parse(JSON.parse(readFileSync(ownerFileOf(keyFile), 'utf8')));
  } catch {
    return undefined; // the holder is no terminal client, or is just starting
  }
}
