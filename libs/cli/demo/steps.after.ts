import type { Sent } from '#client';
import { answerLate, askForTheLateAnswer } from './late.js';
import { close, onlyRef, tell, within, type Stage } from './scene.js';
import * as script from './script.js';
import { SECOND_TOTAL_UG, WORDS } from './script.js';
import { readBack } from './steps.before.js';

/** Steps 4 to 7 of the pathway: the session and what follows from it. */

export async function session(stage: Stage, order: string): Promise<Sent> {
  stage.narrator.heading('4 Dosing session: the outcome is filed, and asks whether the plan should change');
  return tell(
    stage,
    'therapist',
    'files the outcome of the session; the prescriber owes an answer',
    (player) =>
      player.call('post', {
        lane: 'care_team',
        event: script.sessionOutcome(order),
        ask: [within(16, 'prescriber')],
      }),
  );
}

export async function integration(stage: Stage): Promise<void> {
  const { narrator, facts, company } = stage;
  narrator.heading('5 Integration, and a word between clinicians whose answer comes late');
  const late = await askForTheLateAnswer(stage);
  await tell(stage, 'therapist', 'writes about the integration', (player) =>
    player.call('note', { lane: 'care_team', text: WORDS.integration }),
  );
  await tell(stage, 'client', 'writes', (player) =>
    player.call('note', { lane: 'care_team', text: WORDS.integrationClient }),
  );
  await answerLate(stage, late);
  const clinicians = facts.lanes.find(({ lane }) => lane === 'clinicians')?.threadId ?? '';
  const probe = await company.players.client.call('probe', { threadId: clinicians });
  narrator.check(
    'the client asks the service for the clinicians lane by its id: no entries, no head',
    probe.entries === undefined && !probe.headKnown,
  );
  narrator.check(
    `an append to it is answered like one to nothing at all (${probe.appendCode ?? 'accepted'})`,
    probe.appendCode === 'chain.not_found',
  );
  const transcript = await company.players.client.call('transcript');
  const leaked = transcript.some(({ lane, shown }) => lane === 'clinicians' || shown.includes(WORDS.between));
  narrator.check('nothing of it is in the client’s process', !leaked);
}

export async function followUp(stage: Stage, order: string, outcome: Sent): Promise<void> {
  stage.narrator.heading('6 Follow-up: a dose adjustment is asked for, decided and read back');
  const asked = await tell(stage, 'therapist', 'asks for an adjustment', (player) =>
    player.call('post', {
      lane: 'care_team',
      event: script.adjustmentRequest(order, outcome.ref),
      ask: [within(16, 'prescriber')],
    }),
  );
  const answers = [onlyRef(asked), onlyRef(outcome)];
  const adjusted = await tell(
    stage,
    'prescriber',
    'adjusts the dose: the answer to the request and to the outcome',
    (player) =>
      player.call('post', {
        lane: 'care_team',
        event: script.doseAdjustment(order, asked.ref),
        answers,
        ask: [within(16, 'therapist'), within(16, 'client')],
      }),
  );
  for (const ref of answers) await close(stage, 'therapist', ref);
  await readBack(stage, adjusted, SECOND_TOTAL_UG);
}

export async function continuedSupport(stage: Stage): Promise<void> {
  stage.narrator.heading('7 Continued support: the plan for the time after, with the assent of all three');
  const plan = await tell(stage, 'therapist', 'proposes the plan; both others owe their assent', (player) =>
    player.call('note', {
      lane: 'care_team',
      text: WORDS.plan,
      ask: [within(7 * 24, 'prescriber'), within(7 * 24, 'client')],
    }),
  );
  const [fromPrescriber = '', fromClient = ''] = plan.opened;
  await tell(stage, 'prescriber', 'assents', (player) =>
    player.call('answer', { ref: fromPrescriber, note: WORDS.prescriberAssents }),
  );
  await tell(stage, 'client', 'assents', (player) =>
    player.call('answer', { ref: fromClient, note: WORDS.clientAssents }),
  );
  for (const ref of plan.opened) await close(stage, 'therapist', ref);
}
