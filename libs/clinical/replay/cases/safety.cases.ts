import { beginCourse, holdSession, integrate, passGate, prepare, readBack } from '../chapters.js';
import type { ReplayCase } from '../replay.case.js';
import { Scene } from '../scene.js';

export function stoppedForAdverseEvent(): ReplayCase {
  const scene = new Scene({
    name: 'stopped-for-adverse-event',
    title: 'Vital signs out of range, a serious adverse event, treatment stopped',
    firstDay: '2026-10-05',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  passGate(scene, 5, 1);
  const alert = day(5)
    .at('10:00')
    .therapist.signs(
      'vitals_alert',
      { decision: dose, session_number: 1 },
      { asks: ['prescriber'], urgency: 'emergent', withinHours: 1 },
    );
  const next = { number: 2, day: 8, at: '09:00' };
  day(5)
    .at('10:02')
    .look('in the room, waiting for the on-call prescriber', next, {
      phase: 'session',
      owes: { prescriber: ['answer'], therapist: ['session_outcome'] },
      gate: 'no_go',
      because: ['outcome_missing', 'preparation_missing', 'question_open'],
    });
  day(5)
    .at('10:06')
    .covering.signs(
      'note',
      { about: alert, text: 'SYNTHETIC EXAMPLE: no booster; ring 911 now.' },
      { answers: alert },
    );
  const outcome = day(5)
    .at('12:00')
    .therapist.signs(
      'session_outcome',
      {
        ...sessionBrokenOff(scene, dose),
        ask: 'urgent',
        ask_text: 'SYNTHETIC EXAMPLE: what now?',
      },
      { asks: ['prescriber'], urgency: 'urgent', withinHours: 2 },
    );
  day(5)
    .at('12:01')
    .look('the account is filed and asks', next, {
      phase: 'integration',
      sessionsDone: 1,
      harm: 1,
      gate: 'no_go',
      because: ['preparation_missing', 'question_open'],
    });
  const stop = day(5)
    .at('13:00')
    .prescriber.signs(
      'dose_adjustment',
      { supersedes: dose, reason: 'side_effect', axes_changed: ['stop'], regimen: null },
      { answers: outcome, asks: ['therapist', 'client'] },
    );
  day(5)
    .at('13:05')
    .therapist.signs('note', { about: stop, text: 'SYNTHETIC EXAMPLE: read.' }, { answers: stop });
  day(5)
    .at('14:00')
    .look('stopped', next, {
      dose: null,
      doseChanges: ['Treatment: going on → stopped'],
      gate: 'no_go',
      because: ['dose_stopped', 'dose_missing', 'preparation_missing'],
    });
  integrate(scene, 6, outcome);
  day(7)
    .at('10:00')
    .prescriber.signs(
      'discharge',
      { reason: 'adverse_event', sessions_done: 1, response: 'none' },
      { asks: ['client', 'therapist'], withinHours: 168 },
    );
  day(7).at('11:00').look('discharged', next, { phase: 'ended', harm: 1 });
  return scene.finished();
}

function sessionBrokenOff(scene: Scene, decision: string) {
  const at = (time: string) => scene.instant(5, time);
  return {
    decision,
    session_type: 'first',
    started_at: at('09:00'),
    ended_at: at('11:00'),
    vitals: [],
    dosing: {
      planned_ug: 100_000,
      taken: [{ kind: 'first', amount_ug: 100_000, taken_at: at('09:10') }],
      residue: null,
      left_over_ug: 0,
    },
    ride_home: null,
    departure: { at: at('11:00'), oriented: true, stable: true, no_driving_instruction_given: true },
    adverse_event: {
      what: 'SYNTHETIC EXAMPLE: severe headache with high blood pressure, taken to hospital.',
      serious: true,
      occurred_at: at('09:55'),
      action: 'SYNTHETIC EXAMPLE: ambulance.',
      emergency_services_called: true,
      resolved: false,
    },
  } as const satisfies Partial<Parameters<typeof holdSession>[2]['outcome'] & object>;
}

export function item9AtNight(): ReplayCase {
  const scene = new Scene({
    name: 'item-9-at-2-am',
    title: 'Item 9 is answered at two in the morning and nobody is on call',
    firstDay: '2026-11-02',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(6, '09:00') });
  const session = { number: 1, day: 6, at: '09:00' };
  const form = day(5)
    .at('02:00')
    .client.signs('scale_result', { items: [2, 2, 1, 2, 1, 2, 1, 0, 1], total: 12, client_text: null });
  day(5)
    .at('02:00')
    .look('the form is sent and no flag stands yet', session, {
      phq9: [12],
      gate: 'no_go',
      because: ['flag_missing'],
    });
  const flag = day(5)
    .at('02:01')
    .client.signs(
      'safety_flag',
      { about: form, immediate_danger: 'unknown', client_text: null },
      { asks: ['therapist', 'prescriber'], urgency: 'urgent', withinHours: 1 },
    );
  day(5)
    .at('02:30')
    .look('raised at once, and nobody answers', session, {
      owes: { therapist: ['answer'], prescriber: ['answer'] },
      gate: 'no_go',
      because: ['question_open'],
    });
  day(5).at('02:40').client.signs('note', { about: flag, text: 'SYNTHETIC EXAMPLE: is anybody there?' });
  day(5)
    .at('02:41')
    .look('a word of the client answers nothing', session, { gate: 'no_go', because: ['question_open'] });
  day(5)
    .at('06:30')
    .covering.signs(
      'note',
      { about: flag, text: 'SYNTHETIC EXAMPLE: rang; safe, with her sister, no plan.' },
      { answers: flag },
    );
  day(6)
    .at('08:30')
    .look('somebody has spoken with her', session, { gate: 'go', owes: { prescriber: [] } });
  return scene.finished();
}

export function clientPauses(): ReplayCase {
  const scene = new Scene({
    name: 'client-pauses',
    title: 'The client wishes to pause',
    firstDay: '2026-05-18',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  const { outcome } = holdSession(scene, 5, { number: 1, decision: dose });
  integrate(scene, 6, outcome);
  prepare(scene, 7, { session_number: 2, session_at: scene.instant(8, '09:00') });
  const hold = day(7)
    .at('21:00')
    .client.signs(
      'hold',
      { reason: 'client_wish', detail: null, client_text: null },
      { asks: ['therapist', 'prescriber'] },
    );
  const next = { number: 2, day: 8, at: '09:00' };
  day(8)
    .at('08:00')
    .look('a hold stands, whoever raised it', next, {
      holds: 1,
      owes: { prescriber: ['hold_review'] },
      gate: 'no_go',
      because: ['hold_standing'],
    });
  day(9)
    .at('10:00')
    .therapist.signs(
      'note',
      { about: hold, text: 'SYNTHETIC EXAMPLE: spoke with him; he wants a week.' },
      { answers: hold },
    );
  day(10).at('08:00').look('a note answers and releases nothing', next, { holds: 1, gate: 'no_go' });
  day(11)
    .at('10:00')
    .prescriber.signs('hold_release', { holds: [hold], not_before: scene.date(15) });
  day(11)
    .at('11:00')
    .look(
      'released for a later day',
      { number: 2, day: 12, at: '09:00' },
      {
        holds: 0,
        gate: 'no_go',
        because: ['preparation_differs', 'release_not_yet'],
      },
    );
  prepare(scene, 14, { session_number: 2, session_at: scene.instant(15, '09:00') });
  day(15).at('08:30').look('the day has come', { number: 2, day: 15, at: '09:00' }, { holds: 0, gate: 'go' });
  return scene.finished();
}

export function newMedicine(): ReplayCase {
  const scene = new Scene({
    name: 'new-medicine',
    title: 'A new medicine before the session',
    firstDay: '2026-06-15',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(6, '09:00') });
  const session = { number: 1, day: 6, at: '09:00' };
  const change = day(5)
    .at('10:00')
    .client.signs('medication_change', { client_text: null }, { asks: ['prescriber'] });
  day(5)
    .at('11:00')
    .look('does the plan still stand?', session, {
      owes: { prescriber: ['answer'] },
      gate: 'no_go',
      because: ['question_open'],
    });
  day(5)
    .at('16:00')
    .prescriber.signs(
      'note',
      { about: change, text: 'SYNTHETIC EXAMPLE: it stands; not on the day.' },
      { answers: change },
    );
  day(6).at('08:30').look('answered', session, { gate: 'go' });
  const order = day(6)
    .at('08:31')
    .therapist.signs('addendum', { amends: dose, kind: 'correction', part: 'strength' });
  day(6)
    .at('08:32')
    .look('somebody says the order is wrong', session, { gate: 'no_go', because: ['disputed'] });
  day(6).at('08:40').therapist.signs('addendum', { amends: order, kind: 'entered_by_mistake', part: null });
  day(6).at('08:41').look('and takes it back', session, { gate: 'go' });
  return scene.finished();
}

export function entriesThatDoNotCount(): ReplayCase {
  const scene = new Scene({
    name: 'entries-that-do-not-count',
    title: 'Forged, broken and newer entries change nothing and are not hidden',
    firstDay: '2026-07-20',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  const session = { number: 1, day: 5, at: '09:00' };
  const stillStands = { dose: '150 mg', conflicts: 0, holds: 0 } as const;
  day(4)
    .at('20:00')
    .therapist.scrawls({
      kind: 'invalid',
      name: 'dose_order',
      reasons: [{ path: 'regimen', words: 'is missing or is not a group of fields' }],
    });
  day(4)
    .at('20:05')
    .look('a broken order is no order', session, { ...stillStands, unread: 1, gate: 'go' });
  const hold = day(4).at('20:10').client.scrawls({ kind: 'invalid', name: 'hold', reasons: [] });
  day(4)
    .at('20:11')
    .look('a broken hold is no hold, but a doubt', session, {
      ...stillStands,
      unread: 2,
      gate: 'no_go',
      because: ['alarm_uncounted'],
    });
  day(4)
    .at('21:00')
    .therapist.signs('note', { about: hold, text: 'SYNTHETIC EXAMPLE: asked; pressed by mistake.' });
  const damaged = day(4).at('21:05').therapist.scrawls({ kind: 'unopened', because: 'damaged' });
  day(4)
    .at('21:06')
    .look('nobody can read this one', session, { unread: 3, gate: 'no_go', because: ['entry_unread'] });
  day(4)
    .at('21:10')
    .prescriber.signs('note', { about: damaged, text: 'SYNTHETIC EXAMPLE: asked; it was a greeting.' });
  day(4)
    .at('21:11')
    .look('spoken to', session, { ...stillStands, gate: 'go' });
  day(5).at('08:00').prescriber.scrawls({
    kind: 'unreadable',
    because: 'newer_schema',
    name: 'hold',
    words: 'This entry was written by a newer version and cannot be read by this version. Update the app.',
  });
  day(5)
    .at('08:05')
    .look('a newer version may say stop', session, {
      ...stillStands,
      unread: 4,
      gate: 'no_go',
      because: ['entry_unread'],
    });
  return scene.finished();
}
