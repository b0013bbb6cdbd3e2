import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES } from '#clinical';
import { freePort } from '#launch';
import type { OwnService } from '../../libs/cli/demo/own.service.js';
import { definitionErrors, schemaErrors } from '../support/fhir.validators.js';
import { runDemo, settingsOf, startBuiltService } from './demo.run.js';

let service: OwnService;
/** A DATA_DIR that is not the one of the service. */
let elsewhere = '';
let temporary = '';
/** What one whole demo wrote. */
let told = '';

beforeAll(async () => {
  service = await startBuiltService();
  elsewhere = mkdtempSync(join(tmpdir(), 'trialogue-demo-spec-'));
  temporary = mkdtempSync(join(tmpdir(), 'trialogue-demo-spec-'));
}, 180_000);

afterAll(async () => {
  await service.stop();
  for (const folder of [elsewhere, temporary]) rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('npm run demo', () => {
  it('walks the seven steps twice at the same time without one disturbing the other', async () => {
    const settings = { ...settingsOf(service), TMPDIR: temporary };
    const [one, two] = await Promise.all([
      runDemo({ args: ['--fhir', join(elsewhere, 'case.json')], env: settings }),
      runDemo({ args: [], env: settings }),
    ]);
    for (const { code, text } of [one, two]) {
      expect([code, text]).toEqual([0, expect.stringContaining('Everything as it has to be')]);
      for (const step of [1, 2, 3, 4, 5, 6, 7]) expect(text).toMatch(new RegExp(`^${step} \\S`, 'mu'));
    }
    told = one.text;
  }, 180_000);

  it('says and has read every kind of event there is', () => {
    expect(told).toContain(`ok all ${EVENT_TYPES.length} kinds of event were said and read`);
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
    expect(told).toMatch(pattern);
  });

  it('writes the case as a FHIR R4 bundle that two independent validators accept', () => {
    const bundle = JSON.parse(readFileSync(join(elsewhere, 'case.json'), 'utf8')) as object;
    expect(schemaErrors(bundle)).toEqual([]);
    expect(definitionErrors(bundle)).toEqual([]);
  });

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
