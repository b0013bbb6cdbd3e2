import fc from 'fast-check';
import {
  EXAMPLE_INTERACTION_RULES,
  EXAMPLE_VITALS_RULES,
  ROLES,
  SILENCE_WORDS,
  evaluateRuleSet,
  parseRuleSet,
  ruleSetSigningText,
  silenceOf,
  type RuleSet,
  type RuleSetTrust,
  type SilenceReason,
} from '#clinical';
import { DIRECTOR, LIVE, NOW, approvedBy, observed, reading, trustIn } from './samples.js';

const emergency = observed({ vitals: [reading(0, { systolic_mmhg: 210, diastolic_mmhg: 130 })] });
const evaluate = (ruleSet: RuleSet, trust: RuleSetTrust | null, now = NOW) =>
  evaluateRuleSet(ruleSet, trust, { observations: emergency, now });

describe('what may fire', () => {
  it('a set that is enabled, approved and signed by the director it names fires', () => {
    const verdict = evaluate(LIVE, trustIn(LIVE));
    expect(verdict.kind === 'judged' && verdict.flags.length).toBe(3);
  });

  it.each([EXAMPLE_VITALS_RULES, EXAMPLE_INTERACTION_RULES])(
    '$rule_set_id is shipped switched off and approved by nobody',
    (set) => {
      expect(set.enabled).toBe(false);
      expect(set.approval).toBe('none');
      expect(evaluate(set, trustIn(set))).toMatchObject({ kind: 'silent', because: 'disabled' });
      const switchedOn = { ...set, enabled: true };
      expect(evaluate(switchedOn, trustIn(switchedOn))).toMatchObject({
        kind: 'silent',
        because: 'unapproved',
      });
    },
  );

  const otherVersion = { ...LIVE, version: 2 };
  const expiring: RuleSet = { ...LIVE, approval: approvedBy(DIRECTOR, '2026-11-22') };
  it.each<[SilenceReason, RuleSet, RuleSetTrust | null, string]>([
    ['disabled', { ...LIVE, enabled: false }, trustIn({ ...LIVE, enabled: false }), NOW],
    ['unsigned', LIVE, null, NOW],
    ['not_verified', LIVE, trustIn(LIVE, { verified: false }), NOW],
    ['other_text_signed', LIVE, trustIn(otherVersion), NOW],
    ['not_a_director', LIVE, trustIn(LIVE, { signerRole: 'prescriber' }), NOW],
    ['other_signer', LIVE, trustIn(LIVE, { signer: 'director-2' }), NOW],
    ['not_yet_approved', LIVE, trustIn(LIVE), '2026-11-01T08:59:59Z'],
    // A date without a zone has ended everywhere 12 hours after it ended in UTC.
    ['expired', expiring, trustIn(expiring), '2026-11-23T12:00:00Z'],
  ])('never fires when it is %s', (because, ruleSet, trust, now) => {
    expect(evaluate(ruleSet, trust, now)).toEqual({ kind: 'silent', because, words: SILENCE_WORDS[because] });
  });

  it('fires from the moment of approval to the end of the last day anywhere', () => {
    expect(silenceOf(LIVE, trustIn(LIVE), '2026-11-01T09:00:00Z')).toBeNull();
    expect(silenceOf(expiring, trustIn(expiring), '2026-11-23T11:59:59Z')).toBeNull();
  });

  it('no role but the director, and no change of any part after signing, lets it fire', () => {
    for (const role of ROLES) {
      expect(silenceOf(LIVE, trustIn(LIVE, { signerRole: role }), NOW) === null).toBe(role === 'director');
    }
    const trust = trustIn(LIVE);
    const [first, ...rest] = LIVE.rules;
    if (first === undefined) throw new Error('no rule');
    const tampered: RuleSet[] = [
      { ...LIVE, title: `${LIVE.title} ` },
      { ...LIVE, approval: approvedBy(DIRECTOR, '2030-01-01') },
      { ...LIVE, rules: rest },
      { ...LIVE, rules: [...rest, first] },
      { ...LIVE, rules: [{ ...first, follows: { action: 're_measure', within_min: 5 } }, ...rest] },
      { ...LIVE, rules: [{ ...first, words: { ...first.words, es: null } }, ...rest] },
    ];
    for (const set of tampered) expect(silenceOf(set, trust, NOW)).toBe('other_text_signed');
  });
});

describe('the text that is signed', () => {
  it('is one label, one line feed, and JSON with sorted keys and no white space', () => {
    const small = { b: [1, { d: 'é"\n', c: null }], a: true } as unknown as RuleSet;
    expect(ruleSetSigningText(small)).toBe(
      'trialogue/1/rule-set\n{"a":true,"b":[1,{"c":null,"d":"é\\"\\n"}]}',
    );
  });

  it('does not depend on the order of keys or on a trip through JSON', () => {
    const reversed = reverseKeys(LIVE) as RuleSet;
    expect(Object.keys(reversed)[0]).not.toBe(Object.keys(LIVE)[0]);
    expect(ruleSetSigningText(reversed)).toBe(ruleSetSigningText(LIVE));
    expect(ruleSetSigningText(JSON.parse(JSON.stringify(LIVE)) as RuleSet)).toBe(ruleSetSigningText(LIVE));
  });

  it('differs for whatever differs, and carries the whole set', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const same =
          ruleSetSigningText(one as unknown as RuleSet) === ruleSetSigningText(other as unknown as RuleSet);
        expect(same).toBe(JSON.stringify(sortKeys(one)) === JSON.stringify(sortKeys(other)));
      }),
    );
    const [, json = ''] = ruleSetSigningText(LIVE).split('\n');
    expect(JSON.parse(json)).toEqual(LIVE);
  });
});

describe('rule sets as data', () => {
  const withRule = (changes: object) => ({ ...LIVE, rules: [{ ...LIVE.rules[0], ...changes }] });
  const vital = {
    kind: 'vital',
    measure: 'systolic_mmhg',
    comparison: 'at_least',
    value: 140,
    client_limit: 'ignored',
  };

  it('the examples are valid, also after a trip through JSON', () => {
    for (const set of [LIVE, EXAMPLE_VITALS_RULES, EXAMPLE_INTERACTION_RULES]) {
      expect(parseRuleSet(JSON.parse(JSON.stringify(set)))).toEqual({ kind: 'rule_set', ruleSet: set });
    }
  });

  it.each<[string, unknown, string]>([
    ['a rule named twice', { ...LIVE, rules: [LIVE.rules[0], LIVE.rules[0]] }, 'rules'],
    ['no rule', { ...LIVE, rules: [] }, 'rules'],
    ['an unknown key', { ...LIVE, extra: 1 }, ''],
    ['a missing key', { ...LIVE, enabled: undefined }, 'enabled'],
    [
      'approval by another role',
      { ...LIVE, approval: { ...(approvedBy('x') as object), role: 'prescriber' } },
      'approval',
    ],
    [
      'an approval that ends before it begins',
      { ...LIVE, approval: approvedBy('x', '2026-10-01') },
      'approval.expires_on',
    ],
    ['a phase twice', withRule({ phases: ['pre', 'pre'] }), 'rules.0.phases'],
    ['an empty group', withRule({ when: { kind: 'any', of: [] } }), 'rules.0.when'],
    [
      'a client limit where none exists',
      withRule({ when: { ...vital, comparison: 'below', client_limit: 'replaces' } }),
      'rules.0.when',
    ],
    ['a fraction', withRule({ when: { ...vital, value: 140.5 } }), 'rules.0.when'],
    ['no object', null, ''],
    ['a word that says nothing', withRule({ words: { en: ' ', es: null } }), 'rules.0.words.en'],
  ])('refuses %s', (_, content, path) => {
    const parsed = parseRuleSet(content);
    expect(parsed.kind).toBe('invalid');
    expect(parsed.kind === 'invalid' && parsed.paths.some((found) => found.startsWith(path))).toBe(true);
  });

  it('does not half-read a newer format, and never throws', () => {
    expect(parseRuleSet({ ...LIVE, format: 'trialogue/rule-set/3' })).toMatchObject({
      kind: 'unreadable',
    });
    expect(parseRuleSet({ ...LIVE, format: 'trialogue/rule-set/12', new: 1 })).toMatchObject({
      kind: 'unreadable',
    });
    expect(parseRuleSet({ ...LIVE, format: 'trialogue/rule-set/0' }).kind).toBe('invalid');
    fc.assert(
      fc.property(fc.anything(), (content) => {
        expect(parseRuleSet(content).kind).toBe('invalid');
      }),
    );
  });
});

function mapKeys(value: unknown, order: (keys: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((inner) => mapKeys(inner, order));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  return Object.fromEntries(order(Object.keys(record)).map((key) => [key, mapKeys(record[key], order)]));
}

const reverseKeys = (value: unknown) => mapKeys(value, (keys) => keys.reverse());
const sortKeys = (value: unknown) => mapKeys(value, (keys) => keys.sort());
