import { PassThrough, Readable } from 'node:stream';
import {
  EXAMPLE_VITALS_RULES,
  REPLAY_CASES,
  askGate,
  clockOf,
  exampleOf,
  foldCase,
  viewCase,
  type ReplayCaseName,
} from '#clinical';
import { clockLines, gateLines, standingLines } from '../../../libs/cli/case.text.js';
import { answerLines, ruleSetLines, testPackLines } from '../../../libs/cli/rules.text.js';
import { Screen } from '../../../libs/cli/screen.js';

const stdout = new PassThrough();
const screen = new Screen({ env: {}, stdin: Readable.from([]), stdout, stderr: stdout }, false);
const AT = '2026-03-04T12:00:00Z';
const who = (userId: string) => `person ${userId.slice(0, 4)}`;

function told(name: ReplayCaseName, momentName?: string) {
  const script = REPLAY_CASES[name]();
  const moment = script.moments.find((one) => one.name === momentName) ?? script.moments.at(-1);
  if (moment === undefined) throw new Error('a script has moments');
  const state = foldCase(script.entries.slice(0, moment.entries));
  const { template, zone } = script;
  return {
    script,
    case: standingLines(screen, viewCase(state, moment.atMs), who),
    gate: gateLines(screen, askGate(state, moment.request), new Map()),
    clock: clockLines(screen, clockOf(state, { template, zone, nowMs: moment.atMs })),
  };
}

describe('a case on the screen', () => {
  it('tells phase, decisions, sessions and trend of a finished course', () => {
    const lines = told('course-completed').case;
    expect(lines).toEqual(
      expect.arrayContaining([
        'Sessions: 6 of 6',
        'Holds: none',
        expect.stringMatching(
          /^Dose: at most 150 mg in one session — person .*therapist matches, client matches$/u,
        ),
        expect.stringMatching(/^ {4}PHQ-9 {2}\S+: 4 · \S+: 2$/u),
      ]),
    );
  });

  it('lists what does not count with its author and the reason, and every change of a dose', () => {
    const lines = told('entries-that-do-not-count').case;
    const uncounted = lines.slice(lines.indexOf('Does not count here') + 1);
    expect(uncounted.length).toBeGreaterThan(0);
    for (const line of uncounted) expect(line).toMatch(/ by person \w{4} \(\w+\), entry \d+/u);
    expect(told('superseded-two-hours-before').case.join('\n')).toMatch(/ {4}changed: .*→/u);
  });

  it('says of every script whether the gate is open, why not and who mends it', () => {
    for (const name of Object.keys(REPLAY_CASES) as ReplayCaseName[]) {
      const { gate, clock } = told(name);
      const open = gate.filter((line) => line.startsWith('  x '));
      expect(gate[0]).toBe(open.length === 0 ? 'GO' : 'NO GO');
      for (const line of open) expect(line).toMatch(/: .+ \(.+\)$/u);
      expect(clock[0]).toMatch(/^Next session: ./u);
    }
    expect(told('course-completed', 'home after the first session').clock.join('\n')).toMatch(
      /^Integration: due .*at the latest/mu,
    );
  });

  it('does not show one of two conflicting dose decisions as if there were no other', () => {
    const script = REPLAY_CASES['concurrent-decisions']();
    const all = script.moments.flatMap(({ name }) => told('concurrent-decisions', name).case);
    expect(all.join('\n')).toMatch(/^ {4}IN CONFLICT with: Dose .* — person /mu);
  });

  it('names the entries that stand in the way of a session', () => {
    const script = REPLAY_CASES['superseded-two-hours-before']();
    const shut = script.moments.find(({ expected }) => expected.gate === 'no_go');
    if (shut === undefined) throw new Error('the script shuts the gate');
    const report = askGate(foldCase(script.entries.slice(0, shut.entries)), shut.request);
    const entries = Object.values(report.checks).flatMap(({ reasons }) =>
      reasons.flatMap(({ entry }) => entry ?? []),
    );
    const titles = new Map(entries.map((ref) => [ref, `title of ${ref.slice(0, 6)}`]));
    const lines = gateLines(screen, report, titles);
    expect(entries.length).toBeGreaterThan(0);
    for (const [ref, title] of titles) expect(lines).toContain(`      ${title} [${ref}]`);
  });

  it('shows the conditions of a decision, and whether somebody reported them as met', () => {
    const script = REPLAY_CASES['bipolar-with-conditions']();
    const all = script.moments.flatMap(({ name }) => told('bipolar-with-conditions', name).case);
    const conditions = all.filter((line) => line.startsWith('    condition '));
    expect(conditions.join('\n')).toMatch(/^ {4}condition 1, open: ./mu);
    expect(conditions.join('\n')).toMatch(/^ {4}condition \d, reported as met: ./mu);
  });

  it('shows nothing of an author that could move the cursor', () => {
    const view = viewCase(foldCase([]), 0);
    const harm = { ref: '', serious: true, occurredAt: AT, what: '\u001b[2Jfell', over: true, fatal: false };
    const lines = standingLines(screen, { ...view, harm: [harm] }, who);
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}2026-03-0\S+ \S+ \uFFFD\[2Jfell \(serious\)$/u));
  });
});

describe('rule sets on the screen', () => {
  it('say their silence and its reason, and that nobody approved any', () => {
    const words = { en: 'No medical director has approved this rule set.', es: '' };
    expect(answerLines(screen, [])).toEqual([expect.stringMatching(/^NOT APPROVED/u)]);
    expect(ruleSetLines(screen, [], who)).toEqual([expect.stringMatching(/^NOT APPROVED/u)]);
    const verdict = { kind: 'silent', because: 'unapproved', words } as const;
    expect(answerLines(screen, [{ ruleSet: EXAMPLE_VITALS_RULES, readings: [], verdict }])[0]).toMatch(
      /SILENT, which is not "nothing found"\. No medical director/u,
    );
  });

  it('say how old the last reading is, and that what was not measured was not judged', () => {
    const notJudged = [{ ruleId: 'measure_again', what: 'systolic_mmhg', at: null }] as const;
    const verdict = { kind: 'judged', flags: [], notJudged } as const;
    const ruleSet = EXAMPLE_VITALS_RULES;
    expect(answerLines(screen, [{ ruleSet, readings: [], verdict }])[0]).toMatch(
      /0 found, 1 not judged, in no reading: no vital sign was judged/u,
    );
    const readings = exampleOf('vitals_alert').readings;
    expect(answerLines(screen, [{ ruleSet, readings, verdict }])[0]).toMatch(
      /in \d readings?, the last of \S+/u,
    );
  });

  it('say which case of a test pack a set fails, and which rule nobody has tried', () => {
    const failures = [{ name: 'high', missing: ['measure_again'], unexpected: [] }];
    const report = { passed: false, fits: false, failures, untried: ['other'] };
    expect(testPackLines(screen, report)).toEqual([
      'FAILED',
      '  The pack was written for another rule set or version.',
      '  high: missing measure_again; unexpected nothing',
      '  Rules no case made fire: other',
    ]);
  });
});
