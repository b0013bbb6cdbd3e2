import { inOneHour, newScene, openCase } from '../../support/client/scene.js';

describe('three people and a case', () => {
  it('lets everybody read the care-team lane and only clinicians the other one', async () => {
    const scene = await newScene();
    const { therapist, prescriber, client } = scene;
    const opened = await openCase(scene);
    await opened.lane('care_team').note('Good morning to all three');
    await opened.lane('clinicians').note('Between clinicians');
    for (const { member } of [prescriber, client]) await member.sync();
    const texts = (member: typeof client.member): string[] =>
      member
        .case(opened.caseId)
        .timeline()
        .flatMap(({ shown }) => (shown.kind === 'note' ? [shown.note.text] : []));
    expect(texts(prescriber.member)).toEqual(['Good morning to all three', 'Between clinicians']);
    expect(texts(client.member)).toEqual(['Good morning to all three']);
    expect(client.member.case(opened.caseId).lanes.map(({ lane }) => lane)).toEqual(['care_team']);
    expect(therapist.member.case(opened.caseId).client).toBe(client.member.userId);
  });

  it('shows who owes an answer, and the answer', async () => {
    const scene = await newScene();
    const { therapist, prescriber } = scene;
    const lane = (await openCase(scene)).lane('care_team');
    const sent = await lane.note('May we raise the dose?', {
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    const [ref = ''] = sent.opened;
    await prescriber.member.sync();
    expect(prescriber.member.owes().map((owed) => owed.ref)).toEqual([ref]);
    await prescriber.member.acknowledge(ref);
    await prescriber.member.answer(ref, { note: 'Not yet.' });
    expect(prescriber.member.owes()).toEqual([]);
    await therapist.member.sync();
    expect(therapist.member.owed().map(({ state }) => state)).toEqual(['answered']);
    await therapist.member.closeObligation(ref);
    expect(therapist.member.owed()).toEqual([]);
  });
});
