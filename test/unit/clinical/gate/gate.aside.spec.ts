import { askGate, exampleOf, type ClinicalEvent, type GateRequest, type OpenedContent } from '#clinical';
import { CALM, PEOPLE, readyCase, reasons, refOf, requestFor, type Person } from '../fold/chronicle.js';

const SOMEWHERE_ELSE = refOf('elsewhere');
const GIVEN = { ...CALM.consent, scopes: ['treatment_with_ketamine' as const] };

const counts = (event: ClinicalEvent): OpenedContent => ({ kind: 'valid', event, unasked: [] });

/** Somebody wrote this where it does not count. */
function wrote(who: Person, content: OpenedContent): Pick<GateRequest, 'aside'> {
  return { aside: [{ ref: SOMEWHERE_ELSE, author: PEOPLE[who], content }] };
}

function mendersOf(chronicle: ReturnType<typeof readyCase>, request: Partial<GateRequest>) {
  const { further } = askGate(chronicle.state(), { ...requestFor(chronicle, 1), ...request });
  return further.flatMap((check) => check.reasons.map(({ mendBy, entry }) => [mendBy, entry]));
}

describe('What was written beside the thread that counts', () => {
  it('leaves the gate open when it is a plain note or a matter of members', () => {
    expect(reasons(readyCase(), wrote('client', counts(exampleOf('note'))))).toEqual([]);
    expect(reasons(readyCase(), wrote('client', { kind: 'not_clinical' }))).toEqual([]);
  });

  it('shuts the gate for a hold until a prescriber names that very entry in the thread that counts', () => {
    const chronicle = readyCase();
    const aside = wrote('client', counts(exampleOf('hold')));
    expect(reasons(chronicle, aside)).toEqual(['written_aside']);
    expect(mendersOf(chronicle, aside)).toEqual([['prescriber', SOMEWHERE_ELSE]]);
    chronicle.say('therapist', 'note', { about: SOMEWHERE_ELSE });
    chronicle.say('client', 'note', { about: SOMEWHERE_ELSE });
    chronicle.say('prescriber', 'note', { about: chronicle.refs.dose });
    expect(reasons(chronicle, aside)).toEqual(['written_aside']);
    chronicle.say('prescriber', 'note', { about: SOMEWHERE_ELSE });
    expect(reasons(chronicle, aside)).toEqual([]);
  });

  it('is opened for one entry, and for no other that is written there later', () => {
    const chronicle = readyCase();
    const { aside } = wrote('client', counts(exampleOf('hold')));
    chronicle.say('prescriber', 'note', { about: SOMEWHERE_ELSE });
    const another = { ...aside[0], ref: refOf('later still') } as (typeof aside)[number];
    expect(reasons(chronicle, { aside: [...aside, another] })).toEqual(['written_aside']);
  });

  it('takes a prescriber for a decision, the one who wrote it included, and nobody else', () => {
    const chronicle = readyCase();
    const aside = wrote('prescriber', counts(exampleOf('dose_order')));
    chronicle.say('therapist', 'note', { about: SOMEWHERE_ELSE });
    expect(reasons(chronicle, aside)).toEqual(['written_aside']);
    chronicle.say('prescriber', 'addendum', { amends: SOMEWHERE_ELSE, kind: 'entered_by_mistake' });
    expect(reasons(chronicle, aside)).toEqual([]);
  });

  it('takes somebody else than its author for an alarm or a report', () => {
    for (const [author, no, yes] of [
      ['prescriber', 'prescriber', 'therapist'],
      ['therapist', 'therapist', 'colleague'],
      ['client', 'therapist', 'prescriber'],
    ] as const) {
      const chronicle = readyCase();
      const aside = wrote(author, counts(exampleOf('medication_change')));
      chronicle.say(no, 'note', { about: SOMEWHERE_ELSE });
      expect(reasons(chronicle, aside)).toEqual(['written_aside']);
      chronicle.say(yes, 'note', { about: SOMEWHERE_ELSE });
      expect(reasons(chronicle, aside)).toEqual([]);
    }
  });

  it('lets nobody explain consent away: it is recorded anew, naming what was said there', () => {
    const chronicle = readyCase();
    const no = {
      ...exampleOf('consent_recorded'),
      ...GIVEN,
      action: 'withdrawn',
      valid_until: null,
    } as const;
    const aside = wrote('client', counts(no));
    for (const who of ['prescriber', 'therapist', 'client'] as const) {
      chronicle.say(who, 'note', { about: SOMEWHERE_ELSE });
    }
    expect(reasons(chronicle, aside)).toEqual(['consent_aside']);
    expect(mendersOf(chronicle, aside)).toEqual([['client', SOMEWHERE_ELSE]]);
    chronicle.say('client', 'consent_recorded', { ...GIVEN, supersedes: chronicle.refs.consent });
    expect(reasons(chronicle, aside)).toEqual(['consent_aside']);
    chronicle.say('client', 'consent_recorded', { ...GIVEN, supersedes: SOMEWHERE_ELSE });
    expect(reasons(chronicle, aside)).toEqual([]);
  });

  it('is as doubtful as in the lane itself where it does not count or cannot be read', () => {
    const chronicle = readyCase();
    const damaged = wrote('client', { kind: 'unopened', because: 'damaged' });
    const noKey = wrote('client', { kind: 'unopened', because: 'no_key' });
    const forged = wrote('therapist', { kind: 'invalid', name: 'dose_order', reasons: [] });
    expect(reasons(chronicle, forged)).toEqual([]);
    expect(reasons(chronicle, damaged)).toEqual(['written_aside']);
    chronicle.say('therapist', 'note', { about: SOMEWHERE_ELSE });
    expect(reasons(chronicle, damaged)).toEqual([]);
    expect(reasons(chronicle, noKey)).toEqual(['entry_unread']);
    expect(mendersOf(chronicle, noKey)).toEqual([['reader', SOMEWHERE_ELSE]]);
    chronicle.say('prescriber', 'addendum', { amends: SOMEWHERE_ELSE, kind: 'entered_by_mistake' });
    expect(reasons(chronicle, noKey)).toEqual([]);
  });

  it('shuts the gate while others may write there unseen, until a prescriber says that the thread does not count', () => {
    const chronicle = readyCase();
    const request = { unfollowed: [SOMEWHERE_ELSE] };
    expect(reasons(chronicle, request)).toEqual(['thread_beside']);
    chronicle.say('therapist', 'note', { about: SOMEWHERE_ELSE });
    expect(reasons(chronicle, request)).toEqual(['thread_beside']);
    chronicle.say('prescriber', 'note', { about: SOMEWHERE_ELSE });
    expect(reasons(chronicle, request)).toEqual([]);
  });
});
