import { exampleOf } from '#clinical';
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
    expect(continued.gate(client)).toMatchObject({ verdict: 'no_go', because: ['record_behind'] });
  });

  it('is nowhere in particular when two carry it on', async () => {
    const continued = await ContinuedScene.of();
    const { prescriber, client } = continued.scene;
    for (let n = 0; n < 2; n += 1) await continued.carryOn(prescriber);
    await client.member.sync();
    expect(() => continued.gate(client)).toThrow(AMBIGUOUS);
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
