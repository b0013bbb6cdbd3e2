import { Member, type Transport } from '#client';
import { inOneHour, newScene, openCase } from '../../support/client/scene.js';

const TWO_HOURS_MS = 2 * 3_600_000;

/** A service that says, whenever it is asked, that nothing is owed and nothing is late. */
function denying(transport: Transport): Transport {
  return {
    ...transport,
    live: (...given) => transport.live(...given),
    request: async (baseUrl, request) => {
      if (request.route === 'listThreadObligations') return { status: 200, body: { obligations: [] } };
      if (request.route === 'listOverdue') return { status: 200, body: { overdue: [], serverTimeMs: 0 } };
      return transport.request(baseUrl, request);
    },
  };
}

describe('a service that hides what is overdue', () => {
  it('hides it from nobody: both sides see it, from signed entries alone', async () => {
    const scene = await newScene();
    const { service, therapist, prescriber } = scene;
    const lane = (await openCase(scene)).lane('clinicians');
    const { opened } = await lane.note('May we go on?', {
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    const laterMs = Date.now() + TWO_HOURS_MS;
    for (const player of [therapist, prescriber]) {
      await player.member.close();
      const transport = denying(service.transport());
      player.member = await Member.open({ store: player.store, transport, patienceMs: 0 });
      await player.member.sync();
      expect(await player.member.standings(lane.threadId)).toEqual([]);
    }
    const overdue = { ref: opened[0], overdue: true, state: 'open', nobodyAccountable: false };
    expect(therapist.member.owed(laterMs)).toEqual([expect.objectContaining(overdue)]);
    expect(prescriber.member.owes(laterMs)).toEqual([expect.objectContaining(overdue)]);
  });
});
