import {
  EXAMPLE_PROTOCOL_TEMPLATES,
  EMPTY_CASE,
  REPLAY_CASES,
  clockOf,
  foldCase,
  type CaseClock,
  type ReplayCase,
} from '#clinical';

/** The clock as it stands after the entries that had been written when the script looked. */
function clockAt(told: ReplayCase, moment: string): CaseClock {
  const found = told.moments.find(({ name }) => name === moment);
  if (found === undefined) throw new Error(`${told.name} has no moment "${moment}"`);
  const { template, zone } = told;
  return clockOf(foldCase(told.entries.slice(0, found.entries)), { template, zone, nowMs: found.atMs });
}

const completed = REPLAY_CASES['course-completed']();

describe('The protocol clock of a folded case', () => {
  it('has no session to offer and nothing that ends before anything is written', () => {
    const settings = { template: EXAMPLE_PROTOCOL_TEMPLATES.six_in_three_weeks, zone: 'UTC', nowMs: 0 };
    expect(clockOf(EMPTY_CASE, settings)).toEqual({
      next: { kind: 'none_left', number: 1, by: 'eligibility' },
      integration: null,
      followUp: null,
      endings: [],
      assentsDueAt: null,
    });
  });

  it('offers no session while a hold stands, and offers one again once it was released', () => {
    const paused = REPLAY_CASES['client-pauses']();
    const held = clockAt(paused, 'a hold stands, whoever raised it');
    expect(held.next).toMatchObject({ kind: 'none_left', by: 'hold' });
    expect(clockAt(paused, 'the day has come').next).toMatchObject({ kind: 'window', number: 2 });
  });

  it('opens the first session by the dose decision and closes it by what ends first', () => {
    const { next, endings } = clockAt(completed, 'the dose is decided and nobody has read it back');
    expect(next).toMatchObject({
      kind: 'window',
      number: 1,
      opens: { day: '2026-03-05', by: 'dose_decision' },
      closes: { by: 'session_cap' },
    });
    const days = endings.map(({ lastDay }) => lastDay);
    expect(days).toEqual([...days].sort());
    expect(endings.map(({ what }) => what).sort()).toEqual(['dose_decision', 'eligibility', 'session_cap']);
  });

  it('after a session says when contact is due and from which day the next one may be', () => {
    const { next, integration, followUp } = clockAt(completed, 'home after the first session');
    // Held on Saturday 7 March in Denver; the clocks go forward in the night that follows.
    expect(next).toMatchObject({ number: 2, opens: { day: '2026-03-10' }, targetDay: '2026-03-10' });
    expect(integration).toMatchObject({
      standing: 'before_target',
      first: { limitAt: '2026-03-10T18:30:00Z', doneAt: null },
      second: { opensAt: '2026-03-09T06:00:00Z' },
    });
    expect(followUp?.dueOn).toBe('2026-04-06');
  });

  it('after the last session offers none, and says what it was that was used up', () => {
    expect(clockAt(completed, 'after the sixth session').next).toEqual({ kind: 'complete', sessions: 6 });
  });

  it('asks for a review where the protocol does, and goes on from the visit that is one', () => {
    const told = REPLAY_CASES['maintenance-and-discharge']();
    const { template, zone } = told;
    const summary = told.entries.findIndex(
      ({ content }) => content.kind === 'valid' && content.event.event === 'follow_up_summary',
    );
    const before = clockOf(foldCase(told.entries.slice(0, summary)), { template, zone, nowMs: 0 });
    expect(before.next).toMatchObject({ kind: 'review_due', afterSession: 2 });
    expect(clockAt(told, 'two sessions held, four to come')).toMatchObject({
      next: { kind: 'window', number: 3 },
      followUp: { dueOn: '2026-02-18' },
    });
  });

  it('is bound by a maintenance plan only once all three have agreed to it', () => {
    const told = REPLAY_CASES['maintenance-and-discharge']();
    expect(clockAt(told, 'the plan waits for two assents').assentsDueAt).toBeNull();
    const agreed = clockAt(told, 'all three agreed');
    expect(agreed.endings.map(({ what }) => what)).toContain('maintenance_plan');
    expect(agreed.assentsDueAt).not.toBeNull();
    expect(agreed.next).toMatchObject({
      kind: 'window',
      number: 3,
      block: 'Maintenance 1',
      opens: { day: '2026-01-30', by: 'maintenance_plan' },
    });
    expect(clockAt(told, 'the first maintenance session is held').next).toMatchObject({
      number: 4,
      opens: { day: '2026-02-21', by: 'spacing' },
      closes: { day: '2026-03-07', by: 'spacing' },
    });
  });

  it('offers no session after the discharge, and none while treatment is stopped', () => {
    expect(clockAt(REPLAY_CASES['maintenance-and-discharge'](), 'discharged').next).toBeNull();
    expect(clockAt(REPLAY_CASES['stopped-for-adverse-event'](), 'stopped').next).toMatchObject({
      kind: 'none_left',
      by: 'dose_decision',
    });
  });
});
