import { beginCourse, holdSession, integrate, prepare, readBack, sessionWithCare } from '../chapters.js';
import type { ReplayCase } from '../replay.case.js';
import { Scene } from '../scene.js';

const EVERY_THIRD_DAY = [5, 8, 11, 14, 17, 20];

export function courseCompleted(): ReplayCase {
  const scene = new Scene({
    name: 'course-completed',
    title: 'Six sessions in three weeks',
    firstDay: '2026-03-02',
  });
  const { day } = scene;
  const first = { number: 1, day: 5, at: '09:00' };
  day(0).at('09:00').look('before anything is written', first, { phase: 'assessment', gate: 'no_go' });
  const { dose } = beginCourse(scene);
  day(3)
    .at('10:00')
    .look('the dose is decided and nobody has read it back', first, {
      phase: 'preparation',
      dose: '150 mg',
      owes: { therapist: ['read_back'], client: ['read_back'], prescriber: [] },
      gate: 'no_go',
      because: ['read_back_missing', 'preparation_missing'],
    });
  readBack(scene, 3, dose);
  const [firstDay = 0, ...otherDays] = EVERY_THIRD_DAY;
  prepare(scene, firstDay - 1, { session_number: 1, session_at: scene.instant(firstDay, '09:00') });
  day(firstDay)
    .at('08:40')
    .look('the morning of the first session', first, { phase: 'preparation', gate: 'go' });
  const { outcome } = holdSession(scene, firstDay, { number: 1, decision: dose });
  const second = { number: 2, day: 8, at: '09:00' };
  day(firstDay)
    .at('13:00')
    .look('home after the first session', second, {
      phase: 'integration',
      sessionsDone: 1,
      sessionsPlanned: 6,
      owes: { therapist: ['integration'] },
      gate: 'no_go',
      because: ['preparation_missing'],
    });
  day(6).at('09:00').client.signs('scale_result', {});
  integrate(scene, firstDay + 1, outcome);
  otherDays.forEach((at, index) => sessionWithCare(scene, at, index + 2, dose));
  day(22)
    .at('10:00')
    .client.signs('scale_result', { items: [0, 1, 0, 1, 0, 0, 0, 0, 0], total: 2 });
  day(22)
    .at('11:00')
    .look(
      'after the sixth session',
      { number: 7, day: 24, at: '09:00' },
      {
        phase: 'continued_support',
        sessionsDone: 6,
        sessionsPlanned: 6,
        harm: 0,
        phq9: [4, 2],
        gate: 'no_go',
        because: ['cap_used', 'sessions_used', 'preparation_missing'],
      },
    );
  return scene.finished();
}

export function maintenanceAndDischarge(): ReplayCase {
  const scene = new Scene({
    name: 'maintenance-and-discharge',
    title: 'Two sessions, maintenance with three assents, discharge',
    firstDay: '2026-01-05',
    template: 'two_then_review',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  sessionWithCare(scene, 5, 1, dose);
  sessionWithCare(scene, 12, 2, dose);
  day(14)
    .at('10:00')
    .prescriber.signs('follow_up_summary', {
      sessions_done: 2,
      decision: dose,
      points_to: 'maintenance',
      scales: [{ instrument: 'phq9', total: 9, taken_on: scene.date(14), item9: 0 }],
    });
  const maintenance = { number: 3, day: 33, at: '09:00' };
  day(15)
    .at('10:00')
    .look('two sessions held, four to come', maintenance, { phase: 'follow_up', phq9: [9] });
  const asked = day(16)
    .at('10:00')
    .prescriber.signs('maintenance_plan', {}, { asks: ['client', 'therapist'] });
  day(16)
    .at('11:00')
    .look('the plan waits for two assents', maintenance, {
      phase: 'follow_up',
      owes: { client: ['assent'], therapist: ['assent'] },
    });
  const yes = day(17)
    .at('09:00')
    .client.signs('note', { about: asked, text: 'SYNTHETIC EXAMPLE: I agree.' }, { answers: asked });
  const also = day(17)
    .at('10:00')
    .therapist.signs('note', { about: asked, text: 'SYNTHETIC EXAMPLE: agreed.' }, { answers: asked });
  day(18)
    .at('10:00')
    .prescriber.signs('maintenance_plan', {
      supersedes: asked,
      assents: {
        client: agreed(scene.instant(17, '09:00'), yes),
        therapist: agreed(scene.instant(17, '10:00'), also),
        prescriber: { ...agreed(scene.instant(18, '10:00'), null), how: 'by_signing_this' },
      },
    });
  day(18)
    .at('11:00')
    .look('all three agreed', maintenance, {
      phase: 'continued_support',
      owes: { client: [], therapist: [] },
    });
  const held = sessionWithCare(scene, 33, 3, dose);
  day(36)
    .at('09:00')
    .look(
      'the first maintenance session is held',
      { ...maintenance, day: 61 },
      {
        sessionsDone: 3,
        gate: 'no_go',
        because: ['number_does_not_follow', 'preparation_missing'],
      },
    );
  day(60)
    .at('10:00')
    .therapist.signs('addendum', { amends: held.outcome, kind: 'late_entry', part: 'intention' });
  day(180)
    .at('10:00')
    .prescriber.signs('discharge', {}, { asks: ['client', 'therapist'], withinHours: 168 });
  day(180)
    .at('11:00')
    .look(
      'discharged',
      { number: 4, day: 200, at: '09:00' },
      {
        phase: 'ended',
        gate: 'no_go',
        because: ['eligibility_expired', 'cap_ended', 'dose_expired', 'discharged', 'preparation_missing'],
        owes: { client: ['assent'], therapist: ['assent'], prescriber: [] },
      },
    );
  return scene.finished();
}

function agreed(at: string, entry: string | null) {
  return { answer: 'agreed', answered_at: at, how: 'in_this_thread', entry, remark: null } as const;
}

export function noShow(): ReplayCase {
  const scene = new Scene({ name: 'no-show', title: 'The client does not come', firstDay: '2026-05-04' });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  const now = { number: 1, day: 5, at: '09:00' };
  day(5)
    .at('09:30')
    .look('nobody has come, and on record all is well', now, { phase: 'preparation', gate: 'go' });
  day(5)
    .at('09:40')
    .therapist.signs('session_start_check', {
      session_number: 1,
      starts_at: scene.instant(5, '09:00'),
      vitals: null,
      client_today: null,
      no_go_because: 'SYNTHETIC EXAMPLE: did not come and does not answer the telephone.',
    });
  const flag = day(5)
    .at('09:45')
    .therapist.signs(
      'safety_flag',
      { kind: 'cannot_be_reached', about: null, scale_item: null, immediate_danger: 'unknown' },
      { asks: ['prescriber'], urgency: 'urgent', withinHours: 1 },
    );
  day(5)
    .at('09:50')
    .look('the flag waits for an answer', now, {
      phase: 'preparation',
      sessionsDone: 0,
      owes: { prescriber: ['answer'] },
      gate: 'no_go',
      because: ['ride_missing', 'question_open'],
    });
  day(5)
    .at('10:30')
    .prescriber.signs(
      'note',
      { about: flag, text: 'SYNTHETIC EXAMPLE: reached the sister, overslept, well.' },
      { answers: flag },
    );
  prepare(scene, 11, { session_number: 1, session_at: scene.instant(12, '09:00') });
  day(12).at('08:30').look('a week later', { number: 1, day: 12, at: '09:00' }, { gate: 'go' });
  const { outcome } = holdSession(scene, 12, { number: 1, decision: dose });
  integrate(scene, 13, outcome);
  day(13)
    .at('17:00')
    .look('held at last', { number: 2, day: 15, at: '09:00' }, { phase: 'follow_up', sessionsDone: 1 });
  return scene.finished();
}
