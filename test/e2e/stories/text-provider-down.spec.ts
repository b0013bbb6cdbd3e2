import type { MemberSession } from '#client';
import { NO_PREFERENCES } from '#protocol';
import {
  MovedScene,
  emailOf,
  everyWeek,
  laneOf,
  ledgerOf,
  rotaOf,
} from '../../support/client/moved.scene.js';
import { eventually } from '../../support/notifications/background.js';

const HOUR_MS = 3_600_000;
const ABOUT_THE_ANSWER = ['opened', 'reminder', 'escalated', 'undelivered'] as const;

describe('while the provider of texts is down', () => {
  let scene: MovedScene;

  beforeAll(async () => {
    scene = await MovedScene.begin();
    const { pat, odile } = scene.cast;
    await scene.setRota(
      'prescriber',
      rotaOf([everyWeek('always', pat, null)], [everyWeek('behind', odile, null)]),
    );
    await scene.openCase();
    await pat.contacts.setSms('+13035550100');
    scene.providers.sms.behave(500);
  }, 60_000);

  afterAll(async () => {
    await scene.close();
  });

  const told = (who: Parameters<typeof ledgerOf>[0]) => ledgerOf(who, ABOUT_THE_ANSWER);

  async function ask(
    urgency: 'routine' | 'urgent',
    whom: MemberSession,
  ): Promise<{ ref: string; threadId: string }> {
    const { tess } = scene.cast;
    await tess.sync();
    const { opened, threadId } = await laneOf(tess).note('SYNTHETIC: a question', {
      urgency,
      ask: [{ responder: whom.userId, dueAt: new Date(scene.time.now().getTime() + 8 * HOUR_MS) }],
    });
    return { ref: opened[0] ?? '', threadId };
  }

  it('an urgent notice is in the inbox at once, whatever becomes of the text', async () => {
    const { tess, pat } = scene.cast;
    const { ref } = await ask('urgent', pat);
    await eventually(async () => (await told(pat)).includes('opened email sent'));
    expect((await told(pat)).toSorted()).toEqual(['opened email sent', 'opened sms pending']);
    const text = (await pat.deliveries()).find(({ channel }) => channel === 'sms');
    expect(text?.code).toMatch(/500/u);
    expect(scene.inbox.to(emailOf('pat')).some(({ raw }) => raw.includes('Urgency: urgent'))).toBe(true);
    await tess.withdraw(ref);
  }, 60_000);

  it('somebody who wants texts first gets a mail instead', async () => {
    const { tess, pat } = scene.cast;
    await pat.contacts.setPreferences({ ...NO_PREFERENCES, order: { routine: ['sms'], soon: ['sms'] } });
    const before = scene.inbox.to(emailOf('pat')).length;
    const { ref } = await ask('routine', pat);
    await eventually(async () => (await told(pat)).at(-1) === 'opened sms pending');
    await scene.forwardMinutes(5);
    await eventually(() => scene.inbox.to(emailOf('pat')).length === before + 1);
    await eventually(async () => (await told(pat)).at(-1) === 'opened email sent');
    await tess.withdraw(ref);
  }, 60_000);

  it('somebody with nothing but texts counts as not told: the next step is taken at once, and others are alarmed', async () => {
    const { tess, pat, odile } = scene.cast;
    await pat.contacts.removeEmail();
    const { ref, threadId } = await ask('urgent', pat);
    await eventually(async () => (await told(pat)).at(-1) === 'opened sms pending');
    await scene.engineLooked();
    expect(await told(odile)).toEqual([]);

    // A minute without success is enough; the second on call would have been told after fifteen.
    await scene.forwardMinutes(1);
    await eventually(async () => (await told(odile)).length > 0 && (await told(tess)).length > 0);
    await scene.settled();
    expect(await told(odile)).toEqual(['escalated email sent']);
    for (const who of [tess, scene.administrator])
      expect(await told(who)).toEqual(['undelivered email sent']);
    const standing = (await tess.standings(threadId)).find(({ id }) => ref.endsWith(`/${String(id)}`));
    expect(standing).toMatchObject({ state: 'open', level: 2, delivered: false });
    expect(standing?.history.map(({ kind }) => kind)).toEqual(['op', 'step', 'undelivered', 'step']);

    // Pat's own ledger says that the provider was asked, and what it said.
    const text = (await pat.deliveries())[0];
    expect(text).toMatchObject({ reason: 'opened', channel: 'sms', state: 'pending', sentAt: undefined });
    expect(text?.code).toMatch(/500/u);

    // Once the provider is back, the text goes out all the same: Pat still owes.
    scene.providers.sms.behave(200);
    await scene.forwardMinutes(5);
    await eventually(async () => (await told(pat)).at(-1) === 'opened sms sent');
  }, 60_000);
});
