import {
  LANGUAGES,
  REPLAY_CASES,
  SILENCE_WORDS,
  askGate,
  clockOf,
  describeEvent,
  describeGate,
  describeNext,
  describeStanding,
  draftStartCheck,
  exampleOf,
  foldCase,
  viewCase,
  type NextSession,
} from '#clinical';

const MOMENTS = Object.values(REPLAY_CASES).flatMap((tell) => {
  const told = tell();
  return told.moments.map((moment) => {
    const state = foldCase(told.entries.slice(0, moment.entries));
    const { template, zone } = told;
    return {
      view: viewCase(state, moment.atMs),
      gate: askGate(state, moment.request),
      next: clockOf(state, { template, zone, nowMs: moment.atMs }).next,
    };
  });
});

const OTHERS = LANGUAGES.filter((language) => language !== 'en');
const WIRE = /_|undefined|\{|\}/u;

describe('A folded case is told in words', () => {
  it.each(LANGUAGES)('in %s, and never in the spelling of the wire', (language) => {
    for (const { view, gate, next } of MOMENTS) {
      const { phase, owed } = describeStanding(view, language);
      const lines = describeGate(gate, language);
      const words = [
        phase,
        describeNext(next, language),
        ...owed.flatMap(({ who, what }) => [who, what]),
        ...lines.flatMap(({ name, state, reasons, mendBy }) => [name, state, ...reasons, ...mendBy]),
      ];
      for (const word of words) expect(word).not.toMatch(WIRE);
      expect(words).not.toContain('');
    }
  });

  it.each(LANGUAGES)('in %s, also in what a session check keeps of a look at the gate', (language) => {
    for (const { gate } of MOMENTS) {
      const draft = draftStartCheck(gate);
      if (draft === null) continue;
      const { lines } = describeEvent({ ...exampleOf('session_start_check'), ...draft }, language);
      expect(lines.join('\n')).not.toMatch(WIRE);
    }
  });

  it('names every condition of the gate once, each with a reason and who can mend it, or with neither', () => {
    for (const { gate } of MOMENTS) {
      const lines = describeGate(gate, 'en');
      expect(new Set(lines.map(({ name }) => name)).size).toBe(14);
      for (const { reasons, mendBy } of lines) expect(reasons.length > 0).toBe(mendBy.length > 0);
      expect(lines.some(({ reasons }) => reasons.length > 0)).toBe(gate.verdict === 'no_go');
    }
  });

  it.each(OTHERS)('in %s no reason of the gate and no silence of a rule set is English', (language) => {
    for (const { gate } of MOMENTS) {
      const ours = describeGate(gate, 'en').flatMap(({ reasons }) => reasons);
      const theirs = describeGate(gate, language).flatMap(({ reasons }) => reasons);
      expect(theirs).toHaveLength(ours.length);
      expect(theirs.filter((words) => ours.includes(words))).toEqual([]);
    }
    for (const words of Object.values(SILENCE_WORDS)) expect(words[language]).not.toBe(words.en);
  });

  const day = { day: '2026-03-10', by: 'spacing' } as const;
  it.each<[NextSession | null, string]>([
    [null, 'No more sessions: the course has ended.'],
    [{ kind: 'complete', sessions: 6 }, 'The course of 6 sessions is complete.'],
    [
      { kind: 'none_left', number: 3, by: 'session_cap' },
      'Session 3 is not allowed so far. What sets the limit: sessions allowed.',
    ],
    [
      { kind: 'review_due', afterSession: 2, since: '2026-03-10T15:00:00Z', block: 'x' },
      'A review has to come first, after session 2.',
    ],
    [
      { kind: 'no_window', number: 2, opens: day, closes: { day: '2026-03-09', by: 'dose_decision' } },
      'There is no day for session 2: 2026-03-10 (days between sessions) and 2026-03-09 (dose decision) do not fit together.',
    ],
  ])('says when the next session may be: %#', (next, words) => {
    expect(describeNext(next, 'en')).toBe(words);
  });
});
