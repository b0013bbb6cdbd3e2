import type { MemberEvent } from '#client';
import { newRealScene, type RealScene } from '../support/client/real.scene.js';
import { eventually } from '../support/notifications/background.js';

describe('somebody whose app is open', () => {
  let scene: RealScene;

  beforeAll(async () => {
    scene = await newRealScene({ WORKER: 'true' });
  }, 60_000);

  afterAll(async () => {
    await scene.close();
  });

  it('hears what he is told, and his app says that it arrived', async () => {
    const { member } = scene.therapist;
    const heard: MemberEvent[] = [];
    member.on((event) => heard.push(event));
    await member.connect();
    const drillId = await member.startDrill();
    await eventually(async () => (await member.drill(drillId)).done);
    const { deliveries } = await member.drill(drillId);
    expect(deliveries).toMatchObject([{ channel: 'live', state: 'sent', reason: 'drill' }]);
    expect(deliveries[0]?.confirmedAt).toBeInstanceOf(Date);
    expect(heard.filter(({ kind }) => kind === 'notice')).toEqual([
      {
        kind: 'notice',
        notice: {
          deliveryId: deliveries[0]?.id.replaceAll('-', ''),
          text: 'You have an update. Open Trialogue to read it.',
          urgency: undefined,
        },
      },
    ]);
  });

  it('sets how he wants to be told, and confirms what reached him otherwise', async () => {
    const { member } = scene.prescriber;
    await member.contacts.setEmail('p@people.test', 'es');
    const wanted = { ...(await member.contacts.preferences()), digestAt: ['08:00'] };
    await member.contacts.setPreferences(wanted);
    expect(await member.contacts.preferences()).toEqual(wanted);
    expect(await member.contacts.pushKey()).toBeUndefined();
    const drillId = await member.startDrill();
    await eventually(async () => (await member.drill(drillId)).done);
    const [mail] = (await member.drill(drillId)).deliveries;
    expect(mail).toMatchObject({ channel: 'email', state: 'sent', confirmedAt: undefined });
    await member.confirmDelivery(mail?.id ?? '');
    expect((await member.deliveries())[0]?.confirmedAt).toBeInstanceOf(Date);
  });
});
