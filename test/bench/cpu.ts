import { readFileSync, readdirSync } from 'node:fs';

/** Kernel ticks per second as every Linux of today reports them in /proc. */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

/** Own and reaped children's user and system time of one process; undefined when it is gone. */
function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
    return { parent: Number(fields[1] ?? 0), ticks };
  } catch {
    return undefined;
  }
}

/** CPU seconds so far of these processes and their children, from the kernel's accounting; NaN where there is no /proc. */
export function cpuSeconds(pids: readonly number[]): number {
  try {
    const stats = readdirSync('/proc')
      .filter((name) => /^\d+$/u.test(name))
      .map((name) => ({ pid: Number(name), stat: statOf(name) }));
    const ours = stats.filter(({ pid, stat }) => pids.includes(pid) || pids.includes(stat?.parent ?? 0));
    return ours.reduce((sum, { stat }) => sum + (stat?.ticks ?? 0), 0) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}
