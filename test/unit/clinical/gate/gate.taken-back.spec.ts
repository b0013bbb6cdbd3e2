import { CALM, mistakenRelease, readyCase, reasons, release } from '../fold/chronicle.js';

describe('What is taken back or filed anew', () => {
  it('takes a release as none once it is called a mistake, until the hold is released anew', () => {
    const chronicle = readyCase();
    const hold = mistakenRelease(chronicle);
    expect(reasons(chronicle)).toEqual(['disputed']);
    release(chronicle, hold);
    expect(reasons(chronicle)).toEqual([]);
  });

  it('lets nobody end his own alarm, or an answer that demands a flag, by filing it anew', () => {
    const told = readyCase();
    const account = { ...CALM.outcome, scales: [], decision: told.refs.dose };
    told.nowMs += 5 * 3_600_000;
    const ask = { ask: 'urgent' as const, ask_text: 'SYNTHETIC EXAMPLE' };
    const alarm = told.say('therapist', 'session_outcome', { ...account, ...ask, supersedes: null });
    told.say('therapist', 'session_outcome', { ...account, supersedes: alarm });
    expect(reasons(told, {}, 2)).toContain('question_open');
    told.say('prescriber', 'note', { about: alarm });
    expect(reasons(told, {}, 2)).not.toContain('question_open');
    const form = readyCase();
    const items = [1, 1, 1, 1, 1, 1, 1, 1];
    const ref = form.say('client', 'scale_result', { items: [...items, 1], total: 9 });
    form.say('client', 'scale_result', { items: [...items, 0], total: 8, supersedes: ref });
    expect(reasons(form)).toEqual(['flag_missing']);
  });

  it('takes a question back with its author, and passes it on to the one that asks in its place', () => {
    const chronicle = readyCase();
    const asked = chronicle.say('prescriber', 'information_request', { waits_for_it: 'next_session' });
    const again = { waits_for_it: 'next_session' as const, supersedes: asked };
    const anew = chronicle.say('prescriber', 'information_request', again);
    expect(reasons(chronicle)).toEqual(['question_open']);
    chronicle.say('prescriber', 'information_request', { waits_for_it: 'nothing', supersedes: anew });
    expect(reasons(chronicle)).toEqual([]);
  });
});
