import { LANGUAGES, describeCrisis, describeEvent, safetyFlagNeeded, scoreScale } from '#clinical';
import type { FilledForm, TimelineEntry } from '#client';
import { NO_PREFERENCES, type Ladder } from '#protocol';
import {
  MovedScene,
  OFFICE,
  ZONE,
  everyWeek,
  laneOf,
  ledgerOf,
  linesOf,
  rotaOf,
} from '../../support/client/moved.scene.js';
import { eventually } from '../../support/notifications/background.js';

const ABOUT_THE_ANSWER = ['opened', 'escalated', 'step_empty', 'nobody_on_duty'] as const;

/** What a clinic without a night cover decides: if nobody is on duty, who answers for it is called until somebody acts. */
const WITHOUT_NIGHT_COVER: Ladder = {
  ackHoldsMinutes: 60,
  steps: [
    { who: ['primary'], at: { minutesAfterOpening: 0 }, allChannels: true, unlessAcknowledged: true },
    {
      who: ['directors', 'administrators'],
      at: { minutesAfterOpening: 5 },
      allChannels: true,
      unlessAcknowledged: true,
      repeat: { everyMinutes: 3, times: 50 },
    },
    {
      who: ['opener', 'administrators', 'directors'],
      at: { minutesAfterDue: 0 },
      allChannels: true,
      unlessAcknowledged: false,
    },
  ],
};

function filledIn(scene: MovedScene, items: readonly number[]): FilledForm {
  const takenOn = scene.time.now().toISOString().slice(0, 10);
  return { instrument: 'phq9', items, takenOn, setting: 'at_home', method: 'self_rated' };
}

describe('a form filled in at two at night, where nobody is on duty until the morning', () => {
  let scene: MovedScene;

  beforeAll(async () => {
    scene = await MovedScene.begin();
    const { pat, dora } = scene.cast;
    const night = { ...NO_PREFERENCES, zone: ZONE, quiet: { from: '22:00', to: '07:00' } };
    await scene.setRota('prescriber', rotaOf([everyWeek('week', pat, OFFICE.week)]));
    await pat.contacts.setSms('+13035550100');
    await pat.contacts.setWebhook(scene.providers.hook.url);
    await dora.contacts.setSms('+13035550101');
    for (const member of [pat, dora]) await member.contacts.setPreferences(night);
    const { version } = await scene.administrator.ladders.write('urgent', WITHOUT_NIGHT_COVER);
    await dora.ladders(scene.administrator.organisationId).approve('urgent', version);
    await scene.openCase([pat]);
    await scene.moveTo({ weekday: 3, at: '02:00' });
  }, 60_000);

  afterAll(async () => {
    await scene.close();
  });

  const told = (who: Parameters<typeof ledgerOf>[0]) => ledgerOf(who, ABOUT_THE_ANSWER);
  const times = (what: string, all: readonly string[]) => all.filter((each) => each === what).length;

  it('with question 9 at 0 says that this rules nothing out, to everybody and in every language', async () => {
    const { pat, chris } = scene.cast;
    await chris.sync();
    const { scored, flag } = await laneOf(chris).recordForm(form([1, 1, 1, 0, 0, 0, 0, 0, 0]));
    expect(flag).toBeUndefined();
    expect(scored.safety).toMatchObject([
      { words: { en: 'Question 9 was answered no or 0. One answer cannot rule risk out: ask.' } },
    ]);
    await pat.sync();
    for (const member of [chris, pat]) {
      const words = LANGUAGES.map((language) => wordsOf(laneOf(member).timeline().at(-1), language));
      expect(words[0]).toContain('One answer cannot rule risk out: ask.');
      expect(words[1]).toContain('Una respuesta no puede descartar el riesgo: pregunte.');
      for (const text of words) expect(text).not.toMatch(/no risk|low risk|sin riesgo|riesgo bajo/iu);
    }
  }, 60_000);

  it('with question 9 above 0 wakes whoever answers for the clinic until somebody acts', async () => {
    const { tess, pat, odile, dora, chris } = scene.cast;
    const filled = form([1, 1, 1, 0, 0, 0, 0, 0, 1]);

    // What Chris has to read stands on the screen before anything is sent.
    expect(safetyFlagNeeded(scoreScale('phq9', filled.items))).toBe('urgent');
    expect(describeCrisis('en').lines.join(' ')).toContain('Do not wait for an answer here.');
    expect(describeCrisis('es').lines.join(' ')).toContain('No espere una respuesta aquí.');
    const { flag } = await laneOf(chris).recordForm(filled);
    expect(flag?.opened).toHaveLength(2);

    // Chris reads at once that nobody is there, and from when somebody will be.
    expect(await linesOf(chris, laneOf(chris))).toEqual({
      en: [
        'The therapy team is closed until Wednesday 9:00.',
        'Nobody of the medical team is on duty until Wednesday 9:00.',
      ],
      es: [
        'El equipo de terapia no atiende hasta el miércoles 9:00.',
        'Nadie del equipo médico está de guardia hasta el miércoles 9:00.',
      ],
    });

    // Both clinicians are told by every way they have, quiet hours or not.
    await eventually(
      async () => (await told(pat)).length === 3 && !(await told(pat)).join().includes('pending'),
    );
    expect((await told(pat)).toSorted()).toEqual([
      'opened email sent',
      'opened sms sent',
      'opened webhook sent',
    ]);
    await eventually(async () => (await told(tess)).includes('opened email sent'));

    // Nobody is on duty, so nobody waits five minutes: the director and the administrators at once, for both answers.
    await eventually(async () => times('escalated sms sent', await told(dora)) === 2);
    await scene.settled();
    expect(times('escalated email sent', await told(dora))).toBe(2);
    const byAdministrators = await told(scene.administrator);
    expect(times('step_empty email sent', byAdministrators)).toBe(2);
    expect(times('escalated email sent', byAdministrators)).toBe(2);
    expect(times('nobody_on_duty email sent', await told(chris))).toBe(2);
    expect(await told(odile)).toEqual([]);

    // Still nobody: they are called again.
    await scene.forwardMinutes(8);
    await eventually(async () => times('escalated sms sent', await told(dora)) === 4);
    await scene.settled();
    expect(times('escalated email sent', await told(scene.administrator))).toBe(4);

    // Pat and Tess say that they are on it: the calling stops, the answers stay due.
    for (const member of [pat, tess]) {
      await member.sync();
      const [owed] = member.owes();
      expect(owed?.question?.shown).toMatchObject({
        kind: 'event',
        event: { event: 'safety_flag', scale_item: { item: 9, answer: 1 } },
      });
      await member.acknowledge(owed?.ref ?? '');
    }
    await scene.forwardMinutes(6);
    await scene.engineLooked();
    expect(times('escalated sms sent', await told(dora))).toBe(4);
    await chris.sync();
    expect(chris.owed()).toMatchObject([{ state: 'acknowledged' }, { state: 'acknowledged' }]);
  }, 60_000);

  const form = (items: readonly number[]): FilledForm => filledIn(scene, items);

  function wordsOf(entry: TimelineEntry | undefined, language: (typeof LANGUAGES)[number]): string {
    if (entry?.shown.kind !== 'event') throw new Error('no form is shown');
    const { title, lines } = describeEvent(entry.shown.event, language);
    return [title, ...lines].join('\n');
  }
});

describe('a form filled in at two at night, where somebody has the night', () => {
  let scene: MovedScene;
  /** The first of the prescribers in the roster, whom the flag names, and the other one, who has the night. */
  let named: MovedScene['cast']['pat'];
  let awake: MovedScene['cast']['pat'];

  beforeAll(async () => {
    scene = await MovedScene.begin();
    const { tess, pat, odile } = scene.cast;
    [named, awake] = pat.userId < odile.userId ? [pat, odile] : [odile, pat];
    await scene.setRota('prescriber', rotaOf([everyWeek('nights', awake, null)]));
    await scene.setRota('therapist', rotaOf([everyWeek('always', tess, null)]));
    await awake.contacts.setPreferences({
      ...NO_PREFERENCES,
      zone: ZONE,
      quiet: { from: '22:00', to: '07:00' },
    });
    await scene.openCase();
    await scene.moveTo({ weekday: 3, at: '02:00' });
  }, 60_000);

  afterAll(async () => {
    await scene.close();
  });

  it('with question 9 above 0 is told at once to whoever is on duty, not only to the first of the role', async () => {
    const { tess, dora, chris } = scene.cast;
    const told = (who: Parameters<typeof ledgerOf>[0]) => ledgerOf(who, ABOUT_THE_ANSWER);
    await chris.sync();
    await laneOf(chris).recordForm(filledIn(scene, [1, 1, 1, 0, 0, 0, 0, 0, 1]));
    expect(
      chris
        .owed()
        .map(({ responder }) => responder)
        .toSorted(),
    ).toEqual([tess.userId, named.userId].toSorted());

    // The flag names one who sleeps; the other has the night and is told in the same moment, quiet hours or not.
    await eventually(async () => (await told(awake)).includes('escalated email sent'));
    await eventually(async () => (await told(named)).includes('opened email sent'));
    await scene.engineLooked();
    expect(await told(awake)).toEqual(['escalated email sent']);
    expect(await told(named)).toEqual(['opened email sent']);
    // Tess is asked and on duty herself: once is enough.
    expect(await told(tess)).toEqual(['opened email sent']);
    for (const who of [dora, chris, scene.administrator]) expect(await told(who)).toEqual([]);

    // Whoever is awake takes it over, Tess takes hers: nobody else is woken.
    for (const [member, asked] of [
      [awake, named],
      [tess, tess],
    ] as const) {
      await member.sync();
      const flag = chris.owed().find(({ responder }) => responder === asked.userId);
      await member.acknowledge(flag?.ref ?? '');
    }
    await scene.forwardMinutes(14);
    await scene.engineLooked();
    for (const who of [dora, scene.administrator]) expect(await told(who)).toEqual([]);
    await chris.sync();
    expect(chris.owed().map(({ owner }) => owner)).toEqual(
      expect.arrayContaining([awake.userId, tess.userId]),
    );
  }, 60_000);
});
