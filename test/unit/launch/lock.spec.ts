import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LockHeld, takeLock } from '../../../libs/launch/lock.mjs';
import { identityOf } from '../../../libs/launch/processes.mjs';

const LOCK_MODULE = resolve(import.meta.dirname, '../../../libs/launch/lock.mjs');
const folder = mkdtempSync(join(tmpdir(), 'lock-'));
let count = 0;
const freshPath = () => join(folder, `lock-${String((count += 1))}`);
const take = (path: string, waitMs = 0) => takeLock(path, { what: 'a test', waitMs });

function write(path: string, holder: object): void {
  const me = { ...identityOf(process.pid), host: hostname(), what: 'somebody', since: 'before' };
  writeFileSync(path, JSON.stringify({ ...me, ...holder }));
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a lock', () => {
  it('is held by one only, and tells by whom', async () => {
    const path = freshPath();
    const lock = await take(path);
    await expect(take(path)).rejects.toThrow(LockHeld);
    await expect(take(path)).rejects.toThrow(`a test, process ${String(process.pid)}`);
    lock.release();
    (await take(path)).release();
    expect(existsSync(path)).toBe(false);
  });

  it('can be waited for', async () => {
    const path = freshPath();
    const lock = await take(path);
    const next = take(path, 5_000);
    setTimeout(() => {
      lock.release();
    }, 100);
    (await next).release();
  });

  it('of a dead process is taken over at once, also when its pid lives on in another process', async () => {
    for (const holder of [{ pid: 99_999_999 }, { startedAt: 'another time' }]) {
      const path = freshPath();
      write(path, holder);
      (await take(path)).release();
    }
  });

  it('of another host counts as held while it is kept fresh, and as dead when it falls silent', async () => {
    const path = freshPath();
    write(path, { host: 'elsewhere', pid: 1 });
    await expect(take(path)).rejects.toThrow(LockHeld);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(path, longAgo, longAgo);
    (await take(path)).release();
  });

  it('that was never written to the end is waited for, but not for ever', async () => {
    const path = freshPath();
    writeFileSync(path, '{"pid":');
    await expect(take(path)).rejects.toThrow(LockHeld);
    (await take(path, 5_000)).release();
  });

  it('survives a process killed in the middle of a takeover', async () => {
    const path = freshPath();
    write(path, { pid: 99_999_999 });
    mkdirSync(`${path}.takeover`);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.takeover`, longAgo, longAgo);
    (await take(path)).release();
  });

  it('is not given away by the release of somebody who lost it', async () => {
    const path = freshPath();
    const lost = await take(path);
    write(path, { pid: 1, startedAt: 'x' });
    lost.release();
    expect(existsSync(path)).toBe(true);
  });

  it('lets many processes that found a dead holder in one after the other, never two at once', async () => {
    const path = freshPath();
    const journal = join(folder, 'journal');
    write(path, { pid: 99_999_999 });
    const program = `
      import { appendFileSync } from 'node:fs';
      import { takeLock } from ${JSON.stringify(LOCK_MODULE)};
      const lock = await takeLock(${JSON.stringify(path)}, { what: 'one of many', waitMs: 20000 });
      appendFileSync(${JSON.stringify(journal)}, 'in ' + process.pid + '\\n');
      await new Promise((done) => setTimeout(done, 30));
      appendFileSync(${JSON.stringify(journal)}, 'out ' + process.pid + '\\n');
      lock.release();
    `;
    const many = Array.from({ length: 8 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
      return new Promise((done) => child.once('exit', done));
    });
    expect(await Promise.all(many)).toEqual(many.map(() => 0));
    const lines = readFileSync(journal, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(16);
    for (let at = 0; at < lines.length; at += 2) {
      expect(lines[at + 1]).toBe(lines[at]?.replace('in', 'out'));
    }
  });
});
