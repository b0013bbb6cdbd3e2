import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copyBinaries, findBinaries, type Binaries } from './postgres.binaries.js';

/** The account a server runs as when we are root; PostgreSQL refuses to run as root itself. */
export interface Account {
  uid: number;
  gid: number;
}

/** Where one embedded server lives. `home` is the folder that holds (or will hold) its `postgres` folder. */
export interface Place {
  binaries: Binaries;
  home: string;
  account?: Account;
}

interface Search {
  dataDir: string;
  /** Where the data was kept last time, if there was one: it never moves by itself. */
  knownHome?: string | undefined;
  /** Folders for root to try when the account cannot enter the clone or the data folder. */
  refuges?: readonly string[] | undefined;
  log: (line: string) => void;
}

const REFUGES = ['/var/lib/trialogue', '/usr/local/var/trialogue'];
const ACCOUNT_NAME = 'postgres';

/**
 * Decides who runs PostgreSQL, from which binaries, and where the data lie. An ordinary user runs it himself,
 * in place. Root needs another account, and that account must be able to enter binaries and data: this is tried
 * out, not guessed, and what it cannot enter is put where it can.
 * @throws Error with advice when no place fits
 */
export async function findPlace(search: Search): Promise<Place> {
  const binaries = findBinaries();
  if (process.getuid?.() !== 0) return { binaries, home: ownHome(search) };
  const account = accountFor(search);
  const home = search.knownHome ?? homeFor(search, account);
  if (canRun(binaries, account)) return { binaries, home, account };
  return { binaries: await reachableCopy(binaries, account, search), home, account };
}

function ownHome({ dataDir, knownHome }: Search): string {
  const home = knownHome ?? dataDir;
  const cluster = join(home, 'postgres');
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && owner !== process.getuid?.()) {
    throw new Error(
      `The database in ${cluster} belongs to another user (number ${owner}). Start Trialogue as that user or ` +
        'as root, or choose another DATA_DIR.',
    );
  }
  return home;
}

/** The owner of data that are already there; else the account `postgres`, which is created when missing. */
function accountFor({ dataDir, knownHome, log }: Search): Account {
  const owner = statSync(join(knownHome ?? dataDir, 'postgres'), { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = lookUp(ACCOUNT_NAME);
  if (known !== undefined) return known;
  spawnSync('groupadd', ['--system', ACCOUNT_NAME]);
  spawnSync('useradd', ['--system', '--no-create-home', '--gid', ACCOUNT_NAME, ACCOUNT_NAME]);
  const created = lookUp(ACCOUNT_NAME);
  if (created === undefined) {
    throw new Error(
      `PostgreSQL does not run as root and the user "${ACCOUNT_NAME}" could not be created. Create it, start ` +
        'Trialogue as an ordinary user, or give a database by DATABASE_URL.',
    );
  }
  log(`Created the system user "${ACCOUNT_NAME}": PostgreSQL does not run as root.`);
  return created;
}

function lookUp(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number.parseInt(stdout, 10) : undefined;
  });
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function homeFor({ dataDir, refuges = REFUGES, log }: Search, account: Account): string {
  if (canKeepData(dataDir, account)) return dataDir;
  const key = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 12);
  for (const refuge of refuges) {
    const home = join(refuge, `${basename(dataDir).replace(/^\./, '')}-${key}`);
    if (!canKeepData(home, account)) continue;
    log(`User number ${account.uid} cannot enter ${dataDir}: the database is kept in ${home}.`);
    return home;
  }
  throw new Error(
    `User number ${account.uid}, who runs PostgreSQL for root, can enter neither ${dataDir} nor ` +
      `${refuges.join(' nor ')}. Choose another DATA_DIR or give a database by DATABASE_URL.`,
  );
}

async function reachableCopy(binaries: Binaries, account: Account, search: Search): Promise<Binaries> {
  const { refuges = REFUGES, log } = search;
  for (const refuge of refuges) {
    const copy = await copyBinaries(binaries, refuge).catch(() => undefined);
    if (copy === undefined || !canRun(copy, account)) continue;
    log(`User number ${account.uid} cannot enter ${binaries.folder}: PostgreSQL runs from ${copy.folder}.`);
    return copy;
  }
  throw new Error(
    `User number ${account.uid}, who runs PostgreSQL for root, cannot run ${binaries.folder}/bin/postgres. ` +
      'Move the clone to a folder others may enter, or give a database by DATABASE_URL.',
  );
}

function canRun({ folder }: Binaries, account: Account): boolean {
  const share = join(folder, 'share', 'postgresql');
  const script = '"$1" --version && ls "$2" >/dev/null';
  return runAs(account, script, [join(folder, 'bin', 'postgres'), existsSync(share) ? share : folder]);
}

/** Tried with a folder of its own in the very place, as initdb will do it. */
function canKeepData(home: string, account: Account): boolean {
  const probe = join(home, `.probe-${String(process.pid)}`);
  try {
    mkdirSync(probe, { recursive: true, mode: 0o711 });
    chownSync(probe, account.uid, account.gid);
    return runAs(account, 'cd "$1" && : > file && rm file', [probe]);
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

function runAs(account: Account, script: string, args: readonly string[]): boolean {
  // spawnSync reports EACCES in its result instead of an event nobody listens to.
  const { status } = spawnSync('/bin/sh', ['-c', script, 'sh', ...args], { ...account, cwd: '/' });
  return status === 0;
}
