import * as fc from 'fast-check';
import { START_CONDITIONS, exampleOf, parseEvent, type SessionStartCheck } from '#clinical';
import { changed, pathsRefused, type Case } from './changing.js';
import { REF } from './samples.js';
import {
  consentPart2,
  consentWithdrawn,
  dischargeAfterDeath,
  flagDanger,
  integrationMissed,
  integrationUrgent,
  planAgreed,
  startGo,
  startUnseen,
} from './samples.variants.js';

const consent = exampleOf('consent_recorded');
const preparation = exampleOf('preparation_ready');
const start = exampleOf('session_start_check');
const alert = exampleOf('vitals_alert');
const adverse = exampleOf('adverse_event');
const contact = exampleOf('integration_done');
const scale = exampleOf('scale_result');
const flag = exampleOf('safety_flag');
const medicines = exampleOf('medication_change');
const visit = exampleOf('follow_up_summary');
const plan = exampleOf('maintenance_plan');
const cover = exampleOf('coverage_handover');
const end = exampleOf('discharge');
const release = exampleOf('hold_release');
const request = exampleOf('information_request');

function refuses(cases: readonly Case[]): void {
  it.each(cases)('%s', (_name, event, changes, path) => {
    expect(parseEvent(event).kind).toBe('event');
    expect(pathsRefused(changed(event, changes))).toContain(path);
  });
}

describe('what a question, a consent or a preparation cannot say', () => {
  refuses([
    ['it asks for nothing', request, { items: [] }, 'items'],
    [
      'it asks the client without words for him',
      request,
      { asked_of: 'client', client_text: null },
      'client_text',
    ],
    ['it asks nobody', request, { asked_of: null }, 'asked_of'],
    ['consent to nothing', consent, { scopes: [] }, 'scopes'],
    ['consent to one thing twice', consent, { scopes: ['touch', 'touch'], disclosure: null }, 'scopes'],
    ['a topic twice', consent, { topics: ['costs', 'costs'] }, 'topics'],
    ['consent after talking about nothing', consent, { topics: [] }, 'topics'],
    ['a guardian without a name', consent, { given_by: 'legal_representative' }, 'representative'],
    ['a guardian although the client decides', consent, { representative: 'x' }, 'representative'],
    [
      "the client's signature by a guardian",
      consentPart2,
      { method: 'signed_here', witness: null },
      'method',
    ],
    ['a signed form without a form', consent, { document: null }, 'document'],
    ['spoken consent without a witness', consentPart2, { witness: null }, 'witness'],
    ['a witness of a signature', consent, { witness: 'x' }, 'witness'],
    ['decided after it was recorded', consent, { decided_at: '2026-11-23T15:00:01Z' }, 'decided_at'],
    ['sharing without saying with whom', consent, { disclosure: null }, 'disclosure'],
    ['with whom, but no sharing', consent, { scopes: ['touch'] }, 'disclosure'],
    ['sharing with nobody', consent, { 'disclosure.recipients': [] }, 'disclosure.recipients'],
    ['substance-use records outside Part 2', consentPart2, { 'disclosure.part2': false }, 'disclosure.part2'],
    ['a withdrawal that holds until a day', consentWithdrawn, { valid_until: '2027-01-01' }, 'valid_until'],
    ['consent that had ended', consent, { valid_until: '2026-11-21' }, 'valid_until'],
    ['home without an address for help', preparation, { modality: 'at_home_by_video' }, 'emergency_address'],
    ['a session before its preparation', preparation, { session_at: '2026-11-23T14:00:00Z' }, 'session_at'],
  ]);

  it('a withdrawal takes nothing but a scope', () => {
    const bare = { topics: [], document: null, method: 'signed_here', disclosure: null, valid_until: null };
    expect(parseEvent(changed(consent, { ...bare, action: 'withdrawn' })).kind).toBe('event');
  });
});

describe('what a hold, its end or a flag cannot say', () => {
  refuses([
    ['another reason without words', exampleOf('hold'), { reason: 'other', detail: null }, 'detail'],
    ['a release of no hold', release, { holds: [] }, 'holds'],
    ['a release of one hold twice', release, { holds: [REF, REF] }, 'holds'],
    ['one evidence twice', release, { evidence: [REF, REF] }, 'evidence'],
    ['a release without a reason', release, { rationale: '' }, 'rationale'],
    ['a release that lies in the past', release, { not_before: '2026-11-20' }, 'not_before'],
    ['a release without words for the client', release, { client_text: null }, 'client_text'],
    ['a flag of another kind without words', flagDanger, { concern: null }, 'concern'],
    ['a flag raised by no form in particular', flag, { about: null }, 'about'],
    ['a flag raised by an answer of 0', flag, { 'scale_item.answer': 0 }, 'scale_item.answer'],
  ]);

  it('a hold takes a reason and a flag takes a kind, and no more', () => {
    const hold = { detail: null, about: null, review_by: null, client_text: null };
    expect(parseEvent(changed(exampleOf('hold'), hold)).kind).toBe('event');
    const bare = { concern: null, about: null, scale_item: null, call_back: null, client_text: null };
    expect(parseEvent(changed(flag, { ...bare, immediate_danger: 'unknown' })).kind).toBe('event');
  });
});

describe('what a start check cannot say', () => {
  const unmet = { state: 'not_met', evidence: null, detail: null, mend_by: 'prescriber' };
  refuses([
    ['go although something is missing', start, { result: 'go' }, 'result'],
    [
      'go although something the template asks is missing',
      startGo,
      { further: [{ name: 'x', state: 'unknown', evidence: null, detail: null }] },
      'result',
    ],
    ['go and yet a reason against', startGo, { no_go_because: 'x' }, 'no_go_because'],
    ['go without vital signs', startGo, { vitals: null }, 'client_today'],
    ['go before anybody saw the client', startGo, { client_today: null }, 'client_today'],
    ['no go without any reason', startGo, { result: 'no_go' }, 'no_go_because'],
    ['vital signs of another phase', start, { 'vitals.phase': 'during' }, 'vitals.phase'],
    ['home without an address for help', startUnseen, { emergency_address: null }, 'emergency_address'],
    ['no head it was checked against', start, { 'as_of.care_team': null }, 'as_of.care_team'],
    [
      'missing and nobody to mend it',
      start,
      { 'checks.ride_or_chaperone.mend_by': null },
      'checks.ride_or_chaperone.mend_by',
    ],
    ['met and somebody to mend it', start, { 'checks.dose.mend_by': 'client' }, 'checks.dose.mend_by'],
    [
      'no report of the session before the second',
      start,
      { session_number: 2 },
      'checks.previous_outcome.state',
    ],
    ['one name twice', start, { further: [start.further[0], start.further[0]] }, 'further'],
    ...['eligibility', 'dose', 'therapist_read_back', 'client_read_back', 'consent'].map((name): Case => [
      `${name} without its entry`,
      start,
      { [`checks.${name}.evidence`]: null },
      `checks.${name}.evidence`,
    ]),
    ...START_CONDITIONS.filter((name) => !['ride_or_chaperone', 'previous_outcome'].includes(name)).map(
      (name): Case => [
        `${name} is not required`,
        start,
        { [`checks.${name}`]: { ...unmet, state: 'not_required', mend_by: null } },
        `checks.${name}.state`,
      ],
    ),
  ]);

  it('no check says go unless every single condition is met or rightly not required', () => {
    const states = fc.record(
      Object.fromEntries(
        START_CONDITIONS.map((name) => [
          name,
          fc.constantFrom<SessionStartCheck['checks']['dose']>(
            { state: 'met', evidence: REF, detail: null, mend_by: null },
            { state: 'not_met', evidence: null, detail: null, mend_by: 'client' },
            { state: 'unknown', evidence: null, detail: null, mend_by: 'prescriber' },
            { state: 'not_required', evidence: null, detail: null, mend_by: null },
          ),
        ]),
      ),
    );
    fc.assert(
      fc.property(states, fc.integer({ min: 1, max: 3 }), (checks, number) => {
        const content = { ...startGo, checks, session_number: number };
        const fulfilled = START_CONDITIONS.every((name) => {
          const state = checks[name]?.state;
          const canBeWithout = name === 'ride_or_chaperone' || (name === 'previous_outcome' && number === 1);
          return state === 'met' || (state === 'not_required' && canBeWithout);
        });
        expect(parseEvent(content).kind).toBe(fulfilled ? 'event' : 'invalid');
      }),
      { numRuns: 500 },
    );
  });
});

describe('what an alarm or a report of harm cannot say', () => {
  const calm = { exceeded: [], symptoms: [] };
  refuses([
    ['nothing that worries', alert, { ...calm, concern: null }, 'concern'],
    ['another symptom without words', alert, { symptoms: ['other'], concern: null }, 'concern'],
    ['one symptom twice', alert, { symptoms: ['fainted', 'fainted'] }, 'symptoms'],
    ['beyond a limit without a reading', alert, { readings: [] }, 'readings'],
    ['a value nobody measured', alert, { 'exceeded.0.value': 173 }, 'exceeded'],
    ['a value within its limit', alert, { 'exceeded.0.limit': 173 }, 'exceeded.0.value'],
    [
      'an oxygen value above its lowest limit',
      alert,
      { 'exceeded.0.measure': 'spo2_percent', 'exceeded.0.value': 97, 'exceeded.0.limit': 92 },
      'exceeded.0.value',
    ],
    ['a rule set nobody names', alert, { 'exceeded.0.limit_from': 'rule_set' }, 'exceeded.0.rule_set'],
    [
      'a rule set although it is the limit of a decision',
      alert,
      { 'exceeded.0.rule_set': { name: 'x', version: '1' } },
      'exceeded.0.rule_set',
    ],
    [
      'readings out of order',
      alert,
      { readings: [alert.readings[0], { ...alert.readings[0], taken_at: '2026-11-23T14:00:00Z' }] },
      'readings',
    ],
    ['taken, but nobody says when', alert, { first_dose_at: null }, 'first_dose_at'],
    ['taken after the alert', alert, { first_dose_at: '2026-11-23T15:00:01Z' }, 'first_dose_at'],
    ['harm before it was told', adverse, { occurred_at: '2026-11-23T16:00:00Z' }, 'occurred_at'],
    ['harm that ended before it began', adverse, { ended_at: '2026-11-20T00:00:00Z' }, 'ended_at'],
    ['harm that ended and goes on', adverse, { outcome: 'recovering' }, 'ended_at'],
    ['death that is not serious', adverse, { outcome: 'death', severity: 5 }, 'outcome'],
    ['death as a reason, but no death', adverse, { serious_because: ['death'] }, 'outcome'],
    [
      'death of strength 4',
      adverse,
      { serious_because: ['death'], outcome: 'death', severity: 4 },
      'severity',
    ],
    ['strength 5 without death', adverse, { severity: 5 }, 'severity'],
    [
      'serious twice for one reason',
      adverse,
      { serious_because: ['hospital_stay', 'hospital_stay'] },
      'serious_because',
    ],
  ]);

  it('takes a limit that is just reached as passed, in either direction', () => {
    expect(parseEvent(changed(alert, { 'exceeded.0.limit': 172 })).kind).toBe('event');
    const low = { 'exceeded.0.measure': 'spo2_percent', 'exceeded.0.value': 97, 'exceeded.0.limit': 97 };
    expect(parseEvent(changed(alert, low)).kind).toBe('event');
  });
});

describe('what a talk, a form or a visit cannot say', () => {
  refuses([
    ['a talk that took no time', contact, { duration_min: null }, 'duration_min'],
    ['a missed talk that took time', integrationMissed, { duration_min: 10 }, 'duration_min'],
    [
      'a missed talk that asked about suicide',
      integrationMissed,
      { suicidality: 'none_reported' },
      'suicidality',
    ],
    ['a missed talk without a next one', integrationMissed, { next_contact_at: null }, 'next_contact_at'],
    ['a plan for suicide that can wait', integrationUrgent, { ask: 'adjust' }, 'ask'],
    ['a question without words', contact, { ask_text: null }, 'ask_text'],
    ['a form with an answer too few', scale, { items: scale.items.slice(1) }, 'items'],
    ['a form with an answer too many', scale, { items: [...scale.items, 0], total: 12 }, 'items'],
    ['an answer the form does not offer', scale, { 'items.0': 4, total: 14 }, 'items'],
    ['a total that is not the sum', scale, { total: 13 }, 'total'],
    ['a total although an answer is missing', scale, { 'items.8': null, total: 11 }, 'total'],
    ['no total although every answer is there', scale, { total: null }, 'total'],
    ['a form nobody answered', scale, { items: scale.items.map(() => null), total: null }, 'items'],
    ['a form of tomorrow', scale, { taken_on: '2026-11-25' }, 'taken_on'],
    ['a language written out', scale, { form_language: 'English' }, 'form_language'],
    [
      'a screener with a total',
      scale,
      { instrument: 'cssrs_screener', items: [0, 0, null, null, null, 0, null], total: 0 },
      'total',
    ],
    [
      'a new medicine that had a dose',
      medicines,
      { 'changes.0.dose_before': '1 mg' },
      'changes.0.dose_before',
    ],
    ['a stopped medicine that has a dose', medicines, { 'changes.0.what': 'stopped' }, 'changes.0.dose_now'],
    ['a paused medicine that has a dose', medicines, { 'changes.0.what': 'paused' }, 'changes.0.dose_now'],
    [
      'a changed dose that nobody knows',
      medicines,
      { 'changes.0.what': 'dose_changed', 'changes.0.dose_now': null },
      'changes.0.dose_now',
    ],
    ['a change of nothing', medicines, { changes: [] }, 'changes'],
    [
      'an interaction without a rule set',
      medicines,
      { 'interactions.0.rule_set': null },
      'interactions.0.rule_set',
    ],
    ['a visit to a time that ends before it starts', visit, { 'period.to': '2026-01-01' }, 'period.to'],
    ['a next visit in the past', visit, { next_visit_due: '2026-11-22' }, 'next_visit_due'],
    ['blood pressure upside down', visit, { 'measured.diastolic_mmhg': 127 }, 'measured.diastolic_mmhg'],
  ]);

  it('the total of a form with every answer is its sum, whatever the answers', () => {
    const answers = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(answers, fc.integer({ min: 0, max: 80 }), (items, total) => {
        const sum = items.reduce((before, answer) => before + answer, 0);
        const content = { ...scale, instrument: 'pcl5', items };
        expect(parseEvent({ ...content, total: sum }).kind).toBe('event');
        expect(parseEvent({ ...content, total }).kind).toBe(total === sum ? 'event' : 'invalid');
      }),
    );
  });
});

describe('what a plan, a handover or a discharge cannot say', () => {
  const agreed = planAgreed.assents.client;
  const notPossible = { ...agreed, answer: 'not_possible', answered_at: null, how: null, entry: null };
  refuses([
    ['a review outside the plan', plan, { review_on: '2028-01-01' }, 'review_on'],
    ['an end before the start', plan, { ends_on: '2026-11-29', review_on: '2026-11-29' }, 'review_on'],
    [
      'a plan for the past',
      plan,
      { starts_on: '2026-01-01', review_on: '2026-02-01', ends_on: '2026-03-01' },
      'ends_on',
    ],
    ['no stage', plan, { stages: [] }, 'stages'],
    ['a client who is not asked', plan, { 'assents.client': null }, 'assents.client'],
    [
      'an answer without a time',
      planAgreed,
      { 'assents.client.answered_at': null },
      'assents.client.answered_at',
    ],
    [
      'an answer nobody knows how it came',
      planAgreed,
      { 'assents.client.how': null, 'assents.client.entry': null },
      'assents.client.how',
    ],
    [
      'an answer in this thread without its entry',
      planAgreed,
      { 'assents.client.entry': null },
      'assents.client.entry',
    ],
    [
      'an entry for an answer given elsewhere',
      planAgreed,
      { 'assents.client.how': 'in_person' },
      'assents.client.entry',
    ],
    [
      'asked, and yet answered',
      planAgreed,
      { 'assents.client.answer': 'asked' },
      'assents.client.answered_at',
    ],
    [
      'not possible without saying why',
      end,
      { 'assents.client': { ...notPossible, remark: null } },
      'assents.client.remark',
    ],
    [
      'maintenance of a client who cannot answer',
      planAgreed,
      { 'assents.client': { ...notPossible, remark: 'x' } },
      'assents',
    ],
    ['cover that ends as it starts', cover, { covers_until: cover.covers_from }, 'covers_until'],
    [
      'cover that was over before it was handed over',
      cover,
      { covers_from: '2026-11-20T00:00:00Z', covers_until: '2026-11-21T00:00:00Z' },
      'covers_until',
    ],
    ['an unstable client and no plan', cover, { illness: 'unstable', contingencies: [] }, 'contingencies'],
    ['a client to be watched and no plan', cover, { contingencies: [] }, 'contingencies'],
    ['another reason without words', end, { reason: 'other' }, 'reason_detail'],
    [
      'a death the client agreed to',
      dischargeAfterDeath,
      { 'assents.client': agreed },
      'assents.client.answer',
    ],
    [
      "the client's wish the client disagrees with",
      end,
      { reason: 'client_wish', 'assents.client': { ...agreed, answer: 'disagreed' } },
      'assents.client.answer',
    ],
  ]);

  it('a client leaves although the others disagree', () => {
    const against = { ...agreed, answer: 'disagreed' };
    const left = { reason: 'client_wish', 'assents.client': agreed, 'assents.therapist': against };
    expect(parseEvent(changed(end, left)).kind).toBe('event');
  });
});
