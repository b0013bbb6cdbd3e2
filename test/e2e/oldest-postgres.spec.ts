import { setTimeout as sleep } from 'node:timers/promises';
import { newRealScene, openRealCase, type RealScene } from '../support/client/real.scene.js';
import { inOneHour } from '../support/client/scene.js';
import {
  describeWithOldestPostgres,
  startOldestPostgres,
  type OldestPostgres,
} from '../support/servers/index.js';

describeWithOldestPostgres('on PostgreSQL 15, the oldest we promise', () => {
  let postgres: OldestPostgres | undefined;
  let scene: RealScene | undefined;

  afterAll(async () => {
    await scene?.close();
    await postgres?.stop();
  });

  it('runs every migration and the queue, keeps a case, and tells whoever owes an answer', async () => {
    postgres = await startOldestPostgres();
    scene = await newRealScene({ DATABASE_URL: postgres.url, WORKER: 'true' });
    const { therapist, prescriber } = scene;
    await prescriber.member.contacts.setEmail('prescriber@people.test');
    const opened = await openRealCase(scene);
    await opened.lane('clinicians').note('May we go on?', {
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    await prescriber.member.sync();
    expect(prescriber.member.owes()).toHaveLength(1);
    await toldThatItWasOpened(scene);
    await prescriber.member.answer(prescriber.member.owes()[0]?.ref ?? '', { note: 'Yes.' });
    await therapist.member.sync();
    expect(therapist.member.owed().map(({ state }) => state)).toEqual(['answered']);
  }, 60_000);
});

async function toldThatItWasOpened({ prescriber }: RealScene): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const deliveries = await prescriber.member.deliveries();
    if (deliveries.some(({ reason, state }) => reason === 'opened' && state === 'sent')) return;
    await sleep(100);
  }
  throw new Error('nobody was told');
}
