import { exampleOf } from '#clinical';
import type { MemberSession } from '#client';
import { newRealScene, openRealCase, type RealScene } from '../support/client/real.scene.js';
import { inOneHour } from '../support/client/scene.js';

describe('a therapist, a prescriber and a client at a real service', () => {
  let scene: RealScene;

  beforeAll(async () => {
    scene = await newRealScene();
  }, 120_000);

  afterAll(async () => {
    await scene.close();
  });

  it('decides eligibility, and both others answer', async () => {
    const { therapist, prescriber, client } = scene;
    const opened = await openRealCase(scene);
    const decision = { ...exampleOf('eligibility_decision') };
    const asked = await prescriber.member
      .case(opened.caseId)
      .lane('care_team')
      .post(decision, {
        ask: [therapist, client].map(({ member }) => ({ responder: member.userId, dueAt: inOneHour() })),
      });
    expect(asked.opened).toHaveLength(2);
    for (const { member } of [therapist, client]) {
      await member.sync();
      const [owed] = member.owes();
      expect(owed?.question?.shown).toMatchObject({
        kind: 'event',
        event: { event: 'eligibility_decision' },
      });
      expect(owed?.question?.author.displayName).toBe('Pat Prescriber');
      await member.answer(owed?.ref ?? '', { note: 'Read and understood.' });
    }
    for (const { member } of [prescriber, therapist]) await member.sync();
    expect(prescriber.member.owed().map(({ state }) => state)).toEqual(['answered', 'answered']);
    expect(heads(therapist.member, opened.caseId)).toEqual(heads(prescriber.member, opened.caseId));
  }, 60_000);

  it('keeps the clinicians lane from the client and verifies every chain', async () => {
    const { therapist, prescriber, client } = scene;
    const [opened] = therapist.member.cases();
    await opened?.lane('clinicians').note('The client must never see this.');
    for (const { member } of [prescriber, client]) await member.sync();
    const [seen] = client.member.cases();
    expect(seen?.lanes.map(({ lane }) => lane)).toEqual(['care_team']);
    for (const { member } of [therapist, prescriber, client]) {
      const report = await member.verify();
      expect(report.ok).toBe(true);
      expect(report.chains.every(({ serverAgrees }) => serverAgrees === true)).toBe(true);
    }
    const everybody = [therapist, prescriber, client].map(({ member }) => member.userId);
    expect(client.member.safetyNumber(everybody)).toBe(therapist.member.safetyNumber(everybody));
  }, 60_000);
});

function heads(member: MemberSession, caseId: string): readonly string[] {
  return member.case(caseId).lanes.map((lane) => lane.headCode());
}
