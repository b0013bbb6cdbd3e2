import fc from 'fast-check';
import {
  INSTRUMENTS,
  INSTRUMENT_IDS,
  bandOf,
  isInstrumentId,
  safetyFlagNeeded,
  scoreScale,
  type Answers,
  type InstrumentId,
  type ScoredScale,
  type SumInstrument,
} from '#clinical';

const times = (count: number, value: number | null): (number | null)[] =>
  Array.from({ length: count }, () => value);
const phq = (...answers: (number | null)[]) => scoreScale('phq9', answers);
const totalOf = (scored: ScoredScale) => ('total' in scored ? scored.total : null);
const bandCode = (scored: ScoredScale) => ('band' in scored ? scored.band.code : null);
const SUMS = [INSTRUMENTS.phq9, INSTRUMENTS.gad7, INSTRUMENTS.pcl5] as const;

const answersFor = (id: InstrumentId, missing = false): fc.Arbitrary<Answers> => {
  const { items, responses } = INSTRUMENTS[id];
  const one: fc.Arbitrary<number | null> = fc.constantFrom(...responses.map(({ value }) => value));
  const any = missing ? fc.option(one, { nil: null, freq: 3 }) : one;
  return fc.array(any, { minLength: items.length, maxLength: items.length });
};

describe('totals and the published bands', () => {
  // Kroenke 2001 (PHQ-9), Spitzer 2006 (GAD-7), National Center for PTSD (PCL-5: no bands, a cut-point of 31–33).
  it.each<[InstrumentId, number, string]>([
    ['phq9', 0, 'minimal'],
    ['phq9', 4, 'minimal'],
    ['phq9', 5, 'mild'],
    ['phq9', 9, 'mild'],
    ['phq9', 10, 'moderate'],
    ['phq9', 14, 'moderate'],
    ['phq9', 15, 'moderately_severe'],
    ['phq9', 19, 'moderately_severe'],
    ['phq9', 20, 'severe'],
    ['phq9', 27, 'severe'],
    ['gad7', 0, 'minimal'],
    ['gad7', 4, 'minimal'],
    ['gad7', 5, 'mild'],
    ['gad7', 9, 'mild'],
    ['gad7', 10, 'moderate'],
    ['gad7', 14, 'moderate'],
    ['gad7', 15, 'severe'],
    ['gad7', 21, 'severe'],
    ['pcl5', 0, 'below_cut_range'],
    ['pcl5', 30, 'below_cut_range'],
    ['pcl5', 31, 'in_cut_range'],
    ['pcl5', 33, 'in_cut_range'],
    ['pcl5', 34, 'above_cut_range'],
    ['pcl5', 80, 'above_cut_range'],
  ])('%s %i is %s', (id, total, code) => {
    const { items, responses } = INSTRUMENTS[id];
    const highest = responses.at(-1)?.value ?? 0;
    const answers = items.map((_, index) => Math.min(highest, Math.max(0, total - index * highest)));
    const scored = scoreScale(id, answers);
    expect([totalOf(scored), bandCode(scored)]).toEqual([total, code]);
  });

  it.each(SUMS)(
    '$title: every possible total has exactly one band, and the maximum is what the items give',
    (form) => {
      const highest = Math.max(...form.responses.map(({ value }) => value));
      expect(form.maximum).toBe(form.items.length * highest);
      for (let total = 0; total <= form.maximum; total += 1) {
        expect(form.bands.filter(({ from, to }) => total >= from && total <= to)).toHaveLength(1);
      }
      expect(() => bandOf(form, form.maximum + 1)).toThrow(RangeError);
      expect(() => bandOf(form, -1)).toThrow(RangeError);
      expect(() => bandOf(form, 3.5)).toThrow(RangeError);
    },
  );

  it('a total is the sum, and one more point in one answer is one more point in the total', () => {
    for (const form of SUMS) {
      fc.assert(
        fc.property(answersFor(form.id), fc.nat(), (answers, at) => {
          const plain = totalOf(scoreScale(form.id, answers)) ?? NaN;
          expect(plain).toBe(answers.reduce<number>((sum, answer) => sum + (answer ?? 0), 0));
          const index = at % answers.length;
          const raised = answers.map((answer, i) => (i === index ? (answer ?? 0) + 1 : answer));
          const after = scoreScale(form.id, raised);
          expect(after.kind === 'invalid' ? plain + 1 : totalOf(after)).toBe(plain + 1);
        }),
      );
    }
  });
});

describe('missing answers', () => {
  it('PHQ-9: one or two are replaced by the mean of the others, said so, and rounded half up', () => {
    expect(phq(2, 2, 2, 2, 2, 2, 2, null, 0)).toMatchObject({
      kind: 'prorated',
      total: 16,
      exact: { numerator: 126, denominator: 8 },
      missing: [8],
    });
    expect(phq(1, 1, 1, 1, 1, 1, 1, null, null)).toMatchObject({ total: 9, missing: [8, 9] });
    // 12 × 9/8 = 13.5 → 14
    expect(phq(3, 3, 3, 3, 0, 0, 0, 0, null)).toMatchObject({ total: 14, band: { code: 'moderate' } });
    // 4 × 9/8 = 4.5 → 5: the next band
    expect(phq(3, 1, 0, 0, 0, 0, 0, 0, null)).toMatchObject({ total: 5, band: { code: 'mild' } });
    // 3 × 9/8 = 3.375 → 3
    expect(phq(3, 0, 0, 0, 0, 0, 0, 0, null)).toMatchObject({ total: 3 });
  });

  it('PHQ-9 and GAD-7: with more than two missing there is no total', () => {
    expect(phq(3, 3, 3, 3, 3, 3, null, null, null)).toMatchObject({
      kind: 'incomplete',
      because: 'too_many_missing',
      missing: [7, 8, 9],
    });
    expect(scoreScale('gad7', [1, null, 1, null, 1, 1, 1])).toMatchObject({ kind: 'prorated', total: 7 });
    expect(scoreScale('gad7', [1, null, 1, null, 1, null, 1])).toMatchObject({ kind: 'incomplete' });
  });

  it('PCL-5: with any missing there is no total, but complete clusters keep theirs', () => {
    const scored = scoreScale('pcl5', [...times(5, 1), null, 4, ...times(13, 2)]);
    expect(scored).toMatchObject({
      kind: 'incomplete',
      because: 'instrument_has_no_rule_for_missing',
      missing: [6],
    });
    expect(scored.subscales).toEqual([
      { code: 'intrusion', total: 5 },
      { code: 'avoidance', total: null },
      { code: 'cognition_and_mood', total: 14 },
      { code: 'arousal', total: 12 },
    ]);
  });

  it('a prorated total is never below the sum given, never above the maximum, and exact to half a point', () => {
    for (const form of [INSTRUMENTS.phq9, INSTRUMENTS.gad7]) {
      fc.assert(
        fc.property(answersFor(form.id, true), (answers) => {
          const scored = scoreScale(form.id, answers);
          const given = answers.filter((answer) => answer !== null);
          const sum = given.reduce((total, answer) => total + answer, 0);
          const missing = answers.length - given.length;
          expect(scored.kind).toBe(missing === 0 ? 'total' : missing <= 2 ? 'prorated' : 'incomplete');
          const total = totalOf(scored);
          if (total === null) return;
          expect(total).toBeGreaterThanOrEqual(sum);
          expect(total).toBeLessThanOrEqual(form.maximum);
          const difference = total - (sum / given.length) * answers.length;
          expect(difference).toBeLessThanOrEqual(0.5 + 1e-9);
          expect(difference).toBeGreaterThan(-0.5 - 1e-9);
        }),
      );
    }
  });
});

describe('the symptom pattern of the PCL-5', () => {
  /** Endorsed (2) items per cluster B, C, D, E; the rest 1, which does not count. */
  const pattern = (...[b, c, d, e]: [number, number, number, number]) =>
    scoreScale('pcl5', [
      ...times(b, 2),
      ...times(5 - b, 1),
      ...times(c, 2),
      ...times(2 - c, 1),
      ...times(d, 2),
      ...times(7 - d, 1),
      ...times(e, 2),
      ...times(6 - e, 1),
    ]).pattern;

  it('needs one B, one C, two D and two E items of at least "moderately"', () => {
    expect(pattern(1, 1, 2, 2)).toBe('met');
    expect(pattern(0, 2, 7, 6)).toBe('not_met');
    expect(pattern(5, 0, 7, 6)).toBe('not_met');
    expect(pattern(5, 2, 1, 6)).toBe('not_met');
    expect(pattern(5, 2, 7, 1)).toBe('not_met');
  });

  it('is unknown while a missing answer could decide it, and only then', () => {
    const base = [2, 1, 1, 1, 1, 2, 1, 2, 2, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1];
    const without = (...positions: number[]) =>
      scoreScale(
        'pcl5',
        base.map((answer, index) => (positions.includes(index + 1) ? null : answer)),
      ).pattern;
    expect(without()).toBe('met');
    expect(without(2)).toBe('met');
    expect(without(1)).toBe('unknown');
    expect(without(8, 15)).toBe('unknown');
    expect(scoreScale('pcl5', [null, ...times(4, 1), ...times(2, 1), ...times(13, 4)]).pattern).toBe(
      'not_met',
    );
    expect(phq(...times(9, 3)).pattern).toBeNull();
  });
});

describe('what a form must not carry', () => {
  it.each<[string, InstrumentId, Answers, object]>([
    ['too few answers', 'phq9', times(8, 0), { because: 'wrong_number_of_answers', positions: [] }],
    ['too many answers', 'gad7', times(8, 0), { because: 'wrong_number_of_answers', positions: [] }],
    [
      'a value the form does not offer',
      'phq9',
      [...times(8, 0), 4],
      { because: 'answer_out_of_range', positions: [9] },
    ],
    ['a half', 'gad7', [0.5, ...times(6, 0)], { because: 'answer_out_of_range', positions: [1] }],
    [
      'no number',
      'gad7',
      [Number.NaN, -1, ...times(5, 0)],
      { because: 'answer_out_of_range', positions: [1, 2] },
    ],
    [
      'more than yes',
      'cssrs_screener',
      [2, ...times(6, 0)],
      { because: 'answer_out_of_range', positions: [1] },
    ],
  ])('%s', (_, id, answers, expected) => {
    const scored = scoreScale(id, answers);
    expect(scored).toMatchObject({ kind: 'invalid', ...expected });
    expect(totalOf(scored)).toBeNull();
  });

  it('names nothing but its own instruments', () => {
    expect(INSTRUMENT_IDS.filter(isInstrumentId)).toEqual([...INSTRUMENT_IDS]);
    for (const name of ['toString', 'PHQ9', '', null, 9]) expect(isInstrumentId(name)).toBe(false);
  });
});

describe('PHQ-9 item 9', () => {
  const withNinth = (ninth: number | null, others: number | null = 0) => phq(...times(8, others), ninth);

  it.each([1, 2, 3])('answered %i asks for an urgent safety flag, whatever the total', (ninth) => {
    expect(safetyFlagNeeded(withNinth(ninth))).toBe('urgent');
    expect(withNinth(ninth).safety).toMatchObject([
      { label: '9', position: 9, answer: ninth, state: 'endorsed' },
    ]);
  });

  it('asks for it even where there is no total or the form is not valid', () => {
    expect(safetyFlagNeeded(withNinth(1, null))).toBe('urgent');
    expect(safetyFlagNeeded(withNinth(7))).toBe('urgent');
  });

  it('answered 0 asks for none and is never shown as "no risk"', () => {
    const scored = withNinth(0, 3);
    expect(safetyFlagNeeded(scored)).toBeNull();
    expect(scored.safety[0]?.state).toBe('not_endorsed');
    expect(scored.safety[0]?.words.en).toMatch(/cannot rule risk out/u);
    expect(scored.safety[0]?.words.es).toMatch(/no puede descartar el riesgo/u);
  });

  it('left open is said to be open, also beside a prorated total', () => {
    expect(withNinth(null, 1)).toMatchObject({
      kind: 'prorated',
      safety: [{ state: 'unanswered', flagUrgency: null }],
    });
    expect(phq().safety).toMatchObject([{ state: 'unanswered' }]);
  });

  it('no instrument says "no risk" or "safe" of any form in any language', () => {
    for (const id of INSTRUMENT_IDS) {
      fc.assert(
        fc.property(answersFor(id, true), (answers) => {
          const said = JSON.stringify(scoreScale(id, answers));
          expect(said).not.toMatch(
            /no risk|without risk|not at risk|\bsafe\b|sin riesgo|ningún riesgo|a salvo/iu,
          );
        }),
      );
    }
  });
});

describe('the C-SSRS screener', () => {
  const screen = (...answers: (number | null)[]) => scoreScale('cssrs_screener', answers);

  it.each<[string, Answers, string, string | null]>([
    ['nothing', [0, 0, null, null, null, 0, null], 'none_endorsed', null],
    ['1', [1, 0, null, null, null, 0, null], 'low', 'urgent'],
    ['2', [0, 1, 0, 0, 0, 0, null], 'low', 'urgent'],
    ['3', [1, 1, 1, 0, 0, 0, null], 'moderate', 'urgent'],
    ['4', [1, 1, 0, 1, 0, 0, null], 'high', 'emergent'],
    ['5', [1, 1, 0, 0, 1, 0, null], 'high', 'emergent'],
    ['6 in a lifetime', [0, 0, null, null, null, 1, 0], 'moderate', 'urgent'],
    ['6 in the past 3 months', [0, 0, null, null, null, 1, 1], 'high', 'emergent'],
  ])('%s answered yes', (_, answers, level, urgency) => {
    const scored = screen(...answers);
    expect(scored).toMatchObject({ kind: 'triage', level, missing: [] });
    expect(safetyFlagNeeded(scored)).toBe(urgency);
  });

  it('stays open while an asked question is, and says what the rest already amounts to', () => {
    expect(screen(1, null, null, null, null, 0, null)).toMatchObject({
      kind: 'open',
      atLeast: 'low',
      missing: [2, 3, 4, 5],
    });
    expect(screen(0, 0, null, null, null, null, null)).toMatchObject({
      kind: 'open',
      atLeast: null,
      missing: [6, 7],
    });
    expect(screen(0, 0, null, null, null, 1, null)).toMatchObject({
      kind: 'open',
      atLeast: 'moderate',
      missing: [7],
    });
  });

  it('is not open once the highest level is reached', () => {
    expect(screen(null, 1, null, 1, null, null, null)).toMatchObject({ kind: 'triage', level: 'high' });
  });

  it('counts a yes the form would not have asked for', () => {
    expect(screen(0, 0, null, null, 1, 0, null)).toMatchObject({ kind: 'triage', level: 'high' });
    expect(screen(0, 0, 0, 0, 0, 0, 1)).toMatchObject({ level: 'high' });
  });

  it('tells an item that was not asked from one that was left open', () => {
    const states = screen(0, 0, null, null, null, null, null).safety.map(({ state }) => state);
    expect(states).toEqual([
      'not_endorsed',
      'not_endorsed',
      'not_asked',
      'not_asked',
      'not_asked',
      'unanswered',
      'unanswered',
    ]);
  });

  it('never falls when an answer turns from no or open to yes', () => {
    const rank = (scored: ScoredScale) => {
      const code = scored.kind === 'triage' ? scored.level : scored.kind === 'open' ? scored.atLeast : null;
      return INSTRUMENTS.cssrs_screener.levels.findIndex((level) => level.code === code);
    };
    fc.assert(
      fc.property(answersFor('cssrs_screener', true), fc.nat(6), (answers, at) => {
        const raised = answers.map((answer, index) => (index === at ? 1 : answer));
        expect(rank(screen(...raised))).toBeGreaterThanOrEqual(rank(screen(...answers)));
      }),
    );
  });
});

describe('the definitions', () => {
  const forms = INSTRUMENT_IDS.map((id) => INSTRUMENTS[id]);

  it.each(forms)('$title names sources, a licence and well-formed LOINC codes', (form) => {
    expect(form.sources.length).toBeGreaterThanOrEqual(2);
    expect(form.licence.note).not.toBe('');
    const codes = [form.loinc.panel, form.loinc.total, ...form.items.map(({ loinc }) => loinc)];
    const given = codes.filter((code) => code !== null);
    expect(new Set(given).size).toBe(given.length);
    for (const code of given) expect(checkDigitIsRight(code)).toBe(true);
  });

  it.each(forms)('$title carries item texts exactly where its licence lets it', (form) => {
    const shipped = form.items.map(({ words }) => words !== null);
    expect(new Set(shipped)).toEqual(new Set([form.licence.itemTexts === 'shipped']));
    expect(form.licence.languages).toEqual(form.licence.itemTexts === 'shipped' ? ['en'] : []);
  });

  it('the C-SSRS wording is nowhere in the room', () => {
    expect(JSON.stringify(INSTRUMENTS.cssrs_screener)).not.toMatch(/wished|killing|go to sleep/iu);
  });

  it.each<SumInstrument>([...SUMS])(
    '$title: clusters, where there are any, cover every item once',
    (form) => {
      const covered = form.subscales.flatMap(({ fromItem, toItem }) =>
        Array.from({ length: toItem - fromItem + 1 }, (_, index) => fromItem + index),
      );
      expect(covered).toEqual(form.subscales.length === 0 ? [] : form.items.map((_, index) => index + 1));
    },
  );
});

/** LOINC codes end in a mod-10 (Luhn) check digit. */
function checkDigitIsRight(code: string): boolean {
  const digits = code.replace('-', '').split('').map(Number).reverse();
  const sum = digits.reduce((total, digit, index) => {
    const value = index % 2 === 1 ? digit * 2 : digit;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return /^\d{3,6}-\d$/u.test(code) && sum % 10 === 0;
}
