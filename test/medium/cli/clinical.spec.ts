import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLE_VITALS_RULES, exampleOf } from '#clinical';
import { Terminals, type Ended } from './terminal.js';

let terminals: Awaited<ReturnType<typeof Terminals.inProcess>>;
let caseId = '';
const folder = mkdtempSync(join(tmpdir(), 'trialogue-cli-'));

const as = (profile: string, ...args: readonly string[]): Promise<Ended> => terminals.as(profile, ...args);
const text = (profile: string, ...args: readonly string[]): Promise<Ended> =>
  terminals.run([...args, '--profile', profile]);

async function fed(profile: string, input: unknown, ...args: readonly string[]): Promise<Ended> {
  return terminals.run([...args, '--profile', profile, '--json'], { input: JSON.stringify(input) });
}

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const PROTOCOL = ['--protocol', 'six_in_three_weeks', '--zone', 'America/Denver'];
const SESSION = ['--session', '1', '--starts', '2h', '--modality', 'in-clinic', '--region', 'US-CO'];
const HIGH = {
  taken_at: '2026-11-23T13:00:00Z',
  phase: 'during',
  systolic_mmhg: 172,
  diastolic_mmhg: 104,
  heart_rate_bpm: 78,
  spo2_percent: 97,
  device: null,
};

beforeAll(async () => {
  terminals = await Terminals.inProcess();
  caseId = await terminals.openCase('therapist', 'prescriber', 'client', 'director');
}, 180_000);

afterAll(async () => {
  await terminals.stop();
}, 60_000);

describe('the case, the gate and the clock', () => {
  it('say where the case stands, what a session waits for and who mends it, and when the next may be', async () => {
    const at = new Date().toISOString();
    const decision = { ...exampleOf('eligibility_decision', at), conditions: [] };
    const post = ['post', caseId, 'eligibility_decision', '--from', '-', '--lane', 'care-team'];
    const sent = await fed('prescriber', { ...decision, decision: 'eligible' }, ...post);
    expect([sent.code, sent.out]).toEqual([0, sent.out]);
    const stands = await as('therapist', 'case', caseId);
    expect(stands.json).toMatchObject({
      caseId,
      phase: expect.any(String) as unknown,
      eligibility: { decided: { ref: sent.json['entryRef'] } },
      dose: null,
      unread: [],
    });
    const gate = await as('therapist', 'gate', caseId, ...SESSION, ...PROTOCOL);
    expect(gate.json).toMatchObject({ verdict: 'no_go', checks: { dose: { state: 'not_met' } } });
    const red = await text('therapist', 'gate', caseId, ...SESSION, ...PROTOCOL);
    expect(red.out).toMatch(/^NO GO$/mu);
    expect(red.out).toMatch(/^ {2}x .*\(.*prescriber.*\)$/mu);
    const clock = await as('client', 'clock', caseId, ...PROTOCOL);
    expect(clock.json).toMatchObject({ caseId, integration: null, endings: expect.any(Array) as unknown });
    expect((await text('client', 'case', caseId)).out).toMatch(/^Eligibility: .* — Person prescriber/mu);
  });

  it('know no zone that nobody knows', async () => {
    const unknown = await as(
      'therapist',
      'clock',
      caseId,
      '--protocol',
      'six_in_three_weeks',
      '--zone',
      'Denver',
    );
    expect(unknown.code).toBe(2);
  });
});

describe('a gate that cannot be asked', () => {
  it.each([
    ['--region', 'Colorado', '"Colorado" is no region: write it by ISO 3166-2, such as US-CO.'],
    ['--protocol', 'six', '"six" is no example of a protocol ('],
  ])('says so: %s %s', async (flag, value, message) => {
    const question = [...SESSION, ...PROTOCOL].map((word, index, all) =>
      all[index - 1] === flag ? value : word,
    );
    const refused = await text('therapist', 'gate', caseId, ...question);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(message) as unknown]);
  });
});

describe('a form', () => {
  it('is scored, and item 9 raises the urgent flag the clinicians owe an answer to', async () => {
    const filled = await fed('client', [1, 1, 1, 0, 0, 0, 0, 0, 1], 'scale', caseId, 'phq-9', '--from', '-');
    expect(filled.json).toMatchObject({
      scored: { kind: 'total', total: 4, band: { code: 'minimal' } },
      flag: { opened: [expect.any(String) as unknown, expect.any(String) as unknown] },
    });
    expect(filled.err).toContain('Do not wait for an answer here.');
    const owed = await as('prescriber', 'owed');
    expect(owed.json['owe']).toMatchObject([{ urgency: 'urgent', state: 'open' }]);
    const stands = await as('therapist', 'case', caseId);
    expect(stands.json).toMatchObject({ scales: { phq9: [{ total: 4, item9: 1 }] } });
  });

  it('is refused with what is wrong, and asked for when nobody gave its answers', async () => {
    const impossible = await fed('client', [9, 0, 0, 0, 0, 0, 0], 'scale', caseId, 'gad7', '--from', '-');
    expect(impossible.json['error']).toMatchObject({ code: 'event.invalid' });
    const unasked = await as('client', 'scale', caseId, 'gad7');
    expect([unasked.code, unasked.out]).toEqual([2, expect.stringContaining('--from') as unknown]);
  });
});

describe('rule sets', () => {
  it('are silent until a director signs them into the case, and then explain what they found', async () => {
    const observed = fileOf('observed.json', { vitals: [HIGH] });
    const before = await text('therapist', 'rules', 'evaluate', caseId, '--observed', observed);
    expect(before.out).toMatch(/NOT APPROVED/u);
    const added = await as('therapist', 'add-member', caseId, 'director', '--lane', 'care-team');
    expect([added.code, added.err]).toEqual([0, '']);
    const draft = fileOf('rules.json', EXAMPLE_VITALS_RULES);
    const others = await as('therapist', 'rules', 'approve', caseId, '--from', draft, '--lane', 'care-team');
    expect(others.json['error']).toMatchObject({ code: 'lane.not_permitted' });
    const signed = await as('director', 'rules', 'approve', caseId, '--from', draft, '--lane', 'care-team');
    expect([signed.code, signed.err]).toEqual([0, '']);
    const shown = await as('client', 'rules', 'show', caseId);
    expect(shown.json['ruleSets']).toMatchObject([{ silence: null, signerRole: 'director' }]);
    const after = await text('therapist', 'rules', 'evaluate', caseId, '--observed', observed);
    expect(after.out).toMatch(
      /! .*ask_prescriber.*systolic mmhg 172 above 150, limit from eligibility decision/u,
    );
  });

  it('can be rehearsed with a test pack before anybody signs', async () => {
    const { json } = await as('therapist', 'rules', 'test');
    expect(json).toEqual({ passed: true, fits: true, failures: [], untried: [] });
    const shorter = { ...EXAMPLE_VITALS_RULES, rules: EXAMPLE_VITALS_RULES.rules.slice(0, 1) };
    const failed = await fed('therapist', shorter, 'rules', 'test', '--from', '-');
    expect([failed.code, failed.out]).toEqual([3, expect.stringContaining('"passed":false') as unknown]);
  });
});

describe('an export', () => {
  it('writes a FHIR bundle for its owner alone, and never over a file that is there', async () => {
    const path = join(folder, 'case.fhir.json');
    const written = await as('prescriber', 'export', caseId, '--fhir', path);
    expect(written.json).toMatchObject({ caseId, file: path, leftOut: [] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      resourceType: 'Bundle',
      type: 'collection',
    });
    expect((await as('prescriber', 'export', caseId, '--fhir', path)).code).toBe(2);
  });
});
