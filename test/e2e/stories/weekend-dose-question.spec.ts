import { DEFAULT_ANSWER_CLOCK, dueTimes, exampleOf, rowFor } from '#clinical';
import {
  MovedScene,
  OFFICE,
  WEEKENDS,
  emailOf,
  everyWeek,
  laneOf,
  ledgerOf,
  linesOf,
  rotaOf,
} from '../../support/client/moved.scene.js';
import { eventually } from '../../support/notifications/background.js';

const ABOUT_THE_ANSWER = ['opened', 'reminder', 'due', 'escalated', 'answered', 'nobody_on_duty'] as const;
const MINUTE_MS = 60_000;

describe('a question about the dose on Friday evening', () => {
  let scene: MovedScene;

  beforeAll(async () => {
    scene = await MovedScene.begin();
  }, 60_000);

  afterAll(async () => {
    await scene.close();
  });

  it('is reminded of, goes to whoever is on duty on Sunday, and is answered before the session on Monday', async () => {
    const { tess, pat, odile, cora, dora, chris } = scene.cast;
    const told = (who: Parameters<typeof ledgerOf>[0]) => ledgerOf(who, ABOUT_THE_ANSWER);

    // Pat works in the week; Odile is on call at weekends from eight to eight.
    await scene.setRota(
      'prescriber',
      rotaOf([everyWeek('weekend', odile, WEEKENDS), everyWeek('week', pat, OFFICE.week)]),
    );
    await scene.openCase();
    const order = await laneOf(pat).post(exampleOf('dose_order', now()));

    // Friday, five past five: the practice has closed, the session is on Monday at nine.
    await scene.moveTo({ weekday: 5, at: '17:05' });
    const session = scene.next({ weekday: 1, at: '09:00' });
    const dueAt = dueOf(session);
    expect(dueAt).toEqual(scene.next({ weekday: 7, at: '09:00' }));
    await tess.sync();
    const asked = await laneOf(tess).post(
      { ...request(order.ref), next_session_at: session.toISOString().replace('.000', '') },
      { ask: [{ responder: pat.userId, dueAt }] },
    );
    const ref = asked.opened[0] ?? '';
    await eventually(async () => (await told(pat)).includes('opened email sent'));
    await chris.sync();
    expect(await linesOf(chris, laneOf(chris))).toEqual({
      en: [
        'The therapy team is closed until Monday 9:00.',
        'Nobody of the medical team is on duty until Saturday 8:00.',
      ],
      es: [
        'El equipo de terapia no atiende hasta el lunes 9:00.',
        'Nadie del equipo médico está de guardia hasta el sábado 8:00.',
      ],
    });

    // Saturday night, three quarters of the time are over: Pat is reminded, and nobody else is troubled.
    const askedMs = scene.time.now().getTime();
    await scene.moveTo(new Date(askedMs + 0.75 * (dueAt.getTime() - askedMs)));
    await eventually(async () => (await told(pat)).includes('reminder email sent'));
    expect(await told(tess)).toEqual([]);
    expect((await linesOf(chris, laneOf(chris))).en[1]).toBe(
      'Nobody of the medical team is on duty until Sunday 8:00.',
    );

    // Sunday, nine o'clock: due. Whoever is on duty, who asked, and the administrators are told.
    await scene.moveTo(dueAt);
    await eventually(async () => (await told(odile)).length === 1);
    await scene.settled();
    for (const who of [odile, tess, scene.administrator]) expect(await told(who)).toEqual(['due email sent']);
    expect(await told(pat)).toEqual(['opened email sent', 'reminder email sent']);
    for (const who of [cora, dora, chris]) expect(await told(who)).toEqual([]);
    expect((await linesOf(chris, laneOf(chris))).en[1]).toBe('Someone of the medical team is on duty now.');
    for (const member of [tess, pat, chris]) {
      await member.sync();
      expect(member.obligation(ref)).toMatchObject({ state: 'open', overdue: true });
    }
    expect(await standing(tess, asked.threadId)).toMatchObject({ state: 'open', level: 2, levels: 4 });
    expect(await dora.ladders(scene.administrator.organisationId).overdue()).toMatchObject([
      { urgency: 'routine', responderId: pat.userId },
    ]);

    // Odile takes it over and decides.
    await odile.sync();
    await odile.acknowledge(ref);
    const decision = exampleOf('dose_adjustment', now());
    await odile.answer(ref, { event: { ...decision, supersedes: order.ref, request: asked.ref } });
    await eventually(async () => (await told(tess)).includes('answered email sent'));
    await tess.sync();
    expect(tess.obligation(ref)).toMatchObject({ state: 'answered', owner: odile.userId, overdue: false });
    expect(laneOf(tess).timeline().at(-1)).toMatchObject({
      author: { displayName: 'Odile On-Call' },
      shown: { kind: 'event', event: { event: 'dose_adjustment' } },
    });

    // Monday: the session can begin, and nobody is troubled any more.
    await scene.moveTo(new Date(session.getTime() + 10 * 60 * MINUTE_MS));
    await scene.engineLooked();
    for (const who of [cora, dora]) expect(await told(who)).toEqual([]);
    expect(await standing(tess, asked.threadId)).toMatchObject({ state: 'answered', nextStepAt: null });
    await inboxAgrees();
  }, 60_000);

  const now = (): string => `${scene.time.now().toISOString().slice(0, 19)}Z`;

  function dueOf(session: Date): Date {
    const row = rowFor(DEFAULT_ANSWER_CLOCK, { askedBy: 'dose_adjustment_request', responder: 'prescriber' });
    if (row === null) throw new Error('the clock of the pathway knows no dose question');
    const { answerBy, answerBoundBy } = dueTimes(row, {
      calendar: OFFICE,
      from: now(),
      sessionStartsAt: session.toISOString(),
      planEndsAt: null,
    });
    expect(answerBoundBy).toBe('session_start');
    return new Date(answerBy ?? '');
  }

  const request = (decision: string) => ({ ...exampleOf('dose_adjustment_request', now()), decision });

  async function standing(member: MovedScene['cast']['tess'], threadId: string) {
    return (await member.standings(threadId))[0];
  }

  /** What the ledger calls sent by e-mail lies in the inbox; others may be told something while we look. */
  async function inboxAgrees(): Promise<void> {
    for (const [name, member] of scene.everybody()) {
      const sent = async (): Promise<number> =>
        (await member.deliveries()).filter(({ channel, state }) => channel === 'email' && state === 'sent')
          .length;
      await eventually(async () => scene.inbox.to(emailOf(name)).length === (await sent()));
    }
  }
});
