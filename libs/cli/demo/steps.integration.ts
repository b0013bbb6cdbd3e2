import type { Sent } from '#client';
import * as events from './events.after.js';
import { showRedGate, showStanding } from './glance.js';
import { answerLate, askForTheLateAnswer } from './late.js';
import { close, onlyRef, tell, within, type Stage } from './scene.js';
import { WORDS } from './script.js';

/** Step 5 of the pathway: the days after the first session. */

export async function integration(stage: Stage, outcome: Sent): Promise<void> {
  const { narrator, days } = stage;
  narrator.heading('5 Integration: the contact that is owed, a late answer, a fall, a new medicine, a fever');
  const late = await askForTheLateAnswer(stage);
  const held = events.integrationDone(days.turnTo(13, '16:00'), outcome.ref);
  await tell(stage, 'therapist', 'has held the contact', (player) =>
    player.call('post', { lane: 'care_team', event: held }),
  );
  await tell(stage, 'client', 'writes', (player) =>
    player.call('note', { lane: 'care_team', text: WORDS.integrationClient }),
  );
  await reportHarm(stage, outcome);
  await changeMedicine(stage);
  await holdAndRelease(stage);
  await answerLate(stage, late);
  await showThatTheClientReadsNoneOfIt(stage);
  const { phase } = await showStanding(stage, days.turnTo(17, '12:00'));
  narrator.check('the phase is follow-up', phase === 'follow-up');
}

async function reportHarm(stage: Stage, outcome: Sent): Promise<void> {
  const event = events.adverseEvent(stage.days.turnTo(14, '17:00'), outcome.ref);
  const asked = await tell(stage, 'client', 'reports a fall', (player) =>
    player.call('post', { lane: 'care_team', event, urgency: 'soon', ask: [within(8, 'prescriber')] }),
  );
  await answerAndClose(stage, { asked, note: WORDS.fallAnswer });
}

async function changeMedicine(stage: Stage): Promise<void> {
  const event = events.medicationChange(stage.days.turnTo(15, '09:00'));
  const asked = await tell(stage, 'client', 'reports a new medicine', (player) =>
    player.call('post', { lane: 'care_team', event, ask: [within(16, 'prescriber')] }),
  );
  await answerAndClose(stage, { asked, note: WORDS.newTabletAnswer });
}

async function answerAndClose(
  stage: Stage,
  { asked, note }: { readonly asked: Sent; readonly note: string },
): Promise<void> {
  const ref = onlyRef(asked);
  await tell(stage, 'prescriber', 'answers', (player) => player.call('answer', { ref, note }));
  await close(stage, 'client', ref);
}

/** Anybody may say "not now"; only a prescriber's signature ends it. */
async function holdAndRelease(stage: Stage): Promise<void> {
  const { days } = stage;
  const at = days.turnTo(15, '20:00');
  const held = await tell(stage, 'client', 'raises a hold', (player) =>
    player.call('post', {
      lane: 'care_team',
      event: events.hold(at),
      ask: [within(16, 'therapist'), within(16, 'prescriber')],
    }),
  );
  await showRedGate(stage, { at, number: 2, startsAt: days.at(19, '15:00') });
  const [forTherapist = '', forPrescriber = ''] = held.opened;
  await tell(stage, 'therapist', 'answers, which releases nothing', (player) =>
    player.call('answer', { ref: forTherapist, note: WORDS.feverSeen }),
  );
  const release = events.holdRelease(days.turnTo(17, '09:00'), held.ref);
  await tell(stage, 'prescriber', 'releases it', (player) =>
    player.call('answer', { ref: forPrescriber, event: release }),
  );
  await close(stage, 'client', forTherapist, forPrescriber);
}

async function showThatTheClientReadsNoneOfIt({ narrator, facts, company }: Stage): Promise<void> {
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
