import * as fc from 'fast-check';
import { exampleOf, parseEvent } from '#clinical';
import { REF, deferredDecision, heldAdjustment, seriousOutcome } from './samples.js';
import { changed, pathsRefused, type Case } from './changing.js';

const order = exampleOf('dose_order');
const adjustment = exampleOf('dose_adjustment');
const decision = exampleOf('eligibility_decision');
const outcome = exampleOf('session_outcome');
const referral = exampleOf('referral');
const note = exampleOf('note');

describe('what a field cannot hold', () => {
  const cases: readonly Case[] = [
    ['text that is blank', note, { text: ' \n ' }, 'text'],
    ['an escape sequence that could redraw a screen', note, { text: 'dose \u001b[2K100 mg' }, 'text'],
    ['a carriage return that could overwrite a line', note, { text: '100 mg\r200' }, 'text'],
    ['a direction override', note, { text: 'dose \u202E001 mg' }, 'text'],
    ['an isolate mark', note, { text: '\u2066x\u2069' }, 'text'],
    ['half a character', note, { text: 'a\ud800' }, 'text'],
    ['text that is too long', note, { text: 'x'.repeat(8_001) }, 'text'],
    ['a name of two lines', outcome, { 'ride_home.name': 'a\nb' }, 'ride_home.name'],
    ['a day that does not exist', referral, { assessed_on: '2026-02-29' }, 'assessed_on'],
    ['a date in another order', referral, { assessed_on: '20-11-2026' }, 'assessed_on'],
    ['a year nobody meant', referral, { assessed_on: '0226-11-20' }, 'assessed_on'],
    ['an instant in local time', order, { decided_at: '2026-11-22T10:00:00+01:00' }, 'decided_at'],
    ['an instant without zone', order, { decided_at: '2026-11-22T10:00:00' }, 'decided_at'],
    ['a hash with unused bits set', note, { about: `${'b'.repeat(42)}B` }, 'about'],
    ['a hash in hex', note, { about: 'b'.repeat(64) }, 'about'],
    ['a dose that is no whole microgram', order, { 'regimen.strength_ug': 100.5 }, 'regimen.strength_ug'],
    ['a dose typed in mg', order, { 'regimen.strength_ug': 100 }, 'regimen.strength_ug'],
    [
      'a dose a thousand times too high',
      order,
      { 'regimen.strength_ug': 100_000_000 },
      'regimen.strength_ug',
    ],
    ['a dose given as text', order, { 'regimen.strength_ug': '100000' }, 'regimen.strength_ug'],
    ['a third of a unit', order, { 'regimen.units_per_session': 0.33 }, 'regimen.units_per_session'],
    ['no route', order, { 'regimen.route': null }, 'regimen.route'],
    ['a route nobody listed', order, { 'regimen.route': 'other' }, 'regimen.route'],
    ['a claim to be a prescription', order, { not_a_prescription: false }, 'not_a_prescription'],
    ['a blood pressure upside down', outcome, { 'vitals.1.diastolic_mmhg': 139 }, 'vitals.1.diastolic_mmhg'],
    ['more oxygen than there is', outcome, { 'vitals.0.spo2_percent': 101 }, 'vitals.0.spo2_percent'],
    ['a weight in kilograms', decision, { 'baseline.weight_g': 70 }, 'baseline.weight_g'],
    ['a telephone number with words', outcome, { 'ride_home.phone': 'call me' }, 'ride_home.phone'],
    ['a state without its country', outcome, { location_region: 'Colorado' }, 'location_region'],
    ['a PHQ-9 above 27', outcome, { 'scales.0.total': 28 }, 'scales.0.total'],
    ['a GAD-7 with item 9', referral, { 'scales.0.instrument': 'gad7' }, 'scales.0.item9'],
    ['an item 9 above its total', referral, { 'scales.0.total': 0 }, 'scales.0.item9'],
    ['an unnamed other side effect', outcome, { 'side_effects.0.code': 'other' }, 'side_effects.0.detail'],
    ['dissociation above ten', outcome, { dissociation: 11 }, 'dissociation'],
  ];
  it.each(cases)('%s', (_name, event, changes, path) => {
    expect(pathsRefused(changed(event, changes))).toContain(path);
  });

  it('keeps line breaks, tabs, accents and emoji in free text', () => {
    const event = { ...note, text: 'línea uno\n\tlínea dos — 語 🙂' };
    expect(parseEvent(event)).toEqual({ kind: 'event', event });
  });

  it('route, form and setting must be said: no event has them by default', () => {
    const ways = ['route', 'form', 'modality'];
    expect(
      ways.filter((way) => pathsRefused(changed(order, { [`regimen.${way}`]: '' })).length === 0),
    ).toEqual([]);
  });
});

describe('what an eligibility decision cannot say', () => {
  const refusal = {
    decision: 'not_eligible',
    conditions: [],
    permitted_modalities: [],
    session_cap: null,
  };
  const cases: readonly Case[] = [
    ['conditions are promised but none is given', decision, { conditions: [] }, 'conditions'],
    ['conditions are given without the word', decision, { decision: 'eligible' }, 'conditions'],
    ['a condition has no owner', decision, { 'conditions.0.owner': null }, 'conditions.0.owner'],
    ['a condition has no due date', decision, { 'conditions.0.due_on': null }, 'conditions.0.due_on'],
    ['it defers without saying what for', deferredDecision, { deferral: null }, 'deferral'],
    ['it goes ahead without a basis', decision, { prescribing_basis: null }, 'prescribing_basis'],
    ['it goes ahead without a baseline', decision, { baseline: null }, 'baseline'],
    ['it goes ahead without a review', decision, { medications_review: null }, 'medications_review'],
    ['it goes ahead without a cap', decision, { session_cap: null }, 'session_cap'],
    ['it goes ahead without an end', decision, { valid_until: null }, 'valid_until'],
    ['it goes ahead without an indication', decision, { indications: [] }, 'indications'],
    ['it permits no setting', decision, { permitted_modalities: [] }, 'permitted_modalities'],
    [
      'it permits a setting twice',
      decision,
      { permitted_modalities: ['in_clinic', 'in_clinic'] },
      'permitted_modalities',
    ],
    ['it ended before it was made', decision, { valid_until: '2026-11-22' }, 'valid_until'],
    [
      'an examination has no date',
      decision,
      { 'prescribing_basis.examined_on': null },
      'prescribing_basis.examined_on',
    ],
    [
      'a tele basis has no dated rule',
      deferredDecision,
      { 'prescribing_basis.rule': null },
      'prescribing_basis.rule',
    ],
    [
      'a screen leaves something out',
      decision,
      { 'contraindications.liver_disease': null },
      'contraindications.liver_disease',
    ],
    ['it withdraws nothing in particular', decision, { ...refusal, decision: 'withdrawn' }, 'supersedes'],
    ['it refuses without saying why', decision, { ...refusal, rationale: null }, 'rationale'],
    [
      'it refuses and still permits sessions',
      decision,
      { ...refusal, session_cap: decision.session_cap },
      'session_cap',
    ],
    ['it says nothing to the client', decision, { client_text: '' }, 'client_text'],
    ['limits limit nothing', decision, { vitals_limits: noLimits() }, 'vitals_limits'],
  ];
  it.each(cases)('%s', (_name, event, changes, path) => {
    expect(pathsRefused(changed(event, changes))).toContain(path);
  });

  it('can refuse, withdraw, defer and go ahead without conditions', () => {
    const said = [
      { ...refusal },
      { ...refusal, decision: 'withdrawn', supersedes: REF },
      { decision: 'eligible', conditions: [] },
    ].map((changes) => parseEvent(changed(decision, changes)).kind);
    expect([...said, parseEvent(deferredDecision).kind]).toEqual(['event', 'event', 'event', 'event']);
  });

  it('may end on the very day it was made, wherever on Earth that day still lasts', () => {
    const late = { decided_at: '2026-11-23T10:00:00Z', valid_until: '2026-11-22' };
    expect(parseEvent(changed(decision, late)).kind).toBe('event');
  });

  function noLimits() {
    return {
      systolic_max_mmhg: null,
      diastolic_max_mmhg: null,
      heart_rate_max_bpm: null,
      spo2_min_percent: null,
    };
  }
});

describe('what a dose decision cannot say', () => {
  const cases: readonly Case[] = [
    ['an adjustment supersedes nothing', adjustment, { supersedes: null }, 'supersedes'],
    ['an adjustment changes nothing', adjustment, { axes_changed: [] }, 'axes_changed'],
    ['an adjustment has no reason', adjustment, { reason: null }, 'reason'],
    ['an adjustment has no plan although it does not hold', adjustment, { regimen: null }, 'regimen'],
    ['a hold keeps a plan', heldAdjustment, { regimen: adjustment.regimen }, 'regimen'],
    ['a hold changes the dose as well', heldAdjustment, { axes_changed: ['hold', 'dose'] }, 'axes_changed'],
    ['an axis is named twice', adjustment, { axes_changed: ['dose', 'dose'] }, 'axes_changed'],
    ['a first order has a reason', order, { reason: 'tolerance' }, 'reason'],
    ['a replacing order has no reason', order, { supersedes: REF }, 'reason'],
    [
      'a replacing order does not say what changes',
      order,
      { supersedes: REF, reason: 'schedule' },
      'axes_changed',
    ],
    ['an order stops', order, { supersedes: REF, reason: 'vitals', axes_changed: ['stop'] }, 'axes_changed'],
    [
      'a prescription was sent without reference',
      order,
      { 'prescription.status': 'sent' },
      'prescription.reference',
    ],
    ['the plan ends before it starts', order, { 'regimen.expires_on': '2026-11-24' }, 'regimen.expires_on'],
    [
      'the plan ended before it was decided',
      order,
      { 'regimen.earliest_start': '2026-01-01', 'regimen.expires_on': '2026-11-01' },
      'regimen.expires_on',
    ],
    [
      'units and booster exceed the maximum',
      order,
      { 'regimen.max_per_session_ug': 149_999 },
      'regimen.max_per_session_ug',
    ],
    [
      'units alone exceed the maximum',
      order,
      { 'regimen.booster': null, 'regimen.units_per_session': 2 },
      'regimen.max_per_session_ug',
    ],
    [
      'a titration step exceeds the maximum',
      order,
      { 'regimen.titration.0.units_per_session': 1.25 },
      'regimen.titration',
    ],
    [
      'a titration step has no session',
      order,
      { 'regimen.titration.0.session_number': 4 },
      'regimen.titration',
    ],
    ['a form is merely other', order, { 'regimen.form': 'other' }, 'regimen.form_detail'],
    [
      'minutes in the mouth are missing',
      order,
      { 'regimen.hold_in_mouth_min': null },
      'regimen.hold_in_mouth_min',
    ],
    [
      'spit or swallow is missing',
      order,
      { 'regimen.after_holding': 'not_applicable' },
      'regimen.after_holding',
    ],
    [
      'an infusion is held in the mouth',
      order,
      { 'regimen.route': 'intravenous' },
      'regimen.hold_in_mouth_min',
    ],
    ['a read-back is of nothing', exampleOf('dose_read_back'), { total_ug: 0 }, 'total_ug'],
    ['a request asks for nothing', exampleOf('dose_adjustment_request'), { axes_asked: [] }, 'axes_asked'],
    ['a request names no decision', exampleOf('dose_adjustment_request'), { decision: null }, 'decision'],
  ];
  it.each(cases)('%s', (_name, event, changes, path) => {
    expect(pathsRefused(changed(event, changes))).toContain(path);
  });

  it('units × strength + booster never exceed the maximum in anything that parses', () => {
    const plans = fc.record({
      strength: fc.integer({ min: 1_000, max: 400_000 }),
      quarters: fc.integer({ min: 1, max: 40 }),
      booster: fc.option(fc.integer({ min: 1_000, max: 400_000 })),
      maximum: fc.integer({ min: 1_000, max: 2_000_000 }),
    });
    fc.assert(
      fc.property(plans, ({ strength, quarters, booster, maximum }) => {
        const content = changed(order, {
          'regimen.strength_ug': strength,
          'regimen.units_per_session': quarters / 4,
          'regimen.booster': booster === null ? null : { ...order.regimen.booster, amount_ug: booster },
          'regimen.max_per_session_ug': maximum,
          'regimen.titration': [],
        });
        const sound =
          (strength * quarters) % 4 === 0 && (strength * quarters) / 4 + (booster ?? 0) <= maximum;
        expect(parseEvent(content).kind).toBe(sound ? 'event' : 'invalid');
      }),
      { numRuns: 500 },
    );
  });
});

describe('what a session outcome or a referral cannot say', () => {
  const booster = { kind: 'booster', amount_ug: 50_000, taken_at: '2026-11-23T13:20:00Z' };
  const [first] = outcome.dosing.taken;
  const cases: readonly Case[] = [
    ['a session beyond those planned', outcome, { session_number: 7 }, 'session_number'],
    ['it ended before it started', outcome, { ended_at: '2026-11-23T12:00:00Z' }, 'ended_at'],
    ['nobody was there', outcome, { people_present: [] }, 'people_present'],
    ['a booster came first', outcome, { 'dosing.taken': [booster] }, 'dosing.taken'],
    ['two first doses', outcome, { 'dosing.taken': [first, { ...booster, kind: 'first' }] }, 'dosing.taken'],
    [
      'a booster before the first dose',
      outcome,
      { 'dosing.taken': [first, { ...booster, taken_at: '2026-11-23T12:45:00Z' }] },
      'dosing.taken',
    ],
    [
      'a dose before the session',
      outcome,
      { 'dosing.taken.0.taken_at': '2026-11-23T12:00:00Z' },
      'dosing.taken',
    ],
    ['a course without a dose', outcome, { 'dosing.taken': [] }, 'course'],
    ['a peak before the onset', outcome, { 'course.peak_min': 5 }, 'course'],
    ['readings out of order', outcome, { vitals: [...outcome.vitals].reverse() }, 'vitals'],
    ['left before it began', outcome, { 'departure.at': '2026-11-23T09:00:00Z' }, 'departure.at'],
    ['asks without a question', outcome, { ask_text: null }, 'ask_text'],
    [
      'an adverse event and nothing asked',
      seriousOutcome,
      { 'adverse_event.serious': false, ask: 'fyi' },
      'ask',
    ],
    ['a serious adverse event that can wait', seriousOutcome, { ask: 'adjust' }, 'ask'],
    [
      'an adverse event without what was done',
      seriousOutcome,
      { 'adverse_event.action': null },
      'adverse_event.action',
    ],
    ['a referral without indication', referral, { indications: [] }, 'indications'],
    ['assessed after referring', referral, { assessed_on: '2026-11-25' }, 'assessed_on'],
    ['agreed after referring', referral, { client_agreed_on: '2026-11-25' }, 'client_agreed_on'],
  ];
  it.each(cases)('%s', (_name, event, changes, path) => {
    expect(pathsRefused(changed(event, changes))).toContain(path);
  });

  it('can tell of a session in which nothing was taken, and of one with a booster', () => {
    const none = { 'dosing.taken': [], course: null, dissociation: null, sedation: null };
    const boosted = { 'dosing.taken': [first, booster] };
    expect(parseEvent(changed(outcome, none)).kind).toBe('event');
    expect(parseEvent(changed(outcome, boosted)).kind).toBe('event');
  });
});
