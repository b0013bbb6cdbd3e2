import * as events from './events.after.js';
import { showStanding } from './glance.js';
import { close, tell, within, type Stage } from './scene.js';
import { WORDS } from './script.js';

/** Step 7 of the pathway: the time after, and the end. */

export async function continuedSupport(stage: Stage): Promise<void> {
  const { narrator, days } = stage;
  narrator.heading('7 Continued support: cover for a week, a plan all three agree to, and the discharge');
  const handover = events.coverageHandover(days.turnTo(50, '09:00'));
  await tell(stage, 'therapist', 'goes away and hands over, clinicians only', (player) =>
    player.call('post', { lane: 'clinicians', event: handover }),
  );
  await agreeOnAPlan(stage);
  const { phase } = await showStanding(stage, days.turnTo(57, '12:00'));
  narrator.check('the phase is continued support', phase === 'continued support');
  const event = events.discharge(days.turnTo(214, '10:00'));
  await tell(stage, 'prescriber', 'discharges the client; all three were there', (player) =>
    player.call('post', { lane: 'care_team', event }),
  );
  const ended = await showStanding(stage, days.turnTo(214, '12:00'));
  narrator.check(
    'the course has ended and nothing is owed',
    ended.phase === 'ended' && ended.owed.length === 0,
  );
}

async function agreeOnAPlan(stage: Stage): Promise<void> {
  const { days } = stage;
  const proposed = events.maintenancePlan(days.turnTo(55, '10:00'));
  const plan = await tell(stage, 'prescriber', 'proposes the plan; both others owe their assent', (player) =>
    player.call('post', {
      lane: 'care_team',
      event: proposed,
      ask: [within(7 * 24, 'therapist'), within(7 * 24, 'client')],
    }),
  );
  const [forTherapist = '', forClient = ''] = plan.opened;
  const therapist = await tell(stage, 'therapist', 'assents', (player) =>
    player.call('answer', { ref: forTherapist, note: WORDS.therapistAssents }),
  );
  const client = await tell(stage, 'client', 'assents', (player) =>
    player.call('answer', { ref: forClient, note: WORDS.clientAssents }),
  );
  await close(stage, 'prescriber', forTherapist, forClient);
  const yes = { client: client.ref, therapist: therapist.ref };
  const agreed = events.agreedPlan(days.turnTo(57, '10:00'), plan.ref, yes);
  await tell(stage, 'prescriber', 'signs the plan with the words of all three', (player) =>
    player.call('post', { lane: 'care_team', event: agreed }),
  );
}
