import { OP_RULES, RULES, type Rule } from '#chain';
import type { RuleCase } from './cases/case.js';
import { IDENTITY_CASES } from './cases/identity.cases.js';
import { ORGANISATION_CASES } from './cases/organisation.cases.js';
import { THREAD_CASES } from './cases/thread.cases.js';
import { WIRE_CASES } from './cases/wire.cases.js';

/** The type is the first half of the promise: a rule without a case does not compile. */
const CASES: Readonly<Record<Rule, () => RuleCase>> = {
  ...WIRE_CASES,
  ...IDENTITY_CASES,
  ...ORGANISATION_CASES,
  ...THREAD_CASES,
};

describe('every rule refuses, by its own name, an entry that breaks it alone', () => {
  it.each(Object.entries(CASES))('%s', (rule, makeCase) => {
    const { control, broken } = makeCase();
    expect(control).toMatchObject({ ok: true });
    const kind = rule.startsWith('wire.') ? 'malformed' : 'invalid';
    expect(broken).toEqual({ ok: false, verdict: { kind, rule } });
  });
});

describe('the table of rules', () => {
  it('has one sentence for each rule, and no two alike', () => {
    const sentences = [...Object.values(RULES), ...Object.values(OP_RULES)];
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].+\.$/u);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it('has a case for each rule and no case without a rule', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(RULES).sort());
  });
});
