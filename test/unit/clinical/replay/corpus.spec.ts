import { REPLAY_CASES, compareMoment, foldCase, parseEvent, viewCase } from '#clinical';

const CASES = Object.entries(REPLAY_CASES);

describe('The replay corpus', () => {
  it('holds at least twelve synthetic cases', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(12);
  });

  it.each(CASES)('%s: the case and the gate look as the script says at every moment', (_, tell) => {
    const told = tell();
    const differences = told.moments.map((moment) => ({ at: moment.name, ...compareMoment(told, moment) }));
    expect(differences).toEqual(told.moments.map(({ name }) => ({ at: name })));
  });

  it.each(CASES)('%s: is told the same way every time', (_, tell) => {
    expect(tell()).toEqual(tell());
  });

  it.each(CASES)(
    '%s: says in every text that it is synthetic, and nothing in it would be refused',
    (_, tell) => {
      for (const { content } of tell().entries) {
        if (content.kind !== 'valid') continue;
        expect(parseEvent(content.event)).toEqual({ kind: 'event', event: content.event });
        expect(JSON.stringify(content.event)).toMatch(
          /SYNTHETIC|"(dose_read_back|session_start_check|consent_recorded|hold|scale_result|safety_flag)"/u,
        );
      }
    },
  );

  it.each(CASES)('%s: the last view can be written as JSON', (_, tell) => {
    const { entries } = tell();
    const view = viewCase(foldCase(entries), Date.UTC(2027, 0, 1));
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });

  it('tells a comparison that cannot fail from one that can: a wrong expectation is reported', () => {
    const told = REPLAY_CASES['course-completed']();
    const [moment] = told.moments;
    if (moment === undefined) throw new Error('no moment');
    const wrong = { ...moment, expected: { phase: 'ended', gate: 'go' } as const };
    expect(Object.keys(compareMoment(told, wrong))).toEqual(['phase', 'gate']);
  });
});
