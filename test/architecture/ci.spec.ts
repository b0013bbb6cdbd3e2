import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const CLOSING = /^\d+ passed, \d+ failed$/;
const STATIC_PARTS = 7; // install, types, lint, boundaries, dead-code, format:check, build
const CHAOS = 3;
const FAULTS = 5;
const OTHERS = STATIC_PARTS + CHAOS + FAULTS;

/** Runs the real .ci/run in a folder where npm does what the test says: a shell line per npm command. */
function ci(npm: Record<string, string>, install = '') {
  const folder = mkdtempSync(join(tmpdir(), 'ci-'));
  try {
    cpSync(join(ROOT, '.ci'), join(folder, '.ci'), { recursive: true });
    mkdirSync(join(folder, 'libs/launch'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'libs/launch/install.mjs'), install);
    const lines = {
      'run test:chaos': `echo ${CHAOS} passed, 0 failed`,
      'run test:faults -- --short': `echo ${FAULTS} passed, 0 failed`,
      ...npm,
    };
    const cases = Object.entries(lines).map(([name, line]) => `"${name}") ${line};;`);
    const script = `#!/bin/sh\necho "npm $*" >> calls\ncase "$*" in\n${cases.join('\n')}\nesac\n`;
    writeFileSync(join(folder, 'bin/npm'), script, { mode: 0o755 });
    writeFileSync(join(folder, 'bin/redis-server'), '#!/bin/sh\n', { mode: 0o755 });
    const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    const { status, stdout } = spawnSync(join(folder, '.ci/run'), {
      cwd: tmpdir(),
      env: { ...process.env, PATH: path },
      encoding: 'utf8',
    });
    const said = stdout.trimEnd().split('\n');
    return { status, stdout, last: said.at(-1), closing: said.filter((line) => CLOSING.test(line)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('.ci/run', () => {
  it('adds the tests to the static parts and says so in one line, the last', () => {
    const { status, last, closing, stdout } = ci({ test: 'echo a story; echo 12 passed, 0 failed' });
    expect(last).toBe(`${12 + OTHERS} passed, 0 failed`);
    expect(closing).toEqual([last]);
    expect(stdout).toContain('a story');
    expect(status).toBe(0);
  });

  it('goes on after a failure, counts it and exits with it', () => {
    const { status, last } = ci({ 'run lint': 'exit 1', test: 'echo 12 passed, 0 failed' });
    expect(last).toBe(`${12 + OTHERS - 1} passed, 1 failed`);
    expect(status).toBe(1);
  });

  it('reads the line of a suite that skipped something', () => {
    const { status, last } = ci({ test: 'echo 12 passed, 0 failed, 4 skipped' });
    expect(last).toBe(`${12 + OTHERS} passed, 0 failed`);
    expect(status).toBe(0);
  });

  it('counts failed tests', () => {
    const { status, last } = ci({ test: 'echo 10 passed, 2 failed; exit 1' });
    expect(last).toBe(`${10 + OTHERS} passed, 2 failed`);
    expect(status).toBe(1);
  });

  it.each([
    ['says nothing', 'exit 0'],
    ['is killed on the way', 'kill -9 $$'],
    ['says that all is well and fails all the same', 'echo 12 passed, 0 failed; exit 1'],
  ])('takes a suite that %s for a failed one', (_, line) => {
    const { status, last } = ci({ test: line });
    expect(last).toMatch(/, 1 failed$/);
    expect(status).toBe(1);
  });

  it('stops at once when the dependencies cannot be installed', () => {
    const { status, last } = ci({ test: 'echo 12 passed, 0 failed' }, 'process.exitCode = 1;');
    expect(last).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });
});
