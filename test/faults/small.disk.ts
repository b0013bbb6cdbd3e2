import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

/** The empty cluster, its log, and room for what a run writes. */
const SIZE = '320m';

/** This machine lets us mount nothing: the scenario cannot be played here, and says so. */
export class NoSmallDisk extends Error {
  constructor() {
    super('a small disk needs the right to mount a tmpfs');
  }
}

export function mountSmallDisk(folder: string): string {
  mkdirSync(folder);
  const options = `size=${SIZE},mode=0711`;
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder]);
  if (status !== 0) throw new NoSmallDisk();
  return folder;
}

/** Lazily: whatever still looks at it keeps nobody else from removing the folder. */
export function unmount(folder: string): void {
  spawnSync('umount', ['--lazy', folder]);
}

/** Those of this run, or of runs that were killed, under the folder given. */
export function unmountAllUnder(folder: string): void {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const place of mounted) if (place.startsWith(`${folder}/`)) unmount(place);
}
