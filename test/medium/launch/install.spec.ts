import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installIfNeeded, needsInstall, nodeComplaint } from '../../../libs/launch/install.mjs';
import { runFolder } from '../../support/servers/run.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const LATER = new Date(Date.now() + 60_000);

/** Stands in for npm: notes its arguments, takes a moment, writes what npm writes last. */
const NPM = `
import { appendFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
if (existsSync('npm-fails')) process.exit(1);
rmSync('node_modules', { recursive: true, force: true });
await sleep(300);
mkdirSync('node_modules');
if (!existsSync('npm-lies')) cpSync('package-lock.json', 'node_modules/.package-lock.json');
`;

function freshClone(version = '1.0.0'): string {
  const folder = mkdtempSync(join(runFolder(), 'clone-'));
  for (const name of ['package.json', 'nest-cli.json']) cpSync(join(ROOT, name), join(folder, name));
  lock(folder, version);
  writeFileSync(join(folder, 'npm.mjs'), NPM);
  return folder;
}

function lock(folder: string, version: string): void {
  const packages = {
    '': { name: 'clone' },
    'node_modules/a': { version, integrity: `sha512-${version}` },
    'node_modules/b': { version: '1.0.0', optional: true },
  };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
}

const calls = (folder: string) =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];

function install(folder: string): Promise<boolean> {
  return installIfNeeded({
    root: folder,
    runner: { command: process.execPath, args: [join(folder, 'npm.mjs')], shell: false },
    log: () => undefined,
  });
}

/** A process of its own, as each of several commands started together is. */
async function installElsewhere(folder: string): Promise<number | null> {
  const program = `
    import { installIfNeeded } from ${JSON.stringify(join(ROOT, 'libs/launch/install.mjs'))};
    await installIfNeeded({ root: '.', runner: { command: process.execPath, args: ['npm.mjs'], shell: false } });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder,
    stdio: 'ignore',
  });
  return new Promise((done) => child.once('exit', done));
}

describe('installing before everything else', () => {
  it('asks npm for exactly the lock, development packages included', async () => {
    const clone = freshClone();
    expect(await install(clone)).toBe(true);
    expect(calls(clone)).toEqual(['ci --include=dev --no-audit --no-fund --loglevel=error']);
    expect(needsInstall(clone)).toBe(false);
  });

  it('does nothing the second time', async () => {
    const clone = freshClone();
    await install(clone);
    expect(await install(clone)).toBe(false);
    expect(calls(clone)).toHaveLength(1);
  });

  it('installs again when the lock changed', async () => {
    const clone = freshClone('1.0.0');
    await install(clone);
    lock(clone, '1.0.1');
    utimesSync(join(clone, 'package-lock.json'), LATER, LATER);
    expect(await install(clone)).toBe(true);
    expect(calls(clone)).toHaveLength(2);
  });

  it('does not spend a minute on a lock that only got a new date, and remembers', async () => {
    const clone = freshClone();
    await install(clone);
    utimesSync(join(clone, 'package-lock.json'), LATER, LATER);
    expect(await install(clone)).toBe(false);
    writeFileSync(join(clone, 'node_modules/.package-lock.json'), 'not even read', { flag: 'r+' });
    utimesSync(join(clone, 'node_modules/.package-lock.json'), LATER, LATER);
    expect(needsInstall(clone)).toBe(false);
  });

  it('starts over after an installation that was interrupted', async () => {
    const clone = freshClone();
    mkdirSync(join(clone, 'node_modules/a'), { recursive: true });
    expect(await install(clone)).toBe(true);
  });

  it('runs once when several commands are started together', async () => {
    const clone = freshClone();
    const codes = await Promise.all([1, 2, 3].map(() => installElsewhere(clone)));
    expect(codes).toEqual([0, 0, 0]);
    expect(calls(clone)).toHaveLength(1);
  });

  it('fails in words when npm fails, and when npm only says that it did not', async () => {
    const clone = freshClone();
    writeFileSync(join(clone, 'npm-lies'), '');
    await expect(install(clone)).rejects.toThrow('node_modules is not complete');
    writeFileSync(join(clone, 'npm-fails'), '');
    await expect(install(clone)).rejects.toThrow('npm ci failed (exit code 1)');
    expect(needsInstall(clone)).toBe(true);
  });

  it.each(['18.20.8', '20.19.6'])('tells the owner of Node %s what is needed', (version) => {
    expect(nodeComplaint(version)).toContain('needs Node 20.20 or newer');
  });

  it.each(['20.20.0', '20.20.2', '22.0.0', '24.1.0'])('is content with Node %s', (version) => {
    expect(nodeComplaint(version)).toBeUndefined();
  });
});
