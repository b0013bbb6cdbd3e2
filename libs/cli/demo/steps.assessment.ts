import * as events from './events.before.js';
import { showStanding } from './glance.js';
import { close, codeOf, onlyRef, tell, within, type Stage } from './scene.js';
import { WORDS } from './script.js';

/** Steps 1 and 2 of the pathway. */

/** Answers the ref of the obligation that stands open. */
export async function assessment(stage: Stage): Promise<string> {
  const { narrator, company, days } = stage;
  narrator.heading('1 Mental-health assessment: the therapist refers, the medical team owes an answer');
  const at = days.turnTo(0, '15:00');
  const sent = await tell(stage, 'therapist', 'refers the client; the answer is due in 8 h', (player) =>
    player.call('post', { lane: 'care_team', event: events.referral(at), ask: [within(8, 'prescriber')] }),
  );
  const ref = onlyRef(sent);
  const owes = await company.players.prescriber.call('owes');
  narrator.check(
    'the prescriber owes one answer; having seen it acknowledges nothing',
    owes.length === 1 && owes[0]?.ref === ref && owes[0].state === 'open',
  );
  await tell(stage, 'prescriber', 'acknowledges: accountable from now on', (player) =>
    player.call('acknowledge', { ref, note: WORDS.accepted }),
  );
  const owed = await company.players.therapist.call('owed');
  narrator.check(
    'acknowledged is not answered: the therapist is still owed',
    owed[0]?.state === 'acknowledged',
  );
  await askForALetter(stage, sent.ref);
  return ref;
}

async function askForALetter(stage: Stage, referral: string): Promise<void> {
  const event = events.informationRequest(stage.days.turnTo(0, '16:30'), referral);
  const asked = await tell(stage, 'prescriber', 'asks for a letter before deciding', (player) =>
    player.call('post', { lane: 'care_team', event, ask: [within(8, 'therapist')] }),
  );
  await tell(stage, 'therapist', 'answers', (player) =>
    player.call('answer', { ref: onlyRef(asked), note: WORDS.letterSent }),
  );
  await close(stage, 'prescriber', onlyRef(asked));
}

/** Answers the decision. */
export async function medicalAssessment(stage: Stage, referralRef: string): Promise<void> {
  const { narrator, company, days } = stage;
  narrator.heading('2 Medical assessment: the eligibility decision, which both others acknowledge');
  const at = days.turnTo(2, '15:00');
  const forbidden = { lane: 'care_team', event: events.decisionByTheWrongRole(at) } as const;
  const code = await codeOf(company.players.therapist.call('post', forbidden));
  narrator.check('a therapist cannot sign an eligibility decision', code === 'event.not_authorised');
  const sent = await tell(
    stage,
    'prescriber',
    'decides, which answers the referral; both others owe their word',
    (player) =>
      player.call('answer', {
        ref: referralRef,
        event: events.eligibilityDecision(at),
        ask: [within(8, 'therapist'), within(72, 'client')],
      }),
  );
  const [forTherapist = '', forClient = ''] = sent.opened;
  for (const [part, ref, note] of [
    ['therapist', forTherapist, WORDS.therapistAcknowledges],
    ['client', forClient, WORDS.clientAcknowledges],
  ] as const) {
    await tell(stage, part, 'acknowledges', (player) => player.call('acknowledge', { ref }));
    await tell(stage, part, 'answers', (player) => player.call('answer', { ref, note }));
  }
  await close(stage, 'prescriber', forTherapist, forClient);
  await close(stage, 'therapist', referralRef);
  const met = events.diary(days.turnTo(9, '18:00'), sent.ref);
  await tell(stage, 'client', 'reports the condition as met', (player) =>
    player.call('post', { lane: 'care_team', event: met }),
  );
  const { phase } = await showStanding(stage, days.turnTo(9, '19:00'));
  narrator.check('the phase is preparation', phase === 'preparation');
}
