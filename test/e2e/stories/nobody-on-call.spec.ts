import {
  MovedScene,
  WEEKENDS,
  everyWeek,
  laneOf,
  ledgerOf,
  linesOf,
  rotaOf,
} from '../../support/client/moved.scene.js';
import { eventually } from '../../support/notifications/background.js';

const MINUTE_MS = 60_000;
const ABOUT_THE_ANSWER = [
  'opened',
  'escalated',
  'due',
  'step_empty',
  'nobody_on_duty',
  'undelivered',
] as const;

describe('an urgent question at an hour nobody is on call', () => {
  let scene: MovedScene;

  beforeAll(async () => {
    scene = await MovedScene.begin();
  }, 60_000);

  afterAll(async () => {
    await scene.close();
  });

  it('tells who asked at once that nobody is there, and passes by the empty step: directors are told, administrators alarmed', async () => {
    const { tess, pat, odile, dora, chris } = scene.cast;
    const told = (who: Parameters<typeof ledgerOf>[0]) => ledgerOf(who, ABOUT_THE_ANSWER);

    // Odile is on call at weekends from eight to eight; behind her stands nobody.
    await scene.setRota('prescriber', rotaOf([everyWeek('weekend', odile, WEEKENDS)]));
    await scene.openCase();

    // Saturday, nine in the evening: an urgent question to Pat, within the hour.
    await scene.moveTo({ weekday: 6, at: '21:00' });
    await tess.sync();
    const asked = await laneOf(tess).note(
      'SYNTHETIC: his blood pressure stays high, may he take his evening dose?',
      {
        urgency: 'urgent',
        ask: [{ responder: pat.userId, dueAt: new Date(scene.time.now().getTime() + 60 * MINUTE_MS) }],
      },
    );
    await eventually(async () => (await told(pat)).includes('opened email sent'));
    await eventually(async () => (await told(tess)).includes('nobody_on_duty email sent'));
    await scene.forwardMinutes(14);
    await scene.engineLooked();
    for (const who of [odile, dora, scene.administrator]) expect(await told(who)).toEqual([]);

    // A quarter of an hour: the second on call would be told now. There is none, so nobody waits for him.
    await scene.forwardMinutes(1);
    await eventually(async () => (await told(dora)).length > 0);
    await scene.settled();
    expect(await told(dora)).toEqual(['escalated email sent']);
    expect(await told(scene.administrator)).toEqual(['step_empty email sent']);
    expect(await told(tess)).toEqual(['nobody_on_duty email sent']);
    for (const who of [odile, chris]) expect(await told(who)).toEqual([]);

    // Tess can read what happened, and from when somebody will be there.
    const sunday = scene.next({ weekday: 7, at: '08:00' });
    const [standing] = await tess.standings(asked.threadId);
    expect(standing).toMatchObject({ state: 'open', level: 3, nextOnDutyAt: sunday });
    expect(standing?.history.map(({ kind }) => kind)).toEqual([
      'op',
      'step',
      'nobody_on_duty',
      'step_empty',
      'step',
    ]);
    for (const member of [tess, chris]) {
      await member.sync();
      expect((await linesOf(member, laneOf(member))).en).toContain(
        'Nobody of the medical team is on duty until Sunday 8:00.',
      );
    }

    // The hour is over and still nobody answers: everybody behind it is told once more.
    await scene.forwardMinutes(45);
    await eventually(async () => (await told(dora)).includes('due email sent'));
    await scene.settled();
    for (const who of [tess, scene.administrator]) expect(await told(who)).toContain('due email sent');
    expect(tess.owed()).toMatchObject([{ state: 'open', overdue: true, responder: pat.userId }]);
  }, 60_000);
});
