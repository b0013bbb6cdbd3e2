import { beginCourse, holdSession, integrate, orderDose, prepare, readBack } from '../chapters.js';
import { conditionPart } from '../../fold/addenda.js';
import type { ReplayCase } from '../replay.case.js';
import { Scene } from '../scene.js';

export function stateMove(): ReplayCase {
  const scene = new Scene({
    name: 'state-move',
    title: 'The client moves to another state',
    firstDay: '2026-04-06',
  });
  const { day } = scene;
  const { referral, eligibility, dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  const { outcome } = holdSession(scene, 5, { number: 1, decision: dose });
  integrate(scene, 6, outcome);
  const inNewMexico = { number: 2, day: 9, at: '09:00', region: 'US-NM' };
  prepare(scene, 7, { session_number: 2, session_at: scene.instant(9, '09:00'), location_region: 'US-NM' });
  day(7)
    .at('20:00')
    .look('prepared in another state', inNewMexico, { gate: 'no_go', because: ['region_changed'] });
  day(8)
    .at('09:00')
    .therapist.signs(
      'referral',
      { supersedes: referral, location_region: 'US-NM' },
      { asks: ['prescriber'] },
    );
  day(8)
    .at('10:00')
    .look('the new state is on record, the decision is for the old one', inNewMexico, {
      owes: { prescriber: ['eligibility_decision'] },
      gate: 'no_go',
      because: ['region_changed'],
    });
  day(8).at('15:00').prescriber.signs('eligibility_decision', { supersedes: eligibility });
  day(9).at('08:30').look('decided anew', inNewMexico, { phase: 'follow_up', gate: 'go' });
  day(9)
    .at('08:31')
    .look(
      'and no longer for the old state',
      { ...inNewMexico, region: 'US-CO' },
      {
        gate: 'no_go',
        because: ['region_changed', 'preparation_differs'],
      },
    );
  return scene.finished();
}

export function bipolarWithConditions(): ReplayCase {
  const scene = new Scene({
    name: 'bipolar-with-conditions',
    title: 'Bipolar disorder: eligible with two conditions',
    firstDay: '2026-07-06',
    zone: 'America/New_York',
  });
  const { day } = scene;
  const { eligibility, dose } = beginCourse(scene, {
    referral: {
      indications: [{ text: 'SYNTHETIC EXAMPLE: bipolar II disorder, depressed', icd10: 'F31.81' }],
      risk: {
        suicidality: 'none_reported',
        psychosis_or_mania_history: 'reported',
        substance_use_concern: 'none_reported',
        detail: null,
      },
    },
    eligibility: {
      decision: 'eligible_with_conditions',
      indications: [{ text: 'SYNTHETIC EXAMPLE: bipolar II disorder, depressed', icd10: 'F31.81' }],
      conditions: [
        { text: 'SYNTHETIC EXAMPLE: lithium level in range', owner: 'prescriber', due_on: scene.date(4) },
        { text: 'SYNTHETIC EXAMPLE: a mood chart every day', owner: 'client', due_on: scene.date(5) },
      ],
    },
  });
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(6, '09:00') });
  const session = { number: 1, day: 6, at: '09:00' };
  day(4)
    .at('20:00')
    .look('both conditions are open', session, {
      owes: { prescriber: ['condition'], client: ['condition'] },
      gate: 'no_go',
      because: ['condition_open'],
    });
  day(5)
    .at('09:00')
    .prescriber.signs('addendum', { amends: eligibility, kind: 'late_entry', part: conditionPart(1) });
  const byTherapist = { amends: eligibility, kind: 'late_entry', part: conditionPart(2) } as const;
  day(5).at('10:00').therapist.signs('addendum', byTherapist);
  day(5)
    .at('11:00')
    .look('reported by somebody it does not belong to', session, {
      owes: { prescriber: [], client: ['condition'] },
      gate: 'no_go',
      because: ['condition_open'],
    });
  day(5)
    .at('12:00')
    .client.signs('addendum', { ...byTherapist, client_text: null });
  day(6)
    .at('08:30')
    .look('both conditions are reported as met', session, { gate: 'go', owes: { client: [] } });
  const mixed = day(6)
    .at('08:35')
    .client.signs('hold', { reason: 'safety', detail: 'SYNTHETIC EXAMPLE: awake for two nights.' });
  day(6)
    .at('08:36')
    .look('the client says "not today"', session, { holds: 1, gate: 'no_go', because: ['hold_standing'] });
  day(6).at('10:00').prescriber.signs('eligibility_decision', {
    supersedes: eligibility,
    decision: 'withdrawn',
    permitted_modalities: [],
    session_cap: null,
    rationale: 'SYNTHETIC EXAMPLE: signs of a mixed episode.',
  });
  day(6)
    .at('11:00')
    .look('eligibility is withdrawn', session, {
      phase: 'medical_assessment',
      gate: 'no_go',
      because: ['eligibility_refused', 'hold_standing'],
    });
  day(20)
    .at('10:00')
    .prescriber.signs('hold_release', {
      holds: [mixed],
      rationale: 'SYNTHETIC EXAMPLE: superseded by the withdrawal.',
    });
  return scene.finished();
}

export function addictionWithPart2(): ReplayCase {
  const scene = new Scene({
    name: 'addiction-part-2',
    title: 'Alcohol use disorder: records protected by 42 CFR Part 2',
    firstDay: '2026-08-03',
    zone: 'America/Chicago',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene, {
    referral: {
      sensitivity: ['part2_substance_use'],
      indications: [{ text: 'SYNTHETIC EXAMPLE: alcohol use disorder, in early remission', icd10: 'F10.21' }],
    },
  });
  day(3)
    .at('10:00')
    .client.signs('consent_recorded', {
      scopes: ['substance_use_records'],
      method: 'signed_here',
      document: null,
      disclosure: {
        recipients: ['SYNTHETIC EXAMPLE: the medical team'],
        what: 'SYNTHETIC EXAMPLE: treatment for alcohol use',
        purpose: 'SYNTHETIC EXAMPLE: to decide about ketamine',
        expires_on: null,
        part2: true,
      },
    });
  readBack(scene, 3, dose);
  const seen = day(4)
    .at('10:00')
    .therapist.signs(
      'note',
      { text: 'SYNTHETIC EXAMPLE: a drink last week, told me himself. Does the plan stand?' },
      { lane: 'clinicians', asks: ['prescriber'] },
    );
  day(4)
    .at('12:00')
    .prescriber.signs(
      'note',
      { about: seen, text: 'SYNTHETIC EXAMPLE: it stands.' },
      { lane: 'clinicians', answers: seen },
    );
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  day(5)
    .at('08:30')
    .look(
      'the label stays on the record',
      { number: 1, day: 5, at: '09:00' },
      {
        labels: ['part2_substance_use'],
        gate: 'go',
      },
    );
  day(5)
    .at('08:31')
    .client.signs('consent_recorded', {
      action: 'withdrawn',
      scopes: ['treatment_with_ketamine'],
      method: 'signed_here',
      document: null,
      topics: [],
      valid_until: null,
      disclosure: null,
    });
  day(5)
    .at('08:32')
    .look(
      'consent is withdrawn at the door',
      { number: 1, day: 5, at: '09:00' },
      {
        labels: ['part2_substance_use'],
        gate: 'no_go',
        because: ['consent_refused'],
      },
    );
  return scene.finished();
}

export function deferredThenEligible(): ReplayCase {
  const scene = new Scene({
    name: 'deferred-then-eligible',
    title: 'Deferred until a letter comes',
    firstDay: '2026-09-07',
  });
  const { day } = scene;
  const referral = day(0)
    .at('10:00')
    .therapist.signs('referral', {}, { asks: ['prescriber'] });
  const deferred = day(1)
    .at('10:00')
    .prescriber.signs(
      'eligibility_decision',
      {
        decision: 'deferred',
        deferral: { needs: 'clearance', what: 'SYNTHETIC EXAMPLE: a letter from the heart clinic' },
        permitted_modalities: [],
        session_cap: null,
      },
      { answers: referral },
    );
  const asked = day(1)
    .at('10:05')
    .prescriber.signs('information_request', { about: referral }, { asks: ['therapist'], withinHours: 72 });
  const session = { number: 1, day: 12, at: '09:00' };
  day(1)
    .at('11:00')
    .look('deferred, and one letter is owed', session, {
      phase: 'medical_assessment',
      owes: { therapist: ['answer'] },
      gate: 'no_go',
      because: [
        'eligibility_refused',
        'dose_missing',
        'consent_missing',
        'preparation_missing',
        'question_open',
      ],
    });
  day(8)
    .at('10:00')
    .therapist.signs(
      'note',
      { about: asked, text: 'SYNTHETIC EXAMPLE: the letter says there is no objection.' },
      { answers: asked },
    );
  day(9).at('10:00').prescriber.signs('eligibility_decision', { supersedes: deferred });
  day(9).at('17:00').client.signs('consent_recorded', { method: 'signed_here', document: null });
  const dose = orderDose(scene, 10);
  readBack(scene, 10, dose);
  prepare(scene, 11, { session_number: 1, session_at: scene.instant(12, '09:00') });
  day(12).at('08:30').look('eligible now', session, { phase: 'preparation', gate: 'go' });
  return scene.finished();
}

export function flexibilityEnds(): ReplayCase {
  const scene = new Scene({
    name: 'flexibility-ends',
    title: 'The rule that lets a prescriber prescribe by video ends between two sessions',
    firstDay: '2026-12-21',
  });
  const { day } = scene;
  const { eligibility, dose } = beginCourse(scene, {
    eligibility: {
      evaluation_mode: 'video',
      prescribing_basis: {
        kind: 'tele_prescribing_flexibility',
        examined_on: null,
        rule: { name: 'SYNTHETIC EXAMPLE: a dated rule', dated_on: '2025-01-01', ends_on: '2026-12-31' },
      },
    },
  });
  readBack(scene, 3, dose);
  prepare(scene, 6, { session_number: 1, session_at: scene.instant(7, '09:00') });
  const { outcome } = holdSession(scene, 7, { number: 1, decision: dose });
  integrate(scene, 8, outcome);
  prepare(scene, 8, { session_number: 2, session_at: scene.instant(11, '09:00') });
  day(10)
    .at('20:00')
    .look(
      'the last evening of the rule',
      { number: 2, day: 11, at: '09:00' },
      {
        gate: 'no_go',
        because: ['basis_ended'],
      },
    );
  day(10)
    .at('21:00')
    .prescriber.signs('eligibility_decision', {
      supersedes: eligibility,
      prescribing_basis: { kind: 'in_person_exam', examined_on: scene.date(10), rule: null },
    });
  day(11)
    .at('08:30')
    .look('seen in person on the last day of the year', { number: 2, day: 11, at: '09:00' }, { gate: 'go' });
  return scene.finished();
}
