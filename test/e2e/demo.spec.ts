import { Buffer } from 'node:buffer';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES } from '#clinical';
import { freePort } from '#launch';
import type { OwnService } from '../../libs/cli/demo/own.service.js';
import { CANARIES } from '../../libs/cli/demo/script.js';
import { definitionErrors, schemaErrors } from '../support/fhir.validators.js';
import { KNOWN_TO_THE_SERVICE, lookInto, secrets, servicePid } from './canary.look.js';
import { clusterOf, databaseRows, filesUnder, heapSnapshot, memoryOf } from './canary.places.js';
import { sealedEvents } from './canary.sealed.js';
import { runDemo, settingsOf, startBuiltService, type DemoEnded } from './demo.run.js';

let service: OwnService;
/** A DATA_DIR that is not the one of the service. */
let elsewhere = '';
let temporary = '';
let snapshots = '';
/** Two whole demos, played at the same time; everything below looks at what they wrote and left. */
let played: readonly [DemoEnded, DemoEnded];
const told = (): string => played[0].text;

beforeAll(async () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'trialogue-demo-spec-'));
  [elsewhere, temporary, snapshots] = [folder(), folder(), folder()];
  service = await startBuiltService(`--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${snapshots}`);
  const env = { ...settingsOf(service), TMPDIR: temporary };
  played = await Promise.all([
    runDemo({ args: ['--fhir', join(elsewhere, 'case.json')], env }),
    runDemo({ args: [], env }),
  ]);
}, 300_000);

afterAll(async () => {
  await service.stop();
  for (const folder of [elsewhere, temporary, snapshots]) rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('npm run demo', () => {
  it('walks the seven steps twice at the same time without one disturbing the other', () => {
    for (const { code, text } of played) {
      expect([code, text]).toEqual([0, expect.stringContaining('Everything as it has to be')]);
      for (const step of [1, 2, 3, 4, 5, 6, 7]) expect(text).toMatch(new RegExp(`^${step} \\S`, 'mu'));
    }
  });

  it('says and has read every kind of event there is', () => {
    expect(told()).toContain(`ok all ${EVENT_TYPES.length} kinds of event were said and read`);
  });

  it.each([
    ['the gate red, with who can mend it', /session 1: NO GO\n +x .* -> (therapist|client)/u],
    [
      'the gate green, with its evidence',
      /session 1: GO\n +\+ yes from the prescriber to this treatment: Decision about/u,
    ],
    ['an answer to item 9 as a flag', /SAFETY FLAG: thoughts of suicide/u],
    ['a rule set silent until it is approved', /SILENT\. This rule set is switched off\.[^]*2 found/u],
    ['what a superseding decision changed, in two languages', /125\.625 mg → 167\.5 mg +· +Lo máximo/u],
    ['the next window of the protocol', /Session 2: from \d{4}-\d\d-\d\d \(days between sessions\)/u],
    ['how a form went over time', /PHQ-9 over time: 12 → 4/u],
  ])('shows %s', (_, pattern) => {
    expect(told()).toMatch(pattern);
  });

  it('writes the case as a FHIR R4 bundle that two independent validators accept', () => {
    const bundle = JSON.parse(readFileSync(join(elsewhere, 'case.json'), 'utf8')) as object;
    expect(schemaErrors(bundle)).toEqual([]);
    expect(definitionErrors(bundle)).toEqual([]);
  });

  it('prints or seals every word that is looked for below', () => {
    const readable = Buffer.from(`${told()}${JSON.stringify(sealedEvents())}`);
    const found = new Set(secrets.in(readable).map(({ word }) => word));
    expect(CANARIES.filter((word) => !found.has(word))).toEqual([]);
  });
});

describe('after the demo nobody finds a name, a sentence or a dose', () => {
  it('in the database, the tables of the queue included', async () => {
    const found = await lookInto(databaseRows(service.dataDir));
    expect(found.secrets).toEqual([]);
    expect([...found.known].sort()).toEqual([...KNOWN_TO_THE_SERVICE].sort());
  });

  it('in any file it keeps: the database’s own with their log, e-mails, logs, settings', async () => {
    const { home } = clusterOf(service.dataDir);
    const folders = home === undefined ? [service.dataDir] : [service.dataDir, join(home, 'postgres')];
    const found = await lookInto(folders.flatMap((folder) => [...filesUnder(folder)]));
    expect(found.secrets).toEqual([]);
    expect(found.known.size).toBe(KNOWN_TO_THE_SERVICE.length);
    const mails = await lookInto(filesUnder(join(service.dataDir, 'mail')));
    expect([...mails.known]).toEqual(['@trial.example']);
  });

  it('in what the service and its launcher wrote', async () => {
    const output = Buffer.from(service.output());
    expect(output.includes('service.started')).toBe(true);
    expect((await lookInto([{ place: 'output', bytes: output }])).secrets).toEqual([]);
  });

  it('in a heap snapshot of the service', async () => {
    const found = await lookInto([await heapSnapshot(servicePid(service.dataDir), snapshots)]);
    expect(found.bytes).toBeGreaterThan(10_000_000);
    expect(found.secrets).toEqual([]);
  }, 120_000);

  it('in its memory, where the system lets us look', async () => {
    if (process.platform !== 'linux') {
      console.warn('SKIPPED: the memory of a process can be read on Linux only');
      return;
    }
    const found = await lookInto(memoryOf(servicePid(service.dataDir)));
    expect(found.bytes).toBeGreaterThan(10_000_000);
    expect(found.secrets).toEqual([]);
    expect(found.known.size).toBeGreaterThan(0);
  }, 120_000);
});

describe('npm run demo, when it cannot go to its end', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 130 on %s, in the middle of everything',
    async (signal) => {
      const env = { ...settingsOf(service), TMPDIR: temporary };
      const { code, text } = await runDemo({ args: [], env, interrupt: { signal, when: /^2 Medical/mu } });
      expect([code, text]).toEqual([130, expect.not.stringContaining('DEVIATION')]);
    },
    60_000,
  );

  it('leaves no key file of its people behind', () => {
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('ends with 2 and says so when no service is running there', async () => {
    const port = await freePort();
    const { code, text } = await runDemo({ args: [], env: { ...settingsOf(service), PORT: String(port) } });
    expect([code, text]).toEqual([2, expect.stringMatching(/No service is ready .*npm start/su)]);
  });

  it('ends with 2 when the service that answers keeps its data elsewhere', async () => {
    const { code, text } = await runDemo({ args: [], env: { ...settingsOf(service), DATA_DIR: elsewhere } });
    expect([code, text]).toEqual([2, expect.stringMatching(/secrets\.json/u)]);
  });

  it('ends with 1 at the first thing that is not as it has to be: here, an e-mail that is nowhere', async () => {
    cpSync(join(service.dataDir, 'secrets.json'), join(elsewhere, 'secrets.json'));
    const { code, text } = await runDemo({ args: [], env: { ...settingsOf(service), DATA_DIR: elsewhere } });
    expect([code, text]).toEqual([1, expect.stringMatching(/DEVIATION after \d+ claims.*e-mail/su)]);
    expect(text).not.toContain('Everything as it has to be');
  }, 120_000);

  it.each([
    [['--nonsense']],
    [['--chaos', '--seed', 'abc']],
    [['--chaos', '--fhir', 'case.json']],
    [['--fhir', import.meta.filename]],
  ])('refuses %p with 2', async (args) => {
    expect((await runDemo({ args, env: settingsOf(service) })).code).toBe(2);
  });
});
