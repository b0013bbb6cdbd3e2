import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded } from '../../libs/launch/build.mjs';
import { runDemo } from './demo.run.js';

/** A folder of its own for everything temporary: what is left in it afterwards was left behind. */
let folder = '';

beforeAll(async () => {
  await buildIfNeeded({ log: () => undefined });
  folder = mkdtempSync(join(tmpdir(), 'trialogue-chaos-spec-'));
  chmodSync(folder, 0o711);
}, 180_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('npm run demo -- --chaos', () => {
  it('loses nothing that was acknowledged when the service is killed again and again', async () => {
    const { code, text } = await runDemo({
      args: ['--chaos', '--seed', '20261123'],
      env: { TMPDIR: folder },
    });
    expect([code, text]).toEqual([0, expect.stringContaining('Everything as it has to be')]);
    expect(text.match(/\*\*\* kill -9 \d+/gu)?.length).toBeGreaterThanOrEqual(3);
    expect(text).toMatch(/ok all \d+ acknowledged entries are there/u);
    expect(text).toMatch(/ok the clients carried on within/u);
  }, 400_000);

  it('names its seed, so that the same lots can be drawn again', async () => {
    const { code, text } = await runDemo({ args: ['--chaos', '--seed', 'x'], env: { TMPDIR: folder } });
    expect([code, text]).toEqual([2, expect.stringMatching(/seed/u)]);
  });

  it('stops its service too when it is stopped itself', async () => {
    const interrupt = { signal: 'SIGTERM', when: /kill -9/u } as const;
    const { code, text } = await runDemo({ args: ['--chaos'], env: { TMPDIR: folder }, interrupt });
    expect([code, text]).toEqual([130, expect.not.stringContaining('DEVIATION')]);
  }, 120_000);

  it('leaves no folder and no process behind', () => {
    expect(readdirSync(folder)).toEqual([]);
    expect(processesThatName(folder)).toEqual([]);
  });
});

/** Command lines of living processes; on systems without /proc the empty folder has to do. */
function processesThatName(text: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((pid) => commandLine(pid))
    .filter((line) => line.includes(text));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
