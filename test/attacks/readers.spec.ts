import { rowWishOf } from '../support/client/wishes.js';
import { Insider } from '../support/client/insider.js';
import { newPlayer, newScene, openCase, type Scene } from '../support/client/scene.js';
import { codeOf, laneOf, notesOf, seenBy, syncAll } from '../support/client/shown.js';
import { LEAVE_REASON, THREAD, encodeReason, fromHex, parseEntry, toBase64Url, toHex } from '#protocol';

async function caseOf(): Promise<Scene & { readonly threadId: string }> {
  const scene = await newScene();
  const opened = await openCase(scene);
  return { ...scene, threadId: opened.lane('care_team').threadId };
}

describe('who reads', () => {
  it('A1 a ghost whom the service lets write himself into the roster freezes the lane and reads nothing', async () => {
    const { service, administrator, therapist, prescriber, client, threadId } = await caseOf();
    const ghost = await newPlayer(service, administrator, 'therapist', 'Ghost');
    const insider = await Insider.of(service, ghost);
    const put = [rowWishOf(service, ghost.member.userId)];
    service.force(threadId, insider.rotate(threadId, { put }).entry.bytes);
    for (const player of [therapist, prescriber, client]) {
      await player.member.sync();
      expect(laneOf(player).health()).toMatchObject({ state: 'frozen', rule: 'author_has_no_row' });
      expect(
        laneOf(player)
          .roster()
          .map(({ userId }) => userId),
      ).not.toContain(ghost.member.userId);
      expect(await codeOf(laneOf(player).note('Anybody here?'))).toBe('lane.frozen');
    }
    service.generous = true;
    await ghost.member.sync();
    expect(ghost.member.cases().flatMap((seen) => notesOf(seen.lane('care_team')))).toEqual([]);
  });

  it('A1 a member who may not add people adds nobody, whatever the service lets through', async () => {
    const { service, administrator, therapist, prescriber, client, threadId } = await caseOf();
    const ghost = await newPlayer(service, administrator, 'therapist', 'Ghost');
    const insider = await Insider.of(service, client);
    const put = [rowWishOf(service, ghost.member.userId)];
    service.force(threadId, insider.rotate(threadId, { put }).entry.bytes);
    await syncAll([therapist, prescriber]);
    expect(laneOf(therapist).health()).toMatchObject({ state: 'frozen', rule: 'adder_needed' });
    expect(laneOf(prescriber).roster()).toHaveLength(3);
  });

  it('A1 an administrator and a service together cannot add a reader either', async () => {
    const { service, administrator, therapist, threadId } = await caseOf();
    const before = laneOf(therapist)
      .roster()
      .map(({ userId }) => userId);
    const ghost = await newPlayer(service, administrator, 'prescriber', 'Ghost');
    await laneOf(therapist).note('After the ghost was attested');
    service.generous = true;
    await ghost.member.sync();
    expect(
      laneOf(therapist)
        .roster()
        .map(({ userId }) => userId),
    ).toEqual(before);
    const thread = ghost.member
      .cases()
      .flatMap(({ lanes }) => lanes)
      .find((lane) => lane.threadId === threadId);
    expect(thread?.timeline().filter(({ shown }) => shown.kind === 'note')).toEqual([]);
  });

  it('A2 a device the person never had writes nothing in his name', async () => {
    const { service, administrator, therapist, client, threadId } = await caseOf();
    const ghost = await Insider.of(service, await newPlayer(service, administrator, 'therapist', 'Ghost'));
    const authorUser = fromHex(therapist.member.userId);
    const chainId = fromHex(threadId);
    const body = encodeReason(LEAVE_REASON.unspecified);
    service.force(threadId, ghost.sign({ type: THREAD.leave, chainId, authorUser }, body).bytes);
    await client.member.sync();
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'device_not_active' });
    expect(
      laneOf(client)
        .roster()
        .filter(({ left }) => left),
    ).toEqual([]);
  });

  it('A11 a revoke that the service keeps quiet about still ends the reading with the next message', async () => {
    const { service, administrator, therapist, prescriber, client } = await caseOf();
    await laneOf(therapist).note('While everybody may read');
    await prescriber.member.sync();
    const revoked = administrator.people().find(({ role }) => role === 'prescriber');
    service.mute = true;
    await administrator.revoke(revoked?.attestHash ?? '');
    await laneOf(therapist).note('Not for the prescriber');
    service.generous = true;
    await syncAll([prescriber, client]);
    expect(notesOf(laneOf(client))).toEqual(['While everybody may read', 'Not for the prescriber']);
    expect(notesOf(laneOf(prescriber))).toEqual(['While everybody may read']);
    const [last] = seenBy([prescriber], laneOf(prescriber).timeline().length);
    expect(last).toMatchObject({ kind: 'unreadable', reason: 'no_epoch_secret' });
    expect(
      laneOf(client)
        .roster()
        .map(({ role }) => role)
        .sort(),
    ).toEqual(['client', 'therapist']);
  });

  it('A11 a new key that another lane states keeps this one from writing under the old key', async () => {
    const { service, therapist, prescriber, threadId } = await caseOf();
    const clinicians = laneOf(therapist, 'clinicians').threadId;
    const insider = await Insider.of(service, prescriber);
    const { userId } = prescriber.member;
    const before = service.chain(userId).entries.length;
    const standing = service.identity(userId);
    const head = { seq: before, hash: toBase64Url(standing?.head ?? new Uint8Array()) };
    service.force(userId, insider.nextUserKey().bytes);
    service.force(clinicians, insider.rotate(clinicians).entry.bytes);
    service.tamper = (reply, { name, body, caller }) => {
      const hers = caller?.kind === 'device' && caller.userId === therapist.member.userId;
      if (!hers || (name !== 'sync' && name !== 'heads')) return reply;
      const { cursors = [] } = body as { cursors?: { chainId: string; afterSeq: number }[] };
      const afterSeq = cursors.find(({ chainId }) => chainId === userId)?.afterSeq ?? 0;
      return JSON.parse(JSON.stringify(reply), (_, part: { chainId?: string; entries?: string[] } | null) => {
        if (part?.chainId !== userId) return part;
        const entries = part.entries?.slice(0, Math.max(0, before - afterSeq));
        return { ...part, ...(entries && { entries }), head };
      }) as unknown;
    };
    await therapist.member.sync();
    expect(laneOf(therapist, 'clinicians').health()).toMatchObject({ state: 'waiting', chainId: userId });
    const received = service.received.length;
    expect(await codeOf(laneOf(therapist).note('Under whose key?'))).toBe('lane.waiting');
    expect(service.received).toHaveLength(received);
    service.tamper = undefined;
    const [draft] = therapist.member.drafts();
    await therapist.member.resend(draft?.draftId ?? '');
    const types = service.chain(threadId).entries.map((bytes) => parseEntry(bytes).header.type);
    expect(types.slice(-2)).toEqual([THREAD.rotate, THREAD.message]);
  });

  it('A12 a service that swallows the healing rotation gets no message under the old epoch', async () => {
    const { service, administrator, therapist, threadId } = await caseOf();
    const revoked = administrator.people().find(({ role }) => role === 'prescriber');
    await administrator.revoke(revoked?.attestHash ?? '');
    const before = service.chain(threadId).entries.length;
    service.refuse = (name) => (name === 'appendEntry' ? 'service.unavailable' : undefined);
    expect(await codeOf(laneOf(therapist).note('Must not leave'))).toBe('service.unavailable');
    const types = service.received.filter((bytes) => toHex(parseEntry(bytes).header.chainId) === threadId);
    expect(parseEntry(types.at(-1) ?? new Uint8Array()).header.type).toBe(THREAD.rotate);
    expect(service.chain(threadId).entries).toHaveLength(before);
    service.refuse = undefined;
    await therapist.member.sync();
    expect(notesOf(laneOf(therapist))).toEqual(['Must not leave']);
    expect(
      laneOf(therapist)
        .roster()
        .map(({ role }) => role)
        .sort(),
    ).toEqual(['client', 'therapist']);
  });

  it('A1 a second thread in the place of a lane is listed, and neither is written into until one is left', async () => {
    const { service, therapist, prescriber, client, threadId } = await caseOf();
    const { userId } = prescriber.member;
    const insider = await Insider.of(service, prescriber);
    await laneOf(therapist).removeMember(userId);
    await client.member.sync();
    const standing = laneOf(client);
    const put = [rowWishOf(service, userId), rowWishOf(service, client.member.userId)];
    const second = insider.foundBeside(threadId, put);
    await client.member.sync();
    const [seen] = client.member.cases();
    const both = seen?.lanes.filter(({ lane }) => lane === 'care_team') ?? [];
    expect(both.map((lane) => lane.threadId).sort()).toEqual([threadId, second].sort());
    expect(() => laneOf(client)).toThrow('Two threads claim to be this lane');
    const before = service.received.length;
    for (const lane of both) expect(await codeOf(lane.note('Which one?'))).toBe('lane.ambiguous');
    expect(await codeOf(standing.note('Which one?'))).toBe('lane.ambiguous');
    expect(service.received).toHaveLength(before);
    await both.find((lane) => lane.threadId === second)?.leave();
    expect(laneOf(client).threadId).toBe(threadId);
    await laneOf(client).note('The old one');
    expect(notesOf(laneOf(client))).toEqual(['The old one']);
  });

  it('A25 the client gets no row in the clinicians lane, in any role, from anybody', async () => {
    const { service, administrator, therapist, prescriber, client } = await caseOf();
    const clinicians = laneOf(therapist, 'clinicians');
    const { genesisHash, userId } = client.member;
    await administrator.attest({ genesisHash, role: 'coordinator' });
    await therapist.member.sync();
    for (const role of ['client', 'coordinator'] as const) {
      const refused = await codeOf(clinicians.addMember({ userId, role }));
      expect(refused).toBe('person.client_in_clinicians_lane');
    }
    const insider = await Insider.of(service, prescriber);
    const put = [rowWishOf(service, userId, 'coordinator')];
    service.force(clinicians.threadId, insider.rotate(clinicians.threadId, { put }).entry.bytes);
    await therapist.member.sync();
    expect(clinicians.health()).toMatchObject({ state: 'frozen', rule: 'client_in_clinicians_lane' });
    expect(clinicians.roster().map((row) => row.userId)).not.toContain(userId);
  });
});
