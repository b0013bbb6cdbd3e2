import fc from 'fast-check';
import {
  evaluateRuleSet,
  parseRuleSet,
  runTestPack,
  type RecordFacts,
  type Rule,
  type RuleSet,
} from '#clinical';
import { NOW, liveRule, observed, trustIn } from './samples.js';

const RECORD: RecordFacts = {
  as_of: NOW,
  unread: false,
  medicines: { names: ['SYNTHETIC alphadrug 10 mg', 'SYNTHETIC betadrug'], whole: true },
  symptoms: [{ code: 'x_sign', severity: 2, reported_at: '2026-11-22T15:00:00Z' }],
  facts: [
    { name: 'contraindication_psychosis_history', value: 'present', doubtful: false },
    { name: 'contraindication_liver_disease', value: 'unknown', doubtful: false },
    { name: 'contraindication_hyperthyroidism', value: 'absent', doubtful: false },
  ],
};
const unasked = observed({ symptoms: null, medications: null, scales: null });

const setOf = (when: Rule['when']): RuleSet => ({ ...liveRule({ when }), format: 'trialogue/rule-set/2' });

/** Flags, and what could not be judged, in short. */
function judge(when: Rule['when'], record: Partial<RecordFacts> | null = {}, observations = unasked) {
  const ruleSet = setOf(when);
  expect(parseRuleSet(ruleSet).kind).toBe('rule_set');
  const asked = { observations, record: record && { ...RECORD, ...record }, now: NOW };
  const verdict = evaluateRuleSet(ruleSet, trustIn(ruleSet), asked);
  if (verdict.kind === 'silent') throw new Error('the set is live');
  return [verdict.flags.length, ...verdict.notJudged.map(({ what, fact }) => fact ?? what)];
}

const takes = (...terms: string[]) => ({ kind: 'medication' as const, terms });
const fact = (name: string, ...oneOf: string[]) => ({ kind: 'fact' as const, fact: name, one_of: oneOf });
const sign = (hours: number | null) => ({
  kind: 'symptom' as const,
  one_of: ['x_sign'],
  severity_at_least: null,
  on_record_within_h: hours,
});

describe('Medicines on record', () => {
  const pair = { kind: 'all' as const, of: [takes('alphadrug'), takes('betadrug')] };

  it('flag a pair that is taken together, and neither of the two alone', () => {
    expect(judge(pair)).toEqual([1]);
    expect(judge(pair, { medicines: { names: ['alphadrug'], whole: true } })).toEqual([0]);
  });

  it('say that a medicine is not taken only by a whole list, on record or asked now', () => {
    const partly = { medicines: { names: ['alphadrug'], whole: false } };
    expect(judge(pair, partly)).toEqual([0, 'medications']);
    expect(judge(takes('alphadrug'), partly)).toEqual([1]);
    expect(judge(takes('alphadrug'), null)).toEqual([0, 'medications']);
    expect(judge(pair, partly, { ...unasked, medications: ['alphadrug'] })).toEqual([0]);
    expect(judge(pair, partly, { ...unasked, medications: ['betadrug'] })).toEqual([1]);
  });
});

describe('Symptoms on record', () => {
  it('count while they are no older than the rule says, to the hour', () => {
    expect(judge(sign(24))).toEqual([1]);
    expect(judge(sign(23))).toEqual([0, 'symptoms']);
    expect(judge(sign(null))).toEqual([0, 'symptoms']);
    expect(judge(sign(24), null)).toEqual([0, 'symptoms']);
  });

  it('are no "no" either where what is on record was not handed in', () => {
    const asked = { ...unasked, symptoms: [] };
    expect(judge(sign(24), null, asked)).toEqual([0, 'entries_not_read']);
    expect(judge(sign(null), null, asked)).toEqual([0]);
  });

  it('are no "no" as long as nobody was asked now', () => {
    expect(judge(sign(23), {}, { ...unasked, symptoms: [] })).toEqual([0]);
    expect(judge(sign(24), { symptoms: [] })).toEqual([0, 'symptoms']);
  });

  it('mean nothing to a set of the first format, which asks what is so now', () => {
    const first = liveRule({ when: { kind: 'symptom', one_of: ['x_sign'], severity_at_least: null } });
    const asked = { observations: { ...unasked, symptoms: [] }, record: RECORD, now: NOW };
    expect(evaluateRuleSet(first, trustIn(first), asked)).toEqual({
      kind: 'judged',
      flags: [],
      notJudged: [],
    });
    expect(parseRuleSet(liveRule({ when: sign(24) })).kind).toBe('invalid');
    expect(parseRuleSet(liveRule({ when: fact('contraindication_liver_disease', 'present') })).kind).toBe(
      'invalid',
    );
  });
});

describe('Facts on record', () => {
  it('flag what is there, and never take "unknown", "not said" or "in doubt" for "no"', () => {
    const psychosis = fact('contraindication_psychosis_history', 'present', 'present_controlled');
    expect(judge(psychosis)).toEqual([1]);
    expect(judge(fact('contraindication_hyperthyroidism', 'present'))).toEqual([0]);
    expect(judge(fact('contraindication_liver_disease', 'present'))).toEqual([
      0,
      'contraindication_liver_disease',
    ]);
    expect(judge(fact('contraindication_liver_disease', 'unknown'))).toEqual([1]);
    expect(judge(psychosis, { facts: [] })).toEqual([0, 'contraindication_psychosis_history']);
    expect(judge(psychosis, null)).toEqual([0, 'contraindication_psychosis_history']);
    const doubtful = RECORD.facts.map((one) => ({ ...one, doubtful: true }));
    expect(judge(psychosis, { facts: doubtful })).toEqual([1]);
    expect(judge(fact('contraindication_hyperthyroidism', 'present'), { facts: doubtful })).toEqual([
      0,
      'contraindication_hyperthyroidism',
    ]);
  });

  it('cannot be judged by a version that does not know them, whatever else is true', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9_]{1,30}$/u), (word) => {
        expect(judge(fact(`later_${word}`, 'present'))).toEqual([0, `later_${word}`]);
        const value = `later_${word}`.slice(0, 40);
        expect(judge(fact('contraindication_hyperthyroidism', value))).toEqual([
          0,
          'contraindication_hyperthyroidism',
        ]);
      }),
    );
    const either = { kind: 'any' as const, of: [fact('later_fact', 'present'), takes('alphadrug')] };
    expect(judge(either)).toEqual([1]);
    const both = { kind: 'all' as const, of: [fact('later_fact', 'present'), takes('alphadrug')] };
    expect(judge(both)).toEqual([0, 'later_fact']);
  });
});

describe('A record that was not read as a whole', () => {
  it('says "yes" as before, and "no" to nothing that rests on it', () => {
    const unread = { unread: true };
    expect(judge(takes('alphadrug'), unread)).toEqual([1]);
    expect(judge(takes('gammadrug'), unread)).toEqual([0, 'entries_not_read']);
    expect(judge(fact('contraindication_hyperthyroidism', 'present'), unread)).toEqual([
      0,
      'entries_not_read',
    ]);
    expect(judge(sign(23), unread, { ...unasked, symptoms: [] })).toEqual([0, 'entries_not_read']);
    expect(judge(sign(null), unread, { ...unasked, symptoms: [] })).toEqual([0]);
    const form = { kind: 'scale_total' as const, instrument: 'phq9' as const, at_least: 20 };
    const filled = (total: number) => ({
      ...unasked,
      scales: [{ instrument: 'phq9' as const, total, taken_on: '2026-11-20' }],
    });
    expect(judge(form, unread, filled(20))).toEqual([1]);
    expect(judge(form, unread, filled(19))).toEqual([0, 'entries_not_read']);
    expect(judge(form, {}, filled(19))).toEqual([0]);
  });
});

describe('A set of a format that comes later', () => {
  it('is unreadable as a whole, by its name, and never taken for invalid or for none', () => {
    const later = { ...setOf(takes('alphadrug')), format: 'trialogue/rule-set/3', rules: 'otherwise' };
    expect(parseRuleSet(later)).toMatchObject({
      kind: 'unreadable',
      called: { format: 'trialogue/rule-set/3', rule_set_id: 'example_vitals', version: 1 },
    });
    expect(parseRuleSet({ format: 'trialogue/rule-set/4' })).toMatchObject({ kind: 'unreadable' });
  });
});

describe('A test pack of the second format', () => {
  it('rehearses what the record says', () => {
    const ruleSet = setOf(fact('contraindication_psychosis_history', 'present'));
    const pack = {
      format: 'trialogue/rule-test-pack/2' as const,
      pack_id: 'a_pack',
      version: 1,
      rule_set_id: ruleSet.rule_set_id,
      rule_set_version: ruleSet.version,
      cases: [
        {
          name: 'there',
          given: unasked,
          record: RECORD,
          flags: [{ rule_id: 'the_rule', at: null }],
          not_judged: [],
        },
        { name: 'not handed in', given: unasked, record: null, flags: [], not_judged: ['the_rule'] },
      ],
    };
    expect(runTestPack(ruleSet, pack)).toMatchObject({ passed: true, failures: [], untried: [] });
  });
});
