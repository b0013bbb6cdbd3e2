import { chownSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file for the owner alone, whole or not at all. When root works in the folder of an ordinary user the
 * file becomes that user's: he must be able to start Trialogue himself the next time.
 */
export function writePrivateFile(path: string, content: object): void {
  const half = `${path}.new`;
  writeFileSync(half, JSON.stringify(content, null, 2), { mode: 0o600 });
  giveToOwnerOfFolder(half);
  renameSync(half, path);
}

/** Does nothing unless root. */
export function giveToOwnerOfFolder(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  chownSync(path, uid, gid);
}
