import { close, codeOf, onlyRef, tell, within, type Stage } from './scene.js';
import * as script from './script.js';
import { FIRST_TOTAL_UG, WORDS } from './script.js';

/** Steps 1 to 3 of the pathway: everything before the first session. */

/** Answers the ref of the obligation that stands open. */
export async function assessment(stage: Stage): Promise<string> {
  const { narrator, company } = stage;
  narrator.heading('1 Mental-health assessment: the therapist refers, the medical team owes an answer');
  const sent = await tell(stage, 'therapist', 'refers the client; the answer is due in 8 h', (player) =>
    player.call('post', { lane: 'care_team', event: script.referral(), ask: [within(8, 'prescriber')] }),
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
  return ref;
}

export async function medicalAssessment(stage: Stage, referralRef: string): Promise<void> {
  const { narrator, company } = stage;
  narrator.heading('2 Medical assessment: the eligibility decision, which both others acknowledge');
  const forbidden = { lane: 'care_team', event: script.decisionByTheWrongRole() } as const;
  const code = await codeOf(company.players.therapist.call('post', forbidden));
  narrator.check('a therapist cannot sign an eligibility decision', code === 'event.not_authorised');
  const sent = await tell(
    stage,
    'prescriber',
    'decides, which answers the referral; both others owe their word',
    (player) =>
      player.call('answer', {
        ref: referralRef,
        event: script.eligibilityDecision(),
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
    await close(stage, 'prescriber', ref);
  }
  await close(stage, 'therapist', referralRef);
}

/** Answers the dose order. */
export async function preparation(stage: Stage): Promise<string> {
  const { narrator } = stage;
  narrator.heading(
    '3 Preparation: intention, consent, ride, a question, and the dose order with its read-back',
  );
  await tell(stage, 'client', 'confirms intention, consent and ride', (player) =>
    player.call('note', { lane: 'care_team', text: WORDS.preparation }),
  );
  const question = await tell(stage, 'client', 'asks the prescriber', (player) =>
    player.call('note', {
      lane: 'care_team',
      text: WORDS.preparationQuestion,
      ask: [within(16, 'prescriber')],
    }),
  );
  await tell(stage, 'prescriber', 'answers', (player) =>
    player.call('answer', { ref: onlyRef(question), note: WORDS.preparationAnswer }),
  );
  await close(stage, 'client', onlyRef(question));
  const order = await tell(
    stage,
    'prescriber',
    'orders the dose; both others have to read it back',
    (player) =>
      player.call('post', {
        lane: 'care_team',
        event: script.doseOrder(),
        ask: [within(16, 'therapist'), within(16, 'client')],
      }),
  );
  const wrong = script.readBack(order.ref, FIRST_TOTAL_UG * 10, WORDS.readBackClient);
  const attempt = stage.company.players.client.call('answer', { ref: order.opened[1] ?? '', event: wrong });
  const code = await codeOf(attempt);
  narrator.check(
    'a read-back of ten times the total is refused before it is sent',
    code === 'event.wrong_pair',
  );
  await readBack(stage, order, FIRST_TOTAL_UG);
  return order.ref;
}

/** Both others re-enter the total; the prescriber closes each. */
export async function readBack(
  stage: Stage,
  decision: { readonly ref: string; readonly opened: readonly string[] },
  totalUg: number,
): Promise<void> {
  const [forTherapist = '', forClient = ''] = decision.opened;
  for (const [part, ref, remark] of [
    ['therapist', forTherapist, WORDS.readBackTherapist],
    ['client', forClient, WORDS.readBackClient],
  ] as const) {
    await tell(stage, part, 'reads it back', (player) =>
      player.call('answer', { ref, event: script.readBack(decision.ref, totalUg, remark) }),
    );
    await close(stage, 'prescriber', ref);
  }
}
