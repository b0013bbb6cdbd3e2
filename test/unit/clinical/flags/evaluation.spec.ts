import fc from 'fast-check';
import {
  EXAMPLE_INTERACTION_RULES,
  EXAMPLE_VITALS_RULES,
  EXAMPLE_VITALS_TEST_PACK,
  evaluateRuleSet,
  limitsInForce,
  observationsSchema,
  runTestPack,
  strongestFlag,
  testPackSchema,
  type Observations,
  type RuleSet,
  type VitalsReading,
} from '#clinical';
import { LIVE, NOW, liveRule, observed, reading, trustIn } from './samples.js';

function judge(ruleSet: RuleSet, observations: Observations) {
  const verdict = evaluateRuleSet(ruleSet, trustIn(ruleSet), { observations, now: NOW });
  if (verdict.kind !== 'judged') throw new Error(verdict.words.en);
  return verdict;
}
const fired = (ruleSet: RuleSet, observations: Observations) =>
  judge(ruleSet, observations).flags.map(({ ruleId }) => ruleId);

describe('the example test pack', () => {
  it('is valid and passes for the example set', () => {
    expect(testPackSchema.parse(JSON.parse(JSON.stringify(EXAMPLE_VITALS_TEST_PACK)))).toEqual(
      EXAMPLE_VITALS_TEST_PACK,
    );
    expect(runTestPack(EXAMPLE_VITALS_RULES, EXAMPLE_VITALS_TEST_PACK)).toEqual({
      passed: true,
      fits: true,
      failures: [],
      untried: [],
    });
  });

  it.each(EXAMPLE_VITALS_RULES.rules)('notices when the rule $rule_id is gone', ({ rule_id: id }) => {
    const without = {
      ...EXAMPLE_VITALS_RULES,
      rules: EXAMPLE_VITALS_RULES.rules.filter((rule) => rule.rule_id !== id),
    };
    const report = runTestPack(without, EXAMPLE_VITALS_TEST_PACK);
    expect(report.passed).toBe(false);
    expect(report.failures.flatMap(({ missing }) => missing).join()).toContain(id);
  });

  it('notices every threshold that moves by one, in either direction', () => {
    const text = JSON.stringify(EXAMPLE_VITALS_RULES);
    const thresholds = [...text.matchAll(/"value":(\d+)/gu)];
    expect(thresholds).toHaveLength(8);
    for (const { index, 1: value = '' } of thresholds) {
      for (const step of [-1, 1]) {
        const moved = `${text.slice(0, index)}"value":${Number(value) + step}${text.slice(index + 8 + value.length)}`;
        const report = runTestPack(JSON.parse(moved) as RuleSet, EXAMPLE_VITALS_TEST_PACK);
        expect([value, step, report.passed]).toEqual([value, step, false]);
      }
    }
  });

  it('fails for another version, for a flag too many, and when a rule is never tried', () => {
    expect(runTestPack({ ...EXAMPLE_VITALS_RULES, version: 2 }, EXAMPLE_VITALS_TEST_PACK)).toMatchObject({
      passed: false,
      fits: false,
      failures: [],
    });
    const [quiet] = EXAMPLE_VITALS_TEST_PACK.cases;
    if (quiet === undefined) throw new Error('no case');
    expect(runTestPack(EXAMPLE_VITALS_RULES, { ...EXAMPLE_VITALS_TEST_PACK, cases: [quiet] })).toMatchObject({
      passed: false,
      failures: [],
      untried: EXAMPLE_VITALS_RULES.rules.map(({ rule_id: id }) => id),
    });
    const wrong = { ...quiet, given: observed({ vitals: [reading(0, { systolic_mmhg: 141 })] }) };
    expect(
      runTestPack(EXAMPLE_VITALS_RULES, { ...EXAMPLE_VITALS_TEST_PACK, cases: [wrong] }).failures,
    ).toEqual([{ name: wrong.name, missing: [], unexpected: ['measure_again at 2026-11-23T13:00:00.000Z'] }]);
  });
});

describe('a flag explains itself', () => {
  it('names rule, version, values, times and what follows', () => {
    const { flags } = judge(
      LIVE,
      observed({ vitals: [reading(7, { systolic_mmhg: 172, diastolic_mmhg: 104 })] }),
    );
    expect(flags[1]).toEqual({
      ruleSetId: 'example_vitals',
      ruleSetVersion: 1,
      ruleId: 'ask_prescriber',
      at: '2026-11-23T13:07:00Z',
      evidence: [
        {
          kind: 'vital',
          measure: 'systolic_mmhg',
          value: 172,
          takenAt: '2026-11-23T13:07:00Z',
          phase: 'during',
          comparison: 'at_least',
          threshold: 160,
          thresholdFrom: 'rule_set',
        },
        {
          kind: 'vital',
          measure: 'diastolic_mmhg',
          value: 104,
          takenAt: '2026-11-23T13:07:00Z',
          phase: 'during',
          comparison: 'at_least',
          threshold: 100,
          thresholdFrom: 'rule_set',
        },
      ],
      follows: { action: 'answer_required', urgency: 'urgent' },
      words: LIVE.rules[1]?.words,
      reMeasure: null,
    });
  });

  it('says which of the client’s own limits stood in for the threshold, and whose decision set it', () => {
    const limits = {
      systolic_max_mmhg: 150,
      diastolic_max_mmhg: null,
      heart_rate_max_bpm: null,
      spo2_min_percent: null,
    };
    const given = (systolic: number) =>
      observed({
        vitals: [reading(0, { systolic_mmhg: systolic })],
        client_limits: { limits, from: 'dose_decision' },
      });
    expect(fired(LIVE, given(150))).toEqual(['measure_again']);
    expect(judge(LIVE, given(151)).flags[1]).toMatchObject({
      ruleId: 'ask_prescriber',
      evidence: [{ value: 151, comparison: 'above', threshold: 150, thresholdFrom: 'dose_decision' }],
    });
  });

  it('a lowest saturation of the client’s own replaces the value, and the limit itself is still within', () => {
    const rule = liveRule({
      when: {
        kind: 'vital',
        measure: 'spo2_percent',
        comparison: 'below',
        value: 92,
        client_limit: 'replaces',
      },
    });
    const limits = {
      systolic_max_mmhg: null,
      diastolic_max_mmhg: null,
      heart_rate_max_bpm: null,
      spo2_min_percent: 88,
    };
    const given = (spo2: number) =>
      observed({
        vitals: [reading(0, { spo2_percent: spo2 })],
        client_limits: { limits, from: 'eligibility_decision' },
      });
    expect(fired(rule, given(88))).toEqual([]);
    expect(judge(rule, given(87)).flags[0]?.evidence).toMatchObject([
      { comparison: 'below', threshold: 88, thresholdFrom: 'eligibility_decision' },
    ]);
  });

  it('a reading to be taken again says until when, and when it was', () => {
    const rule = liveRule({
      when: {
        kind: 'vital',
        measure: 'spo2_percent',
        comparison: 'below',
        value: 95,
        client_limit: 'ignored',
      },
      follows: { action: 're_measure', within_min: 5 },
    });
    const low = reading(50, { spo2_percent: 94, taken_at: '2026-11-23T13:58:00Z' });
    const outstanding = judge(rule, observed({ vitals: [low] })).flags[0];
    expect(outstanding?.reMeasure).toEqual({ dueAt: '2026-11-23T14:03:00Z', doneAt: null });
    const blind = reading(59, { spo2_percent: null });
    const again = reading(0, { taken_at: '2026-11-23T14:02:00Z' });
    const muchLater = reading(0, { taken_at: '2026-11-23T14:30:00Z' });
    const series = [muchLater, again, blind, low];
    expect(judge(rule, observed({ vitals: series })).flags[0]?.reMeasure?.doneAt).toBe(again.taken_at);
  });
});

describe('conditions', () => {
  const high = {
    kind: 'vital',
    measure: 'systolic_mmhg',
    comparison: 'at_least',
    value: 150,
    client_limit: 'ignored',
  } as const;
  const stimulant = { kind: 'medication', terms: ['amphetamine salts', 'méthylphenidate'] } as const;
  const both = liveRule({ when: { kind: 'all', of: [high, { ...stimulant, terms: [...stimulant.terms] }] } });

  it('"all" needs everything at once, and carries the evidence of each part', () => {
    const vitals = [reading(0), reading(5, { systolic_mmhg: 155 })];
    expect(fired(both, observed({ vitals }))).toEqual([]);
    const { flags } = judge(both, observed({ vitals, medications: ['Methylphenidate ER 18 mg'] }));
    expect(flags).toHaveLength(1);
    expect(flags[0]).toMatchObject({
      at: reading(5).taken_at,
      evidence: [
        { kind: 'vital', value: 155 },
        { kind: 'medication', term: 'méthylphenidate', name: 'Methylphenidate ER 18 mg' },
      ],
    });
    expect(fired(both, observed({ vitals: [reading(0)], medications: ['Methylphenidate'] }))).toEqual([]);
  });

  it('names of medicines match by whole words only', () => {
    const takes = (...medications: string[]) =>
      fired(liveRule({ when: { ...stimulant, terms: [...stimulant.terms] } }), observed({ medications }));
    for (const name of ['AMPHETAMINE SALTS', 'mixed amphetamine-salts 10 mg', 'Methylphenidate'])
      expect(takes(name)).toEqual(['the_rule']);
    for (const name of ['amphetamine', 'dexamphetamine salts', 'salts amphetamine', 'dexmethylphenidate', ''])
      expect(takes(name)).toEqual([]);
    expect(
      fired(
        liveRule({ when: { kind: 'medication', terms: ['-'] } }),
        observed({ medications: ['aspirin - low dose'] }),
      ),
    ).toEqual([]);
  });

  it('medication-interaction flags come from a rule set or not at all', () => {
    const takes = observed({ medications: ['Theophylline 200 mg', 'lorazepam'], vitals: [reading(0)] });
    expect(fired(LIVE, takes)).toEqual([]);
    const live = { ...EXAMPLE_INTERACTION_RULES, enabled: true, approval: LIVE.approval };
    expect(fired(live, takes)).toEqual(['theophylline', 'sedatives']);
    expect(judge(live, takes).flags[0]).toMatchObject({ at: null, reMeasure: null });
  });

  it('a severity that was not said is not judged; a slight symptom is not a flag', () => {
    const rule = liveRule({ when: { kind: 'symptom', one_of: ['chest_pain'], severity_at_least: 3 } });
    const says = (severity: number | null) =>
      judge(rule, observed({ symptoms: [{ code: 'chest_pain', severity, reported_at: NOW }] }));
    expect(says(3).flags).toMatchObject([{ at: NOW, evidence: [{ kind: 'symptom', severity: 3 }] }]);
    expect(says(2)).toEqual({ kind: 'judged', flags: [], notJudged: [] });
    expect(says(null)).toEqual({
      kind: 'judged',
      flags: [],
      notJudged: [{ ruleId: 'the_rule', what: 'symptom_severity', at: NOW }],
    });
  });

  it('of several results of a scale the newest counts, of one day the highest', () => {
    const rule = liveRule({ when: { kind: 'scale_total', instrument: 'phq9', at_least: 20 } });
    const given = (...scales: [number, string][]) =>
      observed({ scales: scales.map(([total, taken_on]) => ({ instrument: 'phq9', total, taken_on })) });
    expect(fired(rule, given([21, '2026-11-01'], [12, '2026-11-08']))).toEqual([]);
    expect(fired(rule, given([12, '2026-11-08'], [20, '2026-11-15'], [30, '2026-10-01']))).toEqual([
      'the_rule',
    ]);
    expect(fired(rule, given([20, '2026-11-15'], [3, '2026-11-15']))).toEqual(['the_rule']);
    expect(
      judge(rule, observed({ scales: [{ instrument: 'gad7', total: 21, taken_on: '2026-11-15' }] })),
    ).toMatchObject({ flags: [], notJudged: [{ what: 'scales' }] });
  });

  it('only readings of the rule’s phases count, and their absence is said', () => {
    const rule = liveRule({ phases: ['post'], when: high });
    const before = observed({ vitals: [reading(0, { phase: 'pre', systolic_mmhg: 190 })] });
    expect(judge(rule, before)).toMatchObject({
      flags: [],
      notJudged: [{ ruleId: 'the_rule', what: 'systolic_mmhg', at: null }],
    });
    expect(fired(rule, observed({ vitals: [reading(0, { phase: 'post', systolic_mmhg: 150 })] }))).toEqual([
      'the_rule',
    ]);
  });

  it('a symptom beside vitals is said once, not once per reading', () => {
    const sign = { kind: 'symptom', one_of: ['x_sign'], severity_at_least: null } as const;
    const either = liveRule({ when: { kind: 'any', of: [high, { ...sign, one_of: [...sign.one_of] }] } });
    const symptoms = [{ code: 'x_sign', severity: null, reported_at: NOW }];
    const calm = judge(either, observed({ vitals: [reading(0), reading(5)], symptoms }));
    expect(calm.flags).toMatchObject([{ at: NOW, evidence: [{ kind: 'symptom' }] }]);
    const tense = judge(
      either,
      observed({ vitals: [reading(0, { systolic_mmhg: 150 }), reading(5)], symptoms }),
    );
    expect(tense.flags.map(({ at }) => at)).toEqual([reading(0).taken_at, NOW]);
  });

  it('nested groups follow three-valued logic: one no settles "all", one yes settles "any"', () => {
    const nested = (kind: 'any' | 'all') =>
      liveRule({
        when: {
          kind,
          of: [
            { kind: 'any', of: [high] },
            { kind: 'symptom', one_of: ['x_sign'], severity_at_least: null },
          ],
        },
      });
    const unasked = (systolic: number) =>
      observed({ vitals: [reading(0, { systolic_mmhg: systolic })], symptoms: null });
    expect(judge(nested('all'), unasked(120))).toEqual({ kind: 'judged', flags: [], notJudged: [] });
    expect(judge(nested('all'), unasked(150))).toMatchObject({
      flags: [],
      notJudged: [{ what: 'symptoms' }],
    });
    expect(judge(nested('any'), unasked(150)).flags).toHaveLength(1);
    expect(judge(nested('any'), unasked(120))).toMatchObject({
      flags: [],
      notJudged: [{ what: 'symptoms', at: null }],
    });
  });
});

describe('the strongest flag', () => {
  it('is the emergency card, then the most urgent answer, then re-measuring, the earliest of equals', () => {
    const { flags } = judge(
      LIVE,
      observed({ vitals: [reading(0, { systolic_mmhg: 185 }), reading(5, { systolic_mmhg: 185 })] }),
    );
    expect(strongestFlag(flags)).toMatchObject({ ruleId: 'emergency_pressure', at: reading(0).taken_at });
    expect(strongestFlag(flags.filter(({ ruleId }) => ruleId !== 'emergency_pressure'))?.ruleId).toBe(
      'ask_prescriber',
    );
    expect(strongestFlag(flags.filter(({ ruleId }) => ruleId === 'measure_again'))?.at).toBe(
      reading(0).taken_at,
    );
    expect(strongestFlag([])).toBeNull();
  });
});

const anyReading: fc.Arbitrary<VitalsReading> = fc.record({
  taken_at: fc.integer({ min: 0, max: 59 }).map((minute) => reading(minute).taken_at),
  phase: fc.constantFrom('pre', 'during', 'post'),
  diastolic_mmhg: fc.integer({ min: 40, max: 99 }),
  systolic_mmhg: fc.integer({ min: 100, max: 220 }),
  heart_rate_bpm: fc.integer({ min: 40, max: 160 }),
  spo2_percent: fc.option(fc.integer({ min: 80, max: 100 }), { nil: null }),
  device: fc.constant(null),
});

describe('properties', () => {
  it('the result does not depend on the order of the readings, and a further reading takes no flag away', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyReading, { maxLength: 8, selector: ({ taken_at: at }) => at }),
        anyReading,
        (vitals, more) => {
          const names = (series: VitalsReading[]) =>
            judge(LIVE, observed({ vitals: series })).flags.map(({ ruleId, at }) => `${ruleId} ${at ?? ''}`);
          const before = names(vitals);
          expect(names(vitals.toReversed())).toEqual(before);
          const after = names([...vitals, more]);
          expect(before.filter((name) => !after.includes(name))).toEqual([]);
        },
      ),
    );
  });

  it('higher pressure never asks for less', () => {
    const strength = (systolic: number) =>
      judge(LIVE, observed({ vitals: [reading(0, { systolic_mmhg: systolic })] })).flags.length;
    for (let systolic = 100; systolic < 240; systolic += 1)
      expect(strength(systolic + 1)).toBeGreaterThanOrEqual(strength(systolic));
  });

  it('what it is asked about is valid data', () => {
    expect(
      observationsSchema.safeParse(
        observed({
          vitals: [reading(0)],
          client_limits: limitsInForce(null, {
            systolic_max_mmhg: 1_000,
            diastolic_max_mmhg: null,
            heart_rate_max_bpm: null,
            spo2_min_percent: null,
          }),
        }),
      ).success,
    ).toBe(false);
    expect(observationsSchema.safeParse(observed({ vitals: [reading(0)] })).success).toBe(true);
  });
});
