import { foldCase, viewCase, trendOf, type LaneWord } from '#clinical';
import { CALM, Chronicle, readyCase } from './chronicle.js';

function view(chronicle: Chronicle) {
  return viewCase(chronicle.state(), chronicle.nowMs);
}

function outcome(
  chronicle: Chronicle,
  fields: { supersedes?: string; lane?: LaneWord; dose: string },
): string {
  const { supersedes = null, lane = 'care_team', dose } = fields;
  return chronicle.say(
    'therapist',
    'session_outcome',
    { ...CALM.outcome, scales: [], decision: dose, supersedes },
    { lane },
  );
}

describe('Sessions', () => {
  it('count once, however often their account was replaced, in whichever lane', () => {
    const chronicle = readyCase();
    const { dose } = chronicle.refs;
    const first = outcome(chronicle, { dose });
    const second = outcome(chronicle, { dose, supersedes: first, lane: 'clinicians' });
    outcome(chronicle, { dose, supersedes: second });
    expect(view(chronicle)).toMatchObject({ count: { done: 1, authorised: { used: 1, of: 6 } } });
    expect(view(chronicle).sessions).toHaveLength(1);
  });

  it('are contested while two accounts replace the same one', () => {
    const chronicle = readyCase();
    const { dose } = chronicle.refs;
    const first = outcome(chronicle, { dose });
    outcome(chronicle, { dose, supersedes: first });
    const rival = outcome(chronicle, { dose, supersedes: first });
    expect(view(chronicle).sessions.map(({ contested }) => contested)).toEqual([true]);
    expect(view(chronicle).sessions[0]?.outcome.ref).toBe(rival);
  });

  it('in which nothing was taken are shown and not counted', () => {
    const chronicle = readyCase();
    chronicle.say('therapist', 'session_outcome', {
      ...CALM.outcome,
      scales: [],
      course: null,
      dosing: { planned_ug: 100_000, taken: [], residue: null, left_over_ug: 0 },
    });
    expect(view(chronicle)).toMatchObject({
      phase: 'preparation',
      count: { done: 0 },
      sessions: [{ dosed: false }],
    });
  });

  it('held under a decision that had been displaced before they began say so', () => {
    const chronicle = readyCase();
    chronicle.say('prescriber', 'dose_adjustment', {
      supersedes: chronicle.refs.dose,
      axes_changed: ['hold'],
      regimen: null,
    });
    chronicle.nowMs += 5 * 3_600_000;
    outcome(chronicle, { dose: chronicle.refs.dose });
    expect(view(chronicle).sessions.map(({ underDisplacedDecision }) => underDisplacedDecision)).toEqual([
      true,
    ]);
  });

  it('are integrated by a contact that was held, also when it names an earlier account', () => {
    const chronicle = readyCase();
    const { dose } = chronicle.refs;
    const first = outcome(chronicle, { dose });
    const missed = {
      session_outcome: first,
      ask: 'none',
      ask_text: null,
      result: 'could_not_reach',
    } as const;
    chronicle.say('therapist', 'integration_done', {
      ...missed,
      duration_min: null,
      suicidality: 'not_assessed',
    });
    expect(view(chronicle).phase).toBe('integration');
    chronicle.say('therapist', 'integration_done', { session_outcome: first, ask: 'none', ask_text: null });
    outcome(chronicle, { dose, supersedes: first });
    expect(view(chronicle).phase).toBe('follow_up');
  });
});

describe('Who owes what', () => {
  const asked = () => {
    const chronicle = readyCase();
    const question = chronicle.say('therapist', 'note', { about: null }, { asks: ['prescriber'] });
    return { chronicle, question };
  };

  it('is owed until somebody answers, and overdue from the due time on', () => {
    const { chronicle, question } = asked();
    const [due] = view(chronicle).owed;
    expect(due).toMatchObject({ question: { ref: question, type: 'note' }, state: 'open', overdue: false });
    expect(viewCase(chronicle.state(), due?.dueAtMs ?? 0).owed[0]?.overdue).toBe(true);
    chronicle.say('prescriber', 'note', { about: question }, { answers: question });
    expect(view(chronicle).owed).toEqual([]);
  });

  it('stays owed when the answer is of a kind that does not answer it', () => {
    const chronicle = readyCase();
    const order = chronicle.say(
      'prescriber',
      'dose_adjustment',
      { supersedes: chronicle.refs.dose },
      { asks: ['therapist'] },
    );
    chronicle.say('therapist', 'note', { about: order }, { answers: order });
    expect(view(chronicle).owed).toHaveLength(1);
    chronicle.say('therapist', 'dose_read_back', { decision: order, total_ug: 200_000 }, { answers: order });
    expect(view(chronicle).owed).toEqual([]);
  });

  it('moves by a hand-over only when the new person acknowledges', () => {
    const { chronicle, question } = asked();
    const [due] = view(chronicle).owed;
    const op = {
      obligation: due?.id ?? '',
      dueAtMs: null,
      refused: false,
      responder: 'another prescriber',
      responderRole: 'prescriber',
    } as const;
    const note = {
      kind: 'valid',
      event: { event: 'note', schema: 1, about: question, text: 'SYNTHETIC EXAMPLE' },
      unasked: [],
    } as const;
    chronicle.write('prescriber', note, { ops: [{ ...op, op: 'hand_over' }] });
    expect(view(chronicle).owed).toMatchObject([{ state: 'open', responder: null, owner: null }]);
    chronicle.write('colleague', note, { ops: [{ ...op, op: 'ack' }] });
    expect(view(chronicle).owed).toMatchObject([
      { state: 'acknowledged', responder: 'another prescriber', owner: 'another prescriber' },
    ]);
  });

  it('is asked again by a reopening, which a word about it does not end', () => {
    const chronicle = readyCase();
    const change = chronicle.say(
      'client',
      'medication_change',
      { client_text: null },
      { asks: ['prescriber'] },
    );
    chronicle.say('prescriber', 'note', { about: change }, { answers: change });
    expect(view(chronicle).questions).toEqual([]);
    const id = `care_team/${chronicle.entries.findIndex(({ ref }) => ref === change) + 1}/0`;
    const none = { responder: null, responderRole: null, dueAtMs: null, refused: false } as const;
    const note = {
      kind: 'valid',
      event: { event: 'note', schema: 1, about: null, text: 'SYNTHETIC EXAMPLE' },
      unasked: [],
    } as const;
    chronicle.write('client', note, { ops: [{ ...none, op: 'reopen', obligation: id }] });
    expect(view(chronicle).questions.map(({ ref }) => ref)).toEqual([change]);
    chronicle.say('prescriber', 'note', { about: change });
    expect(view(chronicle).questions).toHaveLength(1);
    chronicle.say('prescriber', 'note', { about: null }, { answers: change });
    expect(view(chronicle).questions).toEqual([]);
  });

  it('is not moved by an op the chain refused', () => {
    const { chronicle, question } = asked();
    const [due] = view(chronicle).owed;
    const answer = {
      op: 'answer',
      obligation: due?.id ?? '',
      responder: null,
      responderRole: null,
      dueAtMs: null,
      refused: true,
    } as const;
    const note = {
      kind: 'valid',
      event: { event: 'note', schema: 1, about: question, text: 'SYNTHETIC EXAMPLE' },
      unasked: [],
    } as const;
    chronicle.write('client', note, { ops: [answer] });
    expect(view(chronicle).owed).toHaveLength(1);
  });
});

describe('Measurements', () => {
  it('of a replaced form are left out of the trend', () => {
    const chronicle = new Chronicle();
    const typo = chronicle.say('client', 'scale_result', { items: [3, 3, 3, 0, 0, 0, 0, 0, 0], total: 9 });
    chronicle.say('client', 'scale_result', {
      items: [1, 1, 1, 0, 0, 0, 0, 0, 0],
      total: 3,
      supersedes: typo,
    });
    expect(trendOf(chronicle.state(), 'phq9').map(({ total }) => total)).toEqual([3]);
  });

  it('with missing answers are shown as prorated, or without a total', () => {
    const chronicle = new Chronicle();
    chronicle.say('client', 'scale_result', { items: [1, 1, 1, 1, 1, 1, 1, 1, null], total: null });
    chronicle.say('client', 'scale_result', { items: [1, null, null, null, 1, 1, 1, 1, 0], total: null });
    expect(
      trendOf(chronicle.state(), 'phq9').map(({ total, prorated, item9 }) => [total, prorated, item9]),
    ).toEqual([
      [9, true, null],
      [null, false, 0],
    ]);
  });
});

describe('Holds and labels', () => {
  it('stand until a prescriber releases exactly them', () => {
    const chronicle = readyCase();
    const [one, two] = [
      chronicle.say('client', 'hold', { about: null }),
      chronicle.say('therapist', 'hold', { about: null }),
    ];
    chronicle.say('therapist', 'hold_release', { holds: [one, two], not_before: null });
    expect(view(chronicle).holds).toHaveLength(2);
    chronicle.say('prescriber', 'hold_release', { holds: [one], not_before: null });
    expect(view(chronicle).holds.map(({ ref }) => ref)).toEqual([two]);
  });

  it('of protection are never lost again, and unsaid is not "none"', () => {
    const chronicle = new Chronicle();
    expect(view(chronicle).sensitivity).toBeNull();
    const first = chronicle.say('therapist', 'referral', {
      scales: [],
      sensitivity: ['part2_substance_use'],
    });
    chronicle.say('therapist', 'referral', { scales: [], sensitivity: [], supersedes: first });
    expect(view(chronicle).sensitivity).toEqual(['part2_substance_use']);
  });

  it('make no difference to a case whose lanes were read the other way round', () => {
    const chronicle = readyCase();
    const harm = chronicle.say('client', 'adverse_event', {}, { asks: ['prescriber'] });
    chronicle.say('prescriber', 'note', { about: harm }, { lane: 'clinicians' });
    const { entries } = chronicle;
    const reversed = [...entries].sort(
      (a, b) => Number(b.lane === 'clinicians') - Number(a.lane === 'clinicians'),
    );
    expect(foldCase(reversed)).toEqual(foldCase(entries));
    expect(view(chronicle).questions).toEqual([]);
  });
});
