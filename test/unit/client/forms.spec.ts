import { exampleOf } from '#clinical';
import type { FilledForm } from '#client';
import { comeBack, newPlayer, newScene, openCase } from '../../support/client/scene.js';
import { codeOf, laneOf, syncAll } from '../../support/client/shown.js';
import type { Player } from '../../support/client/scene.js';
import type { ServiceDouble } from '../../support/client/service.double.js';

const CALM = [1, 1, 1, 0, 0, 0, 0, 0, 0];
const ITEM_9 = [1, 1, 1, 0, 0, 0, 0, 0, 2];

const form = (items: readonly (number | null)[]): FilledForm => ({
  instrument: 'phq9',
  items,
  takenOn: new Date().toISOString().slice(0, 10),
  setting: 'at_home',
  method: 'self_rated',
});

const flagsOf = (player: Player) =>
  laneOf(player)
    .timeline()
    .flatMap((entry) =>
      entry.shown.kind === 'event' && entry.shown.event.event === 'safety_flag' ? [entry] : [],
    );

async function loseConnectionWithTheForm(service: ServiceDouble, client: Player): Promise<void> {
  service.loseAcks = 1;
  service.beforeAppend = async () => {
    service.down = true;
    await Promise.resolve();
  };
  expect(await codeOf(laneOf(client).recordForm(form(ITEM_9)))).toMatch(/^connection\./u);
  service.beforeAppend = undefined;
  service.down = false;
}

describe('a filled-in form', () => {
  it('is scored, posted answer by answer, and seen by everybody as a point of the trend', async () => {
    const scene = await newScene();
    const { prescriber, client } = scene;
    await openCase(scene);
    const { scored, flag } = await laneOf(client).recordForm(form(CALM));
    expect(scored).toMatchObject({ kind: 'total', total: 3, band: { code: 'minimal' } });
    expect(flag).toBeUndefined();
    await prescriber.member.sync();
    const [opened] = prescriber.member.cases();
    expect(opened?.standing().scales.phq9).toMatchObject([{ total: 3, item9: 0 }]);
    expect(flagsOf(prescriber)).toEqual([]);
  });

  it('has no total where answers are missing, and says which', async () => {
    const scene = await newScene();
    await openCase(scene);
    const { scored } = await laneOf(scene.client).recordForm(form([1, null, null, null, 0, 0, 0, 0, 0]));
    expect(scored).toMatchObject({ kind: 'incomplete', missing: [2, 3, 4] });
    expect(await codeOf(laneOf(scene.client).recordForm(form([1, 1])))).toBe('event.invalid');
    expect(await codeOf(laneOf(scene.client).recordForm(form([9, 1, 1, 0, 0, 0, 0, 0, 0])))).toBe(
      'event.invalid',
    );
  });

  it('raises the urgent flag its item 9 demands at once, and asks both clinicians', async () => {
    const scene = await newScene();
    const { therapist, prescriber, client } = scene;
    await openCase(scene);
    const { form: sent, flag } = await laneOf(client).recordForm(form(ITEM_9));
    expect(flag?.opened).toHaveLength(2);
    await syncAll([therapist, prescriber]);
    for (const player of [therapist, prescriber]) {
      expect(flagsOf(player)).toMatchObject([
        {
          urgency: 'urgent',
          shown: { event: { about: sent.ref, scale_item: { instrument: 'phq9', item: 9, answer: 2 } } },
        },
      ]);
      expect(player.member.owes()).toMatchObject([{ urgency: 'urgent', state: 'open' }]);
    }
  });

  it('raises that flag also when it is posted as it is, or told in the account of a session', async () => {
    const scene = await newScene();
    const { therapist, prescriber, client } = scene;
    await openCase(scene);
    const asWritten = { ...exampleOf('scale_result'), items: ITEM_9, total: 5, client_text: null };
    const sent = await laneOf(client).post({ ...asWritten, session_outcome: null, supersedes: null });
    expect(sent.flag?.opened).toHaveLength(2);
    await therapist.member.sync();
    const scales = [{ instrument: 'phq9', total: 9, taken_on: '2026-01-02', item9: 1 }];
    const told = await laneOf(therapist).post({ ...exampleOf('session_outcome'), supersedes: null, scales });
    expect(told.flag).toBeDefined();
    await prescriber.member.sync();
    expect(flagsOf(prescriber).map(({ shown }) => shown.kind === 'event' && shown.event)).toMatchObject([
      { about: sent.ref },
      { about: told.ref },
    ]);
    expect((await laneOf(client).post({ ...asWritten, items: CALM, total: 3 })).flag).toBeUndefined();
  });

  it('raises that flag after the connection was lost between the two, once, also by another start of the program', async () => {
    const scene = await newScene();
    const { service, therapist, client } = scene;
    await openCase(scene);
    await loseConnectionWithTheForm(service, client);
    await therapist.member.sync();
    expect(flagsOf(therapist)).toEqual([]);
    await comeBack(service, client);
    for (const player of [client, client, therapist]) await player.member.sync();
    expect(flagsOf(therapist)).toHaveLength(1);
    expect(client.member.drafts()).toEqual([]);
  });

  it('asks somebody who is still there, though the first of the role was lost between the two', async () => {
    const scene = await newScene();
    const { service, administrator, therapist, prescriber, client } = scene;
    const colleague = await newPlayer(service, administrator, 'prescriber', 'Odile On-Call');
    const prescribers = [prescriber.member.userId, colleague.member.userId];
    await therapist.member.sync();
    await therapist.member.openCase({ client: client.member.userId, clinicians: prescribers });
    await client.member.sync();
    // The form has landed; no ack says so, and nothing more can leave.
    service.loseAcks = Infinity;
    expect(await codeOf(laneOf(client).recordForm(form(ITEM_9)))).toMatch(/^connection\./u);
    service.loseAcks = 0;
    const roster = laneOf(client).roster();
    const gone = roster.find(({ role }) => role === 'prescriber')?.userId;
    await administrator.sync();
    const attestation = administrator.people().find(({ userId }) => userId === gone);
    await administrator.revoke(attestation?.attestHash ?? '');
    await comeBack(service, client);
    await client.member.sync();
    const asked = client.member.owed().map(({ responder }) => responder);
    expect(asked.toSorted()).toEqual(
      [therapist.member.userId, ...prescribers.filter((userId) => userId !== gone)].toSorted(),
    );
  });

  it('is not kept waiting by a hold: the flag goes out over whatever came in between', async () => {
    const scene = await newScene();
    const { service, therapist, prescriber, client } = scene;
    await openCase(scene);
    let appended = 0;
    service.beforeAppend = async () => {
      appended += 1;
      if (appended !== 2) return;
      service.beforeAppend = undefined;
      await prescriber.member.sync();
      await laneOf(prescriber).post({ ...exampleOf('hold'), about: null });
    };
    const { flag } = await laneOf(client).recordForm(form(ITEM_9));
    expect(flag).toBeDefined();
    await therapist.member.sync();
    expect(flagsOf(therapist)).toHaveLength(1);
  });
});
