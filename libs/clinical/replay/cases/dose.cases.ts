import {
  beginCourse,
  holdSession,
  integrate,
  orderDose,
  prepare,
  readBack,
  sixSessions,
} from '../chapters.js';
import type { ReplayCase } from '../replay.case.js';
import { Scene } from '../scene.js';

export function doseQuestionOnFriday(): ReplayCase {
  const scene = new Scene({
    name: 'dose-question-on-friday',
    title: 'A dose question on Friday at 17:05, the session on Monday at 09:00',
    firstDay: '2026-03-30',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  const held = holdSessionPrepared(scene, 4, dose);
  integrate(scene, 4, held);
  const request = day(4)
    .at('17:05')
    .therapist.signs(
      'dose_adjustment_request',
      { decision: dose, session_outcome: held, next_session_at: scene.instant(7, '09:00') },
      { asks: ['prescriber'], withinHours: 39 },
    );
  prepare(scene, 6, { session_number: 2, session_at: scene.instant(7, '09:00') });
  const monday = { number: 2, day: 7, at: '09:00' };
  day(6)
    .at('20:00')
    .look('Sunday evening, no answer', monday, {
      owes: { prescriber: ['answer'] },
      gate: 'no_go',
      because: ['question_open'],
    });
  const adjusted = day(6)
    .at('21:00')
    .covering.signs(
      'dose_adjustment',
      {
        supersedes: dose,
        request,
        regimen: { ...planOf(scene), units_per_session: 1.5, max_per_session_ug: 200_000 },
      },
      { asks: ['therapist', 'client'], answers: request, withinHours: 12 },
    );
  day(6)
    .at('21:01')
    .look('the covering prescriber has decided', monday, {
      dose: '200 mg',
      doseChanges: [
        'To start with: 100 mg → 150 mg',
        'The most in one session: 150 mg → 200 mg',
        'Units to start with: 1 unit → 1.5 units',
      ],
      gate: 'no_go',
      because: ['read_back_missing'],
    });
  day(6)
    .at('21:10')
    .therapist.signs('dose_read_back', { decision: adjusted, total_ug: 200_000 }, { answers: adjusted });
  day(7)
    .at('08:00')
    .client.signs('dose_read_back', { decision: adjusted, total_ug: 200_000 }, { answers: adjusted });
  day(7)
    .at('08:30')
    .look('Monday morning', monday, { gate: 'go', owes: { prescriber: [] } });
  return scene.finished();
}

function holdSessionPrepared(scene: Scene, day: number, decision: string): string {
  prepare(scene, day - 1, { session_number: 1, session_at: scene.instant(day, '09:00') });
  return holdSession(scene, day, { number: 1, decision }).outcome;
}

/** The plan of the first order, as it was on day 3. */
function planOf(scene: Scene) {
  return sixSessions(scene, 3).regimen;
}

export function supersededBeforeSession(): ReplayCase {
  const scene = new Scene({
    name: 'superseded-two-hours-before',
    title: 'The dose is superseded two hours before the session',
    firstDay: '2026-02-02',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  const session = { number: 1, day: 5, at: '09:00' };
  day(5).at('06:55').look('both have read back the old total', session, { dose: '150 mg', gate: 'go' });
  const lower = orderAnew(scene, dose);
  day(5)
    .at('07:01')
    .look('the total is another one now', session, {
      dose: '100 mg',
      doseChanges: [
        'The most in one session: 150 mg → 100 mg',
        'In-session booster: 50 mg → none',
        'Booster, not before: 20 minutes → none',
        'Who says yes to the booster: on-call prescriber → none',
      ],
      owes: { therapist: ['read_back'], client: ['read_back'] },
      gate: 'no_go',
      because: ['read_back_missing'],
    });
  day(5).at('07:30').client.signs('dose_read_back', { decision: lower, total_ug: 150_000 });
  day(5)
    .at('07:31')
    .look('the client has typed the old total', session, {
      gate: 'no_go',
      because: ['read_back_missing', 'read_back_differs'],
    });
  day(5)
    .at('07:35')
    .client.signs('dose_read_back', { decision: lower, total_ug: 100_000 }, { answers: lower });
  day(5)
    .at('07:50')
    .therapist.signs('dose_read_back', { decision: lower, total_ug: 100_000 }, { answers: lower });
  day(5).at('08:00').look('both have read back the new total', session, { gate: 'go', conflicts: 0 });
  return scene.finished();
}

function orderAnew(scene: Scene, dose: string): string {
  return scene
    .day(5)
    .at('07:00')
    .prescriber.signs(
      'dose_adjustment',
      {
        supersedes: dose,
        reason: 'vitals',
        axes_changed: ['dose', 'in_session_booster'],
        regimen: { ...planOf(scene), max_per_session_ug: 100_000, booster: null },
      },
      { asks: ['therapist', 'client'], withinHours: 1, urgency: 'urgent' },
    );
}

export function concurrentDecisions(): ReplayCase {
  const scene = new Scene({
    name: 'concurrent-decisions',
    title: 'Two prescribers supersede the same order at the same time',
    firstDay: '2026-06-01',
  });
  const { day } = scene;
  const { dose } = beginCourse(scene);
  readBack(scene, 3, dose);
  prepare(scene, 4, { session_number: 1, session_at: scene.instant(5, '09:00') });
  const session = { number: 1, day: 5, at: '09:00' };
  day(4)
    .at('20:00')
    .covering.signs('dose_adjustment', {
      supersedes: dose,
      reason: 'new_medication',
      axes_changed: ['hold'],
      regimen: null,
    });
  const later = day(4)
    .at('20:00')
    .prescriber.signs('dose_adjustment', {
      supersedes: dose,
      regimen: { ...planOf(scene), units_per_session: 0.5, booster: null, max_per_session_ug: 50_000 },
      axes_changed: ['dose', 'in_session_booster'],
    });
  readBackAt(scene, later);
  day(5)
    .at('08:00')
    .look('the later one is in force, and the hold before it is not forgotten', session, {
      dose: '50 mg',
      conflicts: 1,
      gate: 'no_go',
      because: ['dose_conflict'],
    });
  const settled = orderDose(scene, 5, {
    supersedes: later,
    reason: 'new_medication',
    axes_changed: ['dose', 'in_session_booster'],
  });
  readBack(scene, 5, settled);
  prepare(scene, 6, { session_number: 1, session_at: scene.instant(7, '09:00') });
  day(7).at('08:00').look(
    'a decision that names the one in force ends the doubt',
    { number: 1, day: 7, at: '09:00' },
    {
      dose: '150 mg',
      conflicts: 0,
      gate: 'go',
    },
  );
  return scene.finished();
}

function readBackAt(scene: Scene, decision: string): void {
  scene.day(4).at('21:00').therapist.signs('dose_read_back', { decision, total_ug: 50_000 });
  scene.day(4).at('21:30').client.signs('dose_read_back', { decision, total_ug: 50_000 });
}
