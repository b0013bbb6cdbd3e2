import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, identityOf, stopProcess, type ProcessIdentity } from './processes.mjs';

/** What a running server writes into its own data folder. */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

/** Fast shutdown first; immediate shutdown (recovered from the log at the next start) when that hangs. */
export const STOP_STEPS = [
  { signal: 'SIGINT', graceMs: 20_000 },
  { signal: 'SIGQUIT', graceMs: 5_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
] as const;

/** Above every pid any system hands out, so it never lives. */
const NO_PID = '99999999';

/** Reads `postmaster.pid`: pid, data folder, start, port, socket folder, address, memory key, status. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number.parseInt(lines[0] ?? '', 10);
    if (!Number.isInteger(pid) || pid <= 1) return undefined;
    return { pid, port: Number.parseInt(lines[3] ?? '', 10), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/** Whether a live process is a PostgreSQL that runs on exactly this data folder. */
function runsOn(pid: number, cluster: string): boolean {
  const command = `${commandOf(pid) ?? ''} `;
  if (!/[/\\]postgres(\.exe)? /.test(command)) return false;
  return [cluster, realpathSync(cluster)].some((folder) => command.includes(` -D ${folder} `));
}

/**
 * Makes sure no server runs on a data folder: one left behind by a killed launcher is shut down cleanly.
 *
 * Stopped rather than adopted: it may run with older settings or binaries, nobody reads its exit, and a clean
 * stop costs a few hundred milliseconds.
 * @returns whether there was one to stop
 * @throws Error when it does not stop
 */
export async function stopLeftover(cluster: string, log: (line: string) => void): Promise<boolean> {
  const postmaster = readPostmaster(cluster);
  const identity = postmaster === undefined ? undefined : identityOf(postmaster.pid);
  if (identity === undefined) return false; // PostgreSQL itself copes with the file of a dead process.
  if (!runsOn(identity.pid, cluster)) {
    disownPid(cluster, identity);
    return false;
  }
  log(`Stopping the PostgreSQL (process ${identity.pid}) that an earlier start left behind …`);
  if (await stopProcess(identity, STOP_STEPS)) return true;
  throw new Error(`The PostgreSQL left behind on ${cluster} (process ${identity.pid}) does not stop.`);
}

/**
 * After a reboot the pid in the file may belong to some other program, and PostgreSQL would refuse to start.
 * The file stays, with its memory key: PostgreSQL still checks through it that no orphaned backend is at work.
 */
function disownPid(cluster: string, other: ProcessIdentity): void {
  const path = join(cluster, 'postmaster.pid');
  const [first, ...rest] = readFileSync(path, 'utf8').split('\n');
  if (first?.trim() !== String(other.pid)) return;
  writeFileSync(path, [NO_PID, ...rest].join('\n'));
}
