import type { Sent } from '#client';
import * as after from './events.after.js';
import * as before from './events.before.js';
import * as around from './events.session.js';
import { showChanges, showGreenGate, showStanding } from './glance.js';
import { close, onlyRef, tell, within, type Stage } from './scene.js';
import { SECOND_TOTAL_UG, WORDS } from './script.js';
import { readBack, type Prepared } from './steps.preparation.js';

/** Step 6 of the pathway: the plan is changed, a second session is held under it, and a visit looks back. */

export async function followUp(stage: Stage, { consent, order }: Prepared, outcome: Sent): Promise<void> {
  stage.narrator.heading(
    '6 Follow-up: the dose is adjusted with a shown difference, a second session, a visit',
  );
  const adjusted = await adjust(stage, order, outcome);
  await secondSession(stage, { consent, order: adjusted });
  await visit(stage, adjusted);
}

/** Answers the decision that is in force from now on. */
async function adjust(stage: Stage, order: string, outcome: Sent): Promise<string> {
  const { narrator, days } = stage;
  const request = after.adjustmentRequest(days.turnTo(17, '14:00'), {
    decision: order,
    outcome: outcome.ref,
  });
  const asked = await tell(stage, 'therapist', 'asks for an adjustment', (player) =>
    player.call('post', { lane: 'care_team', event: request, ask: [within(16, 'prescriber')] }),
  );
  const answers = [onlyRef(asked), onlyRef(outcome)];
  const at = days.turnTo(17, '17:00');
  const event = after.doseAdjustment(at, { supersedes: order, request: asked.ref });
  const adjusted = await tell(
    stage,
    'prescriber',
    'adjusts the dose: the answer to the request and to the outcome',
    (player) =>
      player.call('post', {
        lane: 'care_team',
        event,
        answers,
        ask: [within(16, 'therapist'), within(16, 'client')],
      }),
  );
  await close(stage, 'therapist', ...answers);
  const stands = await showStanding(stage, at);
  showChanges(stage, stands);
  narrator.check(
    'the read-backs of the old total count for nothing',
    stands.owed.includes('therapist: read-back of the dose') &&
      stands.owed.includes('client: read-back of the dose'),
  );
  await readBack(stage, { decided: adjusted, totalUg: SECOND_TOTAL_UG, at: days.turnTo(18, '12:00') });
  return adjusted.ref;
}

async function secondSession(stage: Stage, { consent, order }: Prepared): Promise<void> {
  const { days } = stage;
  const sessionAt = days.at(19, '15:00');
  const ready = before.preparation(days.turnTo(18, '19:00'), {
    number: 2,
    sessionAt,
    consent,
    questions: [],
  });
  await tell(stage, 'client', 'is ready for the second session', (player) =>
    player.call('post', { lane: 'care_team', event: ready }),
  );
  const at = days.turnTo(19, '14:45');
  const draft = await showGreenGate(stage, { at, number: 2, startsAt: sessionAt });
  await tell(stage, 'therapist', 'signs what the gate said: the session begins', (player) =>
    player.call('post', { lane: 'care_team', event: around.startCheck(at, 2, draft) }),
  );
  const filed = around.secondOutcome(days.turnTo(19, '17:30'), order);
  const outcome = await tell(stage, 'therapist', 'files the outcome; nothing is asked', (player) =>
    player.call('post', { lane: 'care_team', event: filed }),
  );
  const held = after.integrationDone(days.turnTo(20, '16:00'), outcome.ref);
  await tell(stage, 'therapist', 'has held the contact', (player) =>
    player.call('post', { lane: 'care_team', event: held }),
  );
}

async function visit(stage: Stage, order: string): Promise<void> {
  const { narrator, days } = stage;
  const form = around.formLater(days.turnTo(48, '09:00'));
  await tell(stage, 'client', 'fills in the PHQ-9 again', (player) =>
    player.call('post', { lane: 'care_team', event: form }),
  );
  const event = after.followUpSummary(days.turnTo(49, '10:00'), order);
  const asked = await tell(stage, 'prescriber', 'sums up the visit', (player) =>
    player.call('post', { lane: 'care_team', event, ask: [within(16, 'therapist')] }),
  );
  await tell(stage, 'therapist', 'answers', (player) =>
    player.call('answer', { ref: onlyRef(asked), note: WORDS.summaryAnswer }),
  );
  await close(stage, 'prescriber', onlyRef(asked));
  const { phq9 } = await showStanding(stage, days.turnTo(49, '12:00'));
  narrator.check(`the PHQ-9 over time: ${phq9.join(' → ')}`, phq9.join() === '12,4');
}
