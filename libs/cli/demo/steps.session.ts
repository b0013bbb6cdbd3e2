import type { Sent } from '#client';
import { EXAMPLE_VITALS_RULES, EXAMPLE_VITALS_TEST_PACK, runTestPack } from '#clinical';
import { Director } from './director.js';
import * as events from './events.session.js';
import { showFlags, showGreenGate, showStanding } from './glance.js';
import { close, onlyRef, tell, within, type Stage } from './scene.js';
import { WORDS } from './script.js';

/** Step 4 of the pathway: the first session. */

export async function session(stage: Stage, order: string): Promise<Sent> {
  const { narrator, days } = stage;
  narrator.heading('4 Dosing session: the gate, an alarm in the room, and the outcome that asks');
  const at = days.turnTo(12, '14:45');
  const draft = await showGreenGate(stage, { at, number: 1, startsAt: days.at(12, '15:00') });
  await tell(stage, 'therapist', 'signs what the gate said: the session begins', (player) =>
    player.call('post', { lane: 'care_team', event: events.startCheck(at, 1, draft) }),
  );
  await alarm(stage, order);
  const event = events.firstOutcome(days.turnTo(12, '17:30'), order);
  const outcome = await tell(
    stage,
    'therapist',
    'files the outcome of the session; the prescriber owes an answer',
    (player) => player.call('post', { lane: 'care_team', event, ask: [within(16, 'prescriber')] }),
  );
  const { phase } = await showStanding(stage, days.turnTo(12, '18:00'));
  narrator.check('the phase is integration', phase === 'integration');
  return outcome;
}

/** A rule set speaks only with a director's signature; the limit a prescriber set for this client holds without one. */
async function alarm(stage: Stage, order: string): Promise<void> {
  const { narrator, days } = stage;
  const at = days.turnTo(12, '16:00');
  const reading = events.highReading(at);
  narrator.does('therapist', `measures ${reading.systolic_mmhg}/${reading.diastolic_mmhg} in the room`);
  const director = new Director();
  await checkSilence(stage, { at, director });
  const found = await showFlags(stage, { at, reading, rules: director.approve(days.at(11, '12:00')) });
  narrator.check('approved and signed it speaks', found > 0);
  const alert = await tell(stage, 'therapist', 'raises the alarm: due in 10 minutes', (player) =>
    player.call('post', {
      lane: 'care_team',
      event: events.vitalsAlert(at, order),
      urgency: 'emergent',
      ask: [{ role: 'prescriber', dueInMs: 10 * 60_000 }],
    }),
  );
  await tell(stage, 'prescriber', 'answers', (player) =>
    player.call('answer', { ref: onlyRef(alert), note: WORDS.alertAnswer }),
  );
  await close(stage, 'therapist', onlyRef(alert));
}

async function checkSilence(
  stage: Stage,
  { at, director }: { readonly at: string; readonly director: Director },
): Promise<void> {
  const found = await showFlags(stage, { at, reading: events.highReading(at), rules: director.draft() });
  stage.narrator.check(
    'not approved by a medical director: the example finds nothing and says why',
    found === 0,
  );
  const { cases } = EXAMPLE_VITALS_TEST_PACK;
  const { passed } = runTestPack(EXAMPLE_VITALS_RULES, EXAMPLE_VITALS_TEST_PACK);
  stage.narrator.check(`a director replays its ${cases.length} test cases, approves and signs it`, passed);
}
