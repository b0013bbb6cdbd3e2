import { exampleOf, recordFactsOf, type EventOf } from '#clinical';
import { CALM, Chronicle, readyCase } from './chronicle.js';

const facts = (chronicle: Chronicle) => recordFactsOf(chronicle.state(), chronicle.now());
const medicines = (chronicle: Chronicle) => facts(chronicle).medicines;

type Change = EventOf<'medication_change'>['changes'][number];

function changes(
  chronicle: Chronicle,
  what: Change['what'],
  name: string,
  takenNow: readonly string[] | null = null,
) {
  const now = what === 'dose_changed' || what === 'started' ? '1 mg' : null;
  return chronicle.say('client', 'medication_change', {
    supersedes: null,
    interactions: [],
    changes: [
      { ...exampleOf('medication_change').changes[0], what, name, dose_before: null, dose_now: now },
    ] as Change[],
    taken_now: takenNow?.map((one) => ({ name: one, dose: null })) ?? null,
  });
}

describe('Medicines on record', () => {
  it('are known as a whole from nobody while no list was gone through', () => {
    const chronicle = new Chronicle();
    expect(medicines(chronicle)).toEqual({ names: [], whole: false });
    changes(chronicle, 'started', 'SYNTHETIC alphadrug');
    expect(medicines(chronicle)).toEqual({ names: ['SYNTHETIC alphadrug'], whole: false });
  });

  it('are the last whole list with what changed since: added, and taken away only where it is named alike', () => {
    const chronicle = readyCase();
    changes(chronicle, 'started', 'alphadrug', ['alphadrug', 'Betadrug 5 mg']);
    expect(medicines(chronicle)).toEqual({ names: ['alphadrug', 'Betadrug 5 mg'], whole: true });
    changes(chronicle, 'resumed', 'gammadrug');
    changes(chronicle, 'stopped', 'betadrug');
    changes(chronicle, 'paused', 'Alphadrug');
    expect(medicines(chronicle)).toEqual({ names: ['Betadrug 5 mg', 'gammadrug'], whole: true });
  });

  it('are not known as a whole once somebody calls the list wrong, or says that something changed and not what', () => {
    const disputed = readyCase();
    const list = changes(disputed, 'started', 'alphadrug', ['alphadrug']);
    disputed.say('therapist', 'addendum', { amends: list, kind: 'correction' });
    expect(medicines(disputed)).toEqual({ names: ['alphadrug'], whole: false });
    const changed = readyCase();
    changes(changed, 'started', 'alphadrug', ['alphadrug']);
    const contact = { session_outcome: 'A'.repeat(43), ask: 'none', ask_text: null } as const;
    changed.say('therapist', 'integration_done', { ...contact, medication_changes: 'reported' });
    expect(medicines(changed).whole).toBe(false);
  });
});

describe('Medicines of a decision that was written days after they were gone through', () => {
  it('keep what was told in between: added, never taken away, and not whole where it was not said what', () => {
    const chronicle = readyCase();
    const reviewedOn = chronicle.now().slice(0, 10);
    chronicle.nowMs += 3 * 24 * 3_600_000;
    changes(chronicle, 'started', 'alphadrug', ['alphadrug', 'betadrug']);
    changes(chronicle, 'stopped', 'gammadrug');
    const decide = () =>
      chronicle.say('prescriber', 'eligibility_decision', {
        ...CALM.eligible,
        conditions: [],
        supersedes: chronicle.refs.eligibility,
        medications_review: {
          reviewed_on: reviewedOn,
          items: [{ name: 'gammadrug', dose: null, interaction_note: null }],
        },
      });
    decide();
    expect(medicines(chronicle)).toEqual({ names: ['gammadrug', 'alphadrug', 'betadrug'], whole: true });
    const contact = { session_outcome: 'A'.repeat(43), ask: 'none', ask_text: null } as const;
    chronicle.say('therapist', 'integration_done', { ...contact, medication_changes: 'reported' });
    decide();
    expect(medicines(chronicle).whole).toBe(false);
  });
});

describe('Findings and symptoms on record', () => {
  it('are those of the eligibility decision in force, in doubt where it is', () => {
    const chronicle = readyCase();
    const found = (name: string) => facts(chronicle).facts.find((one) => one.name === name);
    const { contraindications } = exampleOf('eligibility_decision');
    expect(facts(chronicle).facts).toHaveLength(Object.keys(contraindications).length);
    expect(found('contraindication_liver_disease')).toEqual({
      name: 'contraindication_liver_disease',
      value: contraindications.liver_disease,
      doubtful: false,
    });
    chronicle.say('prescriber', 'addendum', { amends: chronicle.refs.eligibility, kind: 'correction' });
    expect(found('contraindication_liver_disease')?.doubtful).toBe(true);
    expect(facts(new Chronicle()).facts).toEqual([]);
  });

  it('are all that was reported; what did not pass was still there when it was told', () => {
    const chronicle = readyCase();
    chronicle.say('therapist', 'vitals_alert', { supersedes: null, symptoms: ['chest_pain'] });
    const effect = { detail: null, severity: 3, action: null } as const;
    const onset = '2026-03-02T09:00:00Z';
    chronicle.say('therapist', 'session_outcome', {
      ...{ ...CALM.outcome, scales: [] },
      side_effects: [
        { ...effect, code: 'nausea', onset_at: onset, resolved: true },
        { ...effect, code: 'dizziness', onset_at: onset, resolved: false },
      ],
    });
    const told = facts(chronicle).symptoms.map(({ code, severity }) => [code, severity]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['chest_pain', null],
        ['nausea', 3],
        ['dizziness', 3],
      ]),
    );
    const at = (code: string) => facts(chronicle).symptoms.find((one) => one.code === code)?.reported_at;
    expect(at('nausea')).toBe(onset);
    expect(Date.parse(at('dizziness') ?? '')).toBeGreaterThan(Date.parse(onset));
  });

  it('say that entries were not read', () => {
    const chronicle = readyCase();
    expect(facts(chronicle).unread).toBe(false);
    chronicle.write('client', { kind: 'unopened', because: 'no_key' });
    expect(facts(chronicle).unread).toBe(true);
  });
});
