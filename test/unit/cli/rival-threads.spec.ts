import { failureOf } from '../../../libs/cli/failure.js';
import { laneOfThread, rivalsIn } from '../../../libs/cli/places.js';
import { ContinuedScene, caseOf } from '../../support/client/continued.scene.js';

describe('two threads that claim to be one lane, on the command line', () => {
  it('are named, told how to be mended, and closed one by one', async () => {
    const continued = await ContinuedScene.of();
    const { therapist, prescriber, client } = continued.scene;
    const right = await continued.carryOn(therapist);
    const wrong = await continued.carryOn(prescriber);
    await continued.sync();
    const view = caseOf(client);
    expect(rivalsIn(view)).toEqual([right, wrong].sort());
    expect(laneOfThread(view, wrong.slice(0, 12)).threadId).toBe(wrong);
    expect(() => laneOfThread(view, 'feedfeedfeed')).toThrow('No thread of this case begins with');
    const failure = failureOf(thrownBy(() => continued.gate(client)));
    expect(failure).toMatchObject({ code: 'lane.ambiguous', repair: { threads: [right, wrong].sort() } });
    for (const command of ['close-case <case> --thread', 'leave <case> --thread', 'gate', 'cases']) {
      expect(failure.message).toContain(`trialogue ${command}`);
    }
    await laneOfThread(caseOf(prescriber), wrong).close('opened_in_error');
    await continued.sync();
    expect(rivalsIn(caseOf(client))).toEqual([]);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
