import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { foundTrial, type Trial } from '../../../libs/cli/trial.js';
import { FOUNDING_TOKEN } from '../../support/server/service.js';
import { Terminals } from './terminal.js';

const FOUNDER = resolve(import.meta.dirname, '../../../dist/libs/cli/founder.js');

let terminals: Terminals;
let dataDir = '';

beforeAll(async () => {
  terminals = await Terminals.start();
}, 180_000);

afterAll(async () => {
  await terminals.stop();
}, 60_000);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'trialogue-trial-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function foundingToken(): string {
  const text = readFileSync(join(terminals.service.dataDir, 'secrets.json'), 'utf8');
  return (JSON.parse(text) as { FOUNDING_TOKEN: string }).FOUNDING_TOKEN;
}

const found = (): Promise<Trial> =>
  foundTrial({ url: terminals.service.url, dataDir, foundingToken: foundingToken() });

/** The founder as libs/launch starts it. */
function startFounder() {
  return spawn(process.execPath, [FOUNDER], {
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: dataDir,
      TRIALOGUE_URL: terminals.service.url,
      FOUNDING_TOKEN: foundingToken(),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function runFounder(): Promise<{ code: number | null; text: string }> {
  const founder = startFounder();
  let text = '';
  for (const stream of [founder.stdout, founder.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const [code] = (await once(founder, 'close')) as [number | null];
  return { code, text };
}

describe('the trial organisation of npm start', () => {
  it('is printed with one link each for a therapist, a prescriber and a client, and the command that uses it', () => {
    const text = terminals.service.output();
    for (const role of ['therapist', 'prescriber', 'client']) {
      expect(text).toMatch(
        new RegExp(`npm run trialogue -- join 'http\\S+/join/[0-9a-f]{32}#\\S+' --profile ${role}`, 'u'),
      );
    }
    expect(text).toContain(`DATA_DIR='${terminals.service.dataDir}'`);
  });

  it('keeps its keys, their passphrase and its links where only their owner can read them', () => {
    for (const name of ['trial.keys', 'trial.passphrase', 'trial.links.json']) {
      expect(statSync(join(terminals.service.dataDir, 'admin', name)).mode & 0o077).toBe(0);
    }
  });

  it('tells its administrator of what is overdue at the address the founder set', async () => {
    expect((await terminals.admin('contact', 'list')).json).toEqual({
      contacts: [{ channel: 'email', address: 'admin@trial.example' }],
    });
    const { json } = await terminals.admin('deliveries');
    expect(json['deliveries']).toEqual(expect.any(Array));
  });

  it('is the same one at the next start, with the same links as long as nobody used them', async () => {
    const [first, second] = [await found(), await found()];
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.organisationId).toBe(first.organisationId);
    expect(second.links).toEqual(first.links);
    expect(second.links.map(({ role, state }) => `${role} ${state}`)).toEqual([
      'therapist unused',
      'prescriber unused',
      'client unused',
    ]);
  });

  it('says which link has been used, and makes no new one by itself', async () => {
    const first = await found();
    const joined = await terminals.run([
      'join',
      first.links[0]?.link ?? '',
      '--name',
      'Ann',
      '--key-file',
      join(dataDir, 'ann.keys'),
    ]);
    expect(joined.code).toBe(0);
    const { code, text } = await runFounder();
    expect(code).toBe(0);
    expect(text).toContain('No longer usable: therapist (used).');
    expect(text.match(/\/join\//gu)).toHaveLength(4); // two links, each also within its command
  });

  it('names links by the address the service has now', async () => {
    const first = await found();
    const file = join(dataDir, 'admin/trial.links.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(terminals.service.url, 'http://localhost:1'));
    expect((await found()).links).toEqual(first.links);
  });

  it('says so when its keys belong to another database', async () => {
    await found();
    const other = await Terminals.inProcess();
    const elsewhere = foundTrial({ url: other.service.url, dataDir, foundingToken: FOUNDING_TOKEN });
    await expect(elsewhere).rejects.toThrow(/another database or address/u);
    await other.stop();
  });

  it('needs the founding token of the installation', async () => {
    const founding = foundTrial({ url: terminals.service.url, dataDir, foundingToken: 'x'.repeat(43) });
    await expect(founding).rejects.toMatchObject({ code: 'organisation.founding_closed' });
  });

  it('comes out whole however often the founder is killed with -9 on the way', async () => {
    for (const afterMs of [400, 700, 900, 1_100, 1_300, 1_500, 1_800]) {
      const founder = startFounder();
      const ended = once(founder, 'exit');
      await sleep(afterMs);
      founder.kill('SIGKILL');
      await ended;
      // Stands for the ten seconds after which the lock of a killed process is nobody's.
      rmSync(join(dataDir, 'admin/trial.keys.lock'), { recursive: true, force: true });
    }
    const { code, text } = await runFounder();
    expect([code, text]).toEqual([0, expect.stringMatching(/One-time links/u)]);
    expect(existsSync(join(dataDir, 'admin/trial.keys'))).toBe(true);
    const after = await found();
    expect(after.links.map(({ role, state }) => `${role} ${state}`)).toEqual([
      'therapist unused',
      'prescriber unused',
      'client unused',
    ]);
    const people = await terminals.run(['admin', 'people', '--json'], {
      env: { DATA_DIR: dataDir, TRIALOGUE_PASSPHRASE: '', TRIALOGUE_URL: terminals.service.url },
    });
    expect(people.json['organisationId']).toBe(after.organisationId);
  }, 120_000);
});

describe('a key file whose holder was killed', () => {
  it('opens again by itself within seconds', async () => {
    await terminals.join('killed', 'therapist');
    const holder = terminals.spawn(['follow', '--profile', 'killed']);
    await once(holder.stderr ?? holder, 'data');
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    expect((await terminals.as('killed', 'me')).code).toBe(0);
  }, 60_000);
});
