import * as before from './events.before.js';
import * as around from './events.session.js';
import { showRedGate, showStanding } from './glance.js';
import { Deviation } from './narrator.js';
import { close, codeOf, onlyRef, tell, within, type Stage } from './scene.js';
import { FIRST_TOTAL_UG, WORDS } from './script.js';

/** Step 3 of the pathway: everything between the decision and the morning of the first session. */

const SESSION = { day: 12, time: '15:00' } as const;

export interface Prepared {
  readonly consent: string;
  readonly order: string;
}

export async function preparation(stage: Stage): Promise<Prepared> {
  stage.narrator.heading(
    '3 Preparation: consent, the dose order with its read-back, ride and questions, a form at night',
  );
  const consent = await tell(stage, 'client', 'signs the consent', (player) =>
    player.call('post', { lane: 'care_team', event: before.consent(stage.days.turnTo(9, '20:00')) }),
  );
  const order = await orderDose(stage);
  await prepare(stage, consent.ref);
  await fillInAForm(stage);
  return { consent: consent.ref, order };
}

async function orderDose(stage: Stage): Promise<string> {
  const { narrator, days, company } = stage;
  const at = days.turnTo(10, '15:00');
  const order = await tell(
    stage,
    'prescriber',
    'orders the dose; both others have to read it back',
    (player) =>
      player.call('post', {
        lane: 'care_team',
        event: before.doseOrder(at),
        ask: [within(16, 'therapist'), within(16, 'client')],
      }),
  );
  const session = { number: 1, startsAt: days.at(SESSION.day, SESSION.time) };
  await showRedGate(stage, { at, ...session });
  const tenfold = { decision: order.ref, totalUg: FIRST_TOTAL_UG * 10, remark: WORDS.readBackClient };
  const wrong = before.readBack(at, tenfold);
  const attempt = company.players.client.call('answer', { ref: order.opened[1] ?? '', event: wrong });
  narrator.check(
    'a read-back of ten times the total is refused before it is sent',
    (await codeOf(attempt)) === 'event.not_read_back',
  );
  await readBack(stage, { decided: order, totalUg: FIRST_TOTAL_UG, at: days.turnTo(10, '18:00') });
  return order.ref;
}

export interface ToReadBack {
  readonly decided: { readonly ref: string; readonly opened: readonly string[] };
  readonly totalUg: number;
  readonly at: string;
}

/** Both others re-enter the total; the prescriber closes each. */
export async function readBack(stage: Stage, { decided, totalUg, at }: ToReadBack): Promise<void> {
  const [forTherapist = '', forClient = ''] = decided.opened;
  for (const [part, ref, remark] of [
    ['therapist', forTherapist, WORDS.readBackTherapist],
    ['client', forClient, WORDS.readBackClient],
  ] as const) {
    const event = before.readBack(at, { decision: decided.ref, totalUg, remark });
    await tell(stage, part, 'reads it back', (player) => player.call('answer', { ref, event }));
  }
  await close(stage, 'prescriber', forTherapist, forClient);
}

async function prepare(stage: Stage, consent: string): Promise<void> {
  const { days } = stage;
  const event = before.preparation(days.turnTo(11, '19:00'), {
    number: 1,
    sessionAt: days.at(SESSION.day, SESSION.time),
    consent,
    questions: [WORDS.preparationQuestion],
  });
  const asked = await tell(stage, 'client', 'is ready: ride, intention, and one question', (player) =>
    player.call('post', { lane: 'care_team', event, ask: [within(16, 'prescriber')] }),
  );
  await tell(stage, 'prescriber', 'answers the question', (player) =>
    player.call('answer', { ref: onlyRef(asked), note: WORDS.preparationAnswer }),
  );
  await close(stage, 'client', onlyRef(asked));
}

/** Item 9 above zero demands an urgent flag; until somebody has answered it, no session starts. */
async function fillInAForm(stage: Stage): Promise<void> {
  const { days } = stage;
  const at = days.turnTo(12, '02:00');
  const session = { number: 1, startsAt: days.at(SESSION.day, SESSION.time) };
  const form = await tell(
    stage,
    'client',
    'fills in a PHQ-9 at two in the morning; item 9 is not 0',
    (player) => player.call('post', { lane: 'care_team', event: around.formAtNight(at), urgency: 'urgent' }),
  );
  const raised = form.flag;
  if (raised === undefined) throw new Deviation('an answer that demands a flag raised none');
  const flag = await tell(stage, 'client', 'the app raises the flag that answer demands: urgent', () =>
    Promise.resolve(raised),
  );
  await showRedGate(stage, { at, ...session });
  const [forTherapist = '', forPrescriber = ''] = flag.opened;
  days.turnTo(12, '06:30');
  await tell(stage, 'prescriber', 'answers', (player) =>
    player.call('answer', { ref: forPrescriber, note: WORDS.itemNineSpokenP }),
  );
  await tell(stage, 'therapist', 'answers', (player) =>
    player.call('answer', { ref: forTherapist, note: WORDS.itemNineSpokenT }),
  );
  await close(stage, 'client', forPrescriber, forTherapist);
  await showStanding(stage, days.turnTo(12, '09:00'));
}
