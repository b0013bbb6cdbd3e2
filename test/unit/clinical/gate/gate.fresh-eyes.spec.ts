import { conditionPart } from '#clinical';
import { CALM, plan, readyCase, reasons, type Chronicle, type Person } from '../fold/chronicle.js';

const session = (decision: string) => ({ ...CALM.outcome, scales: [], decision });

describe('The gate, on what was said and taken back', () => {
  it('does not take a condition for met when somebody calls the report of it wrong', () => {
    const chronicle = readyCase();
    const conditions = [{ text: 'SYNTHETIC EXAMPLE', owner: 'client' as const, due_on: '2027-01-01' }];
    const made = chronicle.say('prescriber', 'eligibility_decision', {
      ...CALM.eligible,
      decision: 'eligible_with_conditions',
      conditions,
      supersedes: chronicle.refs.eligibility,
    });
    const report = chronicle.say('client', 'addendum', {
      amends: made,
      kind: 'late_entry',
      part: conditionPart(1),
    });
    expect(reasons(chronicle)).toEqual([]);
    chronicle.say('therapist', 'addendum', { amends: report, kind: 'correction', part: null });
    expect(reasons(chronicle)).toEqual(['disputed']);
    chronicle.say('client', 'addendum', { amends: made, kind: 'late_entry', part: conditionPart(1) });
    expect(reasons(chronicle)).toEqual([]);
  });

  it('asks a question again when whoever answered it calls his answer a mistake', () => {
    const speakers: readonly Person[] = ['prescriber', 'colleague'];
    for (const answerer of speakers) {
      const chronicle = readyCase();
      const flag = chronicle.say('client', 'safety_flag', { about: null, scale_item: null });
      const answer = chronicle.say(answerer, 'note', { about: flag });
      expect(reasons(chronicle)).toEqual([]);
      chronicle.say(answerer, 'addendum', { amends: answer, kind: 'entered_by_mistake' });
      expect(reasons(chronicle)).toEqual(['question_open']);
      chronicle.say('prescriber', 'note', { about: flag });
      expect(reasons(chronicle)).toEqual([]);
    }
  });

  it('asks it again too when the answer was a decision, a hold, or rode with what was owed', () => {
    const ask = (chronicle: Chronicle) =>
      chronicle.say('client', 'safety_flag', { about: null, scale_item: null }, { asks: ['prescriber'] });
    const hold = readyCase();
    const raised = hold.say('prescriber', 'hold', { about: ask(hold) });
    hold.say('prescriber', 'hold_release', { holds: [raised], evidence: [], not_before: null });
    const owed = readyCase();
    const question = ask(owed);
    const answer = owed.say('prescriber', 'note', { about: null }, { answers: question });
    const request = readyCase();
    const wish = request.say('therapist', 'dose_adjustment_request', { decision: request.refs.dose });
    const decision = request.say('prescriber', 'dose_adjustment', {
      supersedes: request.refs.dose,
      request: wish,
      axes_changed: ['frequency'],
      regimen: { ...plan(request), min_days_between: 1 },
    });
    for (const [chronicle, amends] of [
      [hold, raised],
      [owed, answer],
      [request, decision],
    ] as const) {
      expect(reasons(chronicle)).not.toContain('question_open');
      chronicle.say('prescriber', 'addendum', { amends, kind: 'entered_by_mistake' });
      expect(reasons(chronicle)).toContain('question_open');
    }
    owed.say('colleague', 'note', { about: question });
    expect(reasons(owed)).toEqual([]);
  });

  it('doubts an unread entry again when the addendum that settled it is taken back', () => {
    const chronicle = readyCase();
    const invented = chronicle.write('client', { kind: 'unopened', because: 'no_key' });
    const amends = chronicle.say('prescriber', 'addendum', { amends: invented, kind: 'entered_by_mistake' });
    expect(reasons(chronicle)).toEqual([]);
    chronicle.say('prescriber', 'addendum', { amends, kind: 'entered_by_mistake' });
    expect(reasons(chronicle)).toEqual(['entry_unread']);
  });

  it('doubts an unread entry again when what settled it is called a mistake', () => {
    const chronicle = readyCase();
    const damaged = chronicle.write('client', { kind: 'unopened', because: 'damaged' });
    const told = chronicle.say('therapist', 'note', { about: damaged });
    expect(reasons(chronicle)).toEqual([]);
    chronicle.say('therapist', 'addendum', { amends: told, kind: 'entered_by_mistake' });
    expect(reasons(chronicle)).toEqual(['entry_unread']);
  });
});

describe('The gate, on sessions that name another decision', () => {
  it('counts a session against the decision that stood when it began, whatever its account names', () => {
    const chronicle = readyCase();
    const decision = chronicle.say('prescriber', 'dose_adjustment', {
      supersedes: chronicle.refs.dose,
      axes_changed: ['frequency'],
      regimen: { ...plan(chronicle), sessions_authorised: 1 },
    });
    for (const who of ['therapist', 'client'] as const) {
      chronicle.say(who, 'dose_read_back', { decision, total_ug: 150_000 });
    }
    chronicle.nowMs += 5 * 3_600_000;
    chronicle.say('therapist', 'session_outcome', session(chronicle.refs.dose));
    expect(reasons(chronicle, {}, 2)).toContain('sessions_used');
  });

  it('does not count a session that was over before the decision was made', () => {
    const chronicle = readyCase();
    chronicle.nowMs += 5 * 3_600_000;
    chronicle.say('therapist', 'session_outcome', session(chronicle.refs.dose));
    chronicle.nowMs += 24 * 3_600_000;
    chronicle.say('prescriber', 'dose_adjustment', {
      supersedes: chronicle.refs.dose,
      axes_changed: ['frequency'],
      regimen: { ...plan(chronicle), sessions_authorised: 1 },
    });
    expect(reasons(chronicle, {}, 2)).not.toContain('sessions_used');
  });
});
