import { exampleOf } from '#clinical';
import type { Lane } from '#client';
import { CONTENT, ROLE, roleMask } from '#protocol';
import { ContinuedScene, caseOf } from '../../support/client/continued.scene.js';
import { Insider } from '../../support/client/insider.js';
import { newPlayer, type Player } from '../../support/client/scene.js';
import { codeOf, laneOf, lastShown } from '../../support/client/shown.js';
import { rowWishOf } from '../../support/client/wishes.js';

const NOW_MS = Date.parse('2026-12-01T12:00:00Z');
const AMBIGUOUS = expect.objectContaining({ code: 'lane.ambiguous' }) as Error;

/** The dose in force, as its reader re-enters it. */
function readingBack(player: Player, changes: object = {}) {
  const dose = caseOf(player).standing(NOW_MS).dose?.decided;
  if (dose?.event.regimen == null) throw new Error('no dose is in force');
  const named = { decision: dose.ref, total_ug: dose.event.regimen.max_per_session_ug };
  return { ...exampleOf('dose_read_back', dose.event.decided_at), ...named, ...changes };
}

function laneIn(player: Player, threadId: string): Lane {
  const lane = caseOf(player).lanes.find((one) => one.threadId === threadId);
  if (lane === undefined) throw new Error('no such thread here');
  return lane;
}

/** The reply as if the service held no such chain. */
function withoutChain(reply: unknown, chainId: string): unknown {
  return JSON.parse(JSON.stringify(reply), (_, part: unknown) =>
    Array.isArray(part) ? part.filter((one: { chainId?: string } | null) => one?.chainId !== chainId) : part,
  ) as unknown;
}

describe('a lane that goes on in a later thread', () => {
  it('still holds what stood in the earlier one', async () => {
    const continued = await ContinuedScene.of();
    const { therapist, client } = continued.scene;
    const { ref } = await laneOf(client).post(exampleOf('hold'));
    const predecessor = continued.predecessor();
    const { counted } = caseOf(client).standing(NOW_MS).lanes.care_team;
    await laneOf(client).note('After the last entry both sides agree on');
    const later = await continued.carryOn(therapist, { from: predecessor });
    await client.member.sync();
    const lane = laneOf(client);
    expect(lane.threadId).toBe(later);
    const { holds, lanes } = caseOf(client).standing(NOW_MS);
    expect(holds).toMatchObject([{ ref }]);
    expect(lanes.care_team.ref).toBe(lane.timeline().at(-1)?.ref);
    expect(lanes.care_team.counted).toBe(counted);
  });

  it('does not lose a hold that was written behind the entry it is carried on from', async () => {
    const continued = await ContinuedScene.of();
    const { service, prescriber, client } = continued.scene;
    const from = continued.predecessor();
    await laneOf(client).note('A note alone stops nothing');
    await continued.carryOn(prescriber, { from });
    await client.member.sync();
    expect(continued.gate(client).verdict).toBe('go');
    const insider = await Insider.of(service, prescriber);
    const hold = { contentType: CONTENT.event, content: exampleOf('hold') };
    service.force(continued.threadId, insider.message(continued.threadId, hold).bytes);
    await client.member.sync();
    expect(continued.gate(client)).toMatchObject({ verdict: 'no_go', because: ['written_aside'] });
  });

  it('is nowhere in particular when two carry it on', async () => {
    const continued = await ContinuedScene.of();
    const { prescriber, client } = continued.scene;
    for (let n = 0; n < 2; n += 1) await continued.carryOn(prescriber);
    await client.member.sync();
    expect(() => continued.gate(client)).toThrow(AMBIGUOUS);
  });
});

describe('a lane that two carry on', () => {
  it('says which threads they are, and goes on in the other once somebody who may has closed the wrong one', async () => {
    const continued = await ContinuedScene.of();
    const { therapist, prescriber, client } = continued.scene;
    const right = await continued.carryOn(therapist);
    const wrong = await continued.carryOn(prescriber);
    await continued.sync();
    const threads = [right, wrong].sort();
    for (const player of continued.everybody) {
      expect(() => continued.gate(player)).toThrow(
        expect.objectContaining({ code: 'lane.ambiguous', detail: { threads } }) as Error,
      );
    }
    expect(await codeOf(laneIn(client, wrong).close('opened_in_error'))).toBe('lane.not_permitted');
    await laneIn(prescriber, wrong).close('opened_in_error');
    await continued.sync();
    for (const player of continued.everybody) {
      expect(laneOf(player).threadId).toBe(right);
      expect(continued.gate(player)).toMatchObject({ verdict: 'go', because: [] });
    }
  });

  it('stays red for what was written into the wrong one until it is spoken about where it counts, then is right again', async () => {
    const continued = await ContinuedScene.of();
    const { service, therapist, prescriber, client } = continued.scene;
    const right = await continued.carryOn(therapist);
    const wrong = await continued.carryOn(prescriber);
    const insider = await Insider.of(service, client);
    const hold = { contentType: CONTENT.event, content: exampleOf('hold') };
    service.force(wrong, insider.message(wrong, hold).bytes);
    await continued.sync();
    await laneIn(therapist, wrong).close('opened_in_error');
    await continued.sync();
    const held = laneIn(client, wrong)
      .timeline()
      .find(({ shown }) => shown.kind === 'event');
    for (const player of continued.everybody) {
      const { verdict, reasons } = continued.gate(player);
      expect(verdict).toBe('no_go');
      expect(reasons).toMatchObject([{ code: 'written_aside', entry: held?.ref, mendBy: 'prescriber' }]);
    }
    const about = held?.ref ?? null;
    const told = { event: 'note', schema: 1, about, text: 'We spoke; there is nothing against it.' } as const;
    await laneOf(therapist).post(told);
    await prescriber.member.sync();
    expect(continued.gate(prescriber).verdict).toBe('no_go');
    await laneOf(prescriber).post(told);
    await continued.sync();
    expect(laneOf(prescriber).threadId).toBe(right);
    for (const player of continued.everybody) {
      expect(continued.gate(player)).toMatchObject({ verdict: 'go', because: [] });
    }
  });

  it('is red while somebody else may write in the one I left, until a prescriber says that it does not count', async () => {
    const continued = await ContinuedScene.of();
    const { service, administrator, therapist, prescriber } = continued.scene;
    const colleague = await newPlayer(service, administrator, 'therapist', 'Kit Colleague');
    await continued.carryOn(prescriber);
    const wrong = await continued.carryOn(therapist, { people: [...continued.everybody, colleague] });
    await continued.sync();
    for (const player of continued.everybody) await laneIn(player, wrong).leave();
    await continued.sync();
    const [founding] = laneIn(therapist, wrong).timeline();
    expect(continued.gate(therapist).reasons).toMatchObject([
      { code: 'thread_beside', entry: founding?.ref, mendBy: 'prescriber' },
    ]);
    const about = founding?.ref ?? null;
    await laneOf(prescriber).post({ event: 'note', schema: 1, about, text: 'Opened in error.' });
    await continued.sync();
    for (const player of continued.everybody) expect(continued.gate(player).verdict).toBe('go');
  });

  it('does not lose what was written into a thread that carries the wrong one on', async () => {
    const continued = await ContinuedScene.of();
    const { service, therapist, prescriber, client } = continued.scene;
    await continued.carryOn(therapist);
    const wrong = await continued.carryOn(prescriber);
    const further = await continued.carryOn(prescriber, { from: continued.predecessor(wrong) });
    const insider = await Insider.of(service, client);
    const hold = { contentType: CONTENT.event, content: exampleOf('hold') };
    service.force(further, insider.message(further, hold).bytes);
    await continued.sync();
    for (const threadId of [wrong, further]) await laneIn(therapist, threadId).close('opened_in_error');
    await client.member.sync();
    expect(continued.gate(client)).toMatchObject({ verdict: 'no_go', because: ['written_aside'] });
  });
});

describe('a thread that claims to be the lane and goes on from nothing of it', () => {
  const NOTHING = { predecessorGenesis: new Uint8Array(32), predecessorHead: new Uint8Array(32) };
  const STOP = { contentType: CONTENT.event, content: exampleOf('hold') };
  const REPORT = { contentType: CONTENT.event, content: exampleOf('medication_change') };

  it('shuts the gate for what a member of the lane said there to stop, until it is spoken about', async () => {
    const continued = await ContinuedScene.of();
    const { service, therapist, prescriber, client } = continued.scene;
    const twin = await continued.carryOn(therapist, { from: NOTHING });
    const insider = await Insider.of(service, client);
    for (const said of [STOP, REPORT]) service.force(twin, insider.message(twin, said).bytes);
    await continued.sync();
    await laneIn(therapist, twin).close('opened_in_error');
    await continued.sync();
    const [hold] = laneIn(client, twin)
      .timeline()
      .filter(({ shown }) => shown.kind === 'event');
    const about = hold?.ref ?? null;
    for (const player of continued.everybody) {
      expect(continued.gate(player).reasons).toMatchObject([{ code: 'written_aside', entry: about }]);
    }
    await laneOf(prescriber).post({ event: 'note', schema: 1, about, text: 'We spoke about it.' });
    await continued.sync();
    for (const player of continued.everybody) expect(continued.gate(player).verdict).toBe('go');
  });

  it('shuts it for a decision that was taken there too: the one in force may be the wrong one', async () => {
    const continued = await ContinuedScene.of();
    const { service, prescriber } = continued.scene;
    const twin = await continued.carryOn(prescriber, { from: NOTHING });
    const insider = await Insider.of(service, prescriber);
    const dose = { contentType: CONTENT.event, content: exampleOf('dose_order') };
    service.force(twin, insider.message(twin, dose).bytes);
    await continued.sync();
    await laneIn(prescriber, twin).close('opened_in_error');
    await continued.sync();
    for (const player of continued.everybody)
      expect(continued.gate(player).because).toEqual(['written_aside']);
  });

  it('bars nobody by what somebody says there who is not in the lane', async () => {
    const continued = await ContinuedScene.of();
    const { service, administrator, therapist } = continued.scene;
    const stranger = await newPlayer(service, administrator, 'therapist', 'Kit Stranger');
    const people = [...continued.everybody, stranger];
    const twin = await continued.carryOn(therapist, { from: NOTHING, people });
    const insider = await Insider.of(service, stranger);
    service.force(twin, insider.message(twin, STOP).bytes);
    await continued.sync();
    for (const player of continued.everybody) await laneIn(player, twin).leave();
    await continued.sync();
    for (const player of continued.everybody) expect(continued.gate(player).verdict).toBe('go');
  });
});

describe('a lane that is carried on twice', () => {
  it('is one lane, although all its threads are open', async () => {
    const continued = await ContinuedScene.of();
    const { therapist, prescriber, client } = continued.scene;
    const second = await continued.carryOn(therapist);
    const third = await continued.carryOn(prescriber, { from: continued.predecessor(second) });
    await client.member.sync();
    expect(laneOf(client).threadId).toBe(third);
    expect(continued.gate(client)).toMatchObject({ verdict: 'go', because: [] });
  });
});

describe('whoever may carry a lane on', () => {
  it('is not somebody who had no place there any more', async () => {
    const continued = await ContinuedScene.of();
    const { therapist, prescriber, client } = continued.scene;
    await laneOf(therapist).removeMember(prescriber.member.userId);
    await continued.carryOn(prescriber);
    await client.member.sync();
    expect(() => continued.gate(client)).toThrow(AMBIGUOUS);
  });

  it('is not somebody who was taken out, however early the entry he goes on from', async () => {
    const continued = await ContinuedScene.of();
    const { therapist, prescriber, client } = continued.scene;
    const from = continued.predecessor();
    await laneOf(therapist).removeMember(prescriber.member.userId);
    await continued.carryOn(prescriber, { from });
    await client.member.sync();
    expect(() => laneOf(client)).toThrow(AMBIGUOUS);
  });

  it('is not somebody who may not say who is in it', async () => {
    const continued = await ContinuedScene.of();
    const { service, client, therapist } = continued.scene;
    const insider = await Insider.of(service, client);
    const put = continued.everybody.map(({ member }) => rowWishOf(service, member.userId));
    insider.foundBeside(continued.threadId, put, {
      ...continued.predecessor(),
      adderRoles: roleMask([ROLE.client]),
    });
    await therapist.member.sync();
    expect(() => laneOf(therapist)).toThrow(AMBIGUOUS);
  });

  it('may have left the earlier thread since, by himself or, once it is closed, with everybody', async () => {
    const continued = await ContinuedScene.of();
    const { therapist, prescriber, client } = continued.scene;
    const later = await continued.carryOn(prescriber);
    await continued.sync();
    const earlierOf = (player: Player) =>
      caseOf(player).lanes.find(({ threadId }) => threadId === continued.threadId);
    await earlierOf(prescriber)?.leave();
    await earlierOf(therapist)?.rotate();
    await client.member.sync();
    expect(laneOf(client).threadId).toBe(later);
    expect(continued.gate(client).verdict).toBe('go');
  });
});

describe('a dose that was decided in an earlier thread', () => {
  it('is read back in the thread that goes on, by its own entry, and the session may begin', async () => {
    const continued = await ContinuedScene.of();
    const { prescriber, therapist, client } = continued.scene;
    const dose = caseOf(prescriber).standing(NOW_MS).dose?.decided;
    if (dose === undefined) throw new Error('no dose is in force');
    const again = {
      ...exampleOf('dose_adjustment', dose.event.decided_at),
      ...{ supersedes: dose.ref, request: null, axes_changed: ['frequency'] },
      regimen: { ...dose.event.regimen, sessions_authorised: 1 },
    };
    await laneOf(prescriber).post(again);
    const later = await continued.carryOn(prescriber);
    await continued.sync();
    expect(continued.gate(client).because).toEqual(['read_back_missing', 'read_back_missing']);
    for (const player of [therapist, client]) {
      const { ref } = await laneOf(player).post(readingBack(player));
      expect(laneOf(player).threadId).toBe(later);
      expect(lastShown(laneOf(player))).toMatchObject({ kind: 'event' });
      expect(ref).toBe(laneOf(player).timeline().at(-1)?.ref);
    }
    await continued.sync();
    for (const player of continued.everybody) {
      expect(continued.gate(player)).toMatchObject({ verdict: 'go', because: [] });
    }
  });

  it('is not read back by another total, nor by the right total of an entry that is no such decision', async () => {
    const continued = await ContinuedScene.of();
    const { prescriber, client } = continued.scene;
    await continued.carryOn(prescriber);
    await continued.sync();
    const post = (changes: object) => codeOf(laneOf(client).post(readingBack(client, changes)));
    const founding = caseOf(client).timeline()[0]?.ref;
    expect(await post({ total_ug: 150_001 })).toBe('event.not_read_back');
    expect(await post({ decision: founding })).toBe('event.not_read_back');
  });

  it('is not read back by an entry behind the one the lane is carried on from', async () => {
    const continued = await ContinuedScene.of();
    const { service, prescriber, client } = continued.scene;
    const from = continued.predecessor();
    const { ref } = await laneOf(prescriber).post(exampleOf('dose_order'));
    const later = await continued.carryOn(prescriber, { from });
    await continued.sync();
    const content = { ...exampleOf('dose_read_back'), decision: ref, total_ug: 150_000 };
    expect(await codeOf(laneOf(client).post(content))).toBe('event.not_read_back');
    const insider = await Insider.of(service, client);
    service.force(later, insider.message(later, { contentType: CONTENT.event, content }).bytes);
    await continued.sync();
    expect(lastShown(laneOf(prescriber))).toMatchObject({ reason: 'read_back.unknown_decision' });
  });

  it('counts as read back however late the earlier thread is served', async () => {
    const continued = await ContinuedScene.of();
    const { service, administrator, prescriber, client } = continued.scene;
    const newcomer = await newPlayer(service, administrator, 'therapist', 'Nia Newcomer');
    await prescriber.member.sync();
    await laneOf(prescriber).addMember({ userId: newcomer.member.userId });
    const before = caseOf(prescriber).standing(NOW_MS).dose?.decided;
    const order = { ...exampleOf('dose_order'), ...before?.event, regimen: before?.event.regimen };
    const named = { supersedes: before?.ref, reason: 'schedule', axes_changed: ['frequency'] };
    await laneOf(prescriber).post({ ...order, ...named, regimen: { ...order.regimen, min_days_between: 6 } });
    await continued.carryOn(prescriber, { people: [...continued.everybody, newcomer] });
    await client.member.sync();
    await laneOf(client).post(readingBack(client));
    service.tamper = (reply, { caller }) =>
      caller?.kind === 'device' && caller.userId === newcomer.member.userId
        ? withoutChain(reply, continued.threadId)
        : reply;
    await newcomer.member.sync();
    const refused = () =>
      laneOf(newcomer)
        .timeline()
        .filter(({ shown }) => shown.kind === 'invalid');
    expect(refused()).toMatchObject([{ shown: { reason: 'read_back.unknown_decision' } }]);
    service.tamper = undefined;
    await newcomer.member.sync();
    expect(caseOf(newcomer).standing(NOW_MS).dose?.readBacks.client.state).toBe('matches');
    expect(refused()).toEqual([]);
  });

  it('keeps the gate shut for somebody to whom the earlier thread was never served', async () => {
    const continued = await ContinuedScene.of();
    const { service, administrator, prescriber } = continued.scene;
    const newcomer = await newPlayer(service, administrator, 'client', 'Nino Newcomer');
    await continued.carryOn(prescriber, { people: [...continued.everybody, newcomer] });
    await newcomer.member.sync();
    expect(continued.gate(newcomer).because).toContain('record_behind');
  });
});
