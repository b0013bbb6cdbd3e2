import { fromBase64Url, parseEntry } from '#protocol';
import type { Lane, MemberEvent } from '#client';
import { Insider, note, withHeader } from '../support/client/insider.js';
import { comeBack, newScene, openCase, type Scene } from '../support/client/scene.js';
import { codeOf, laneOf, notesOf, syncAll } from '../support/client/shown.js';
import type { ServiceDouble } from '../support/client/service.double.js';

async function caseWithNotes(): Promise<Scene & { readonly lane: Lane; readonly threadId: string }> {
  const scene = await newScene();
  const lane = (await openCase(scene)).lane('care_team');
  await syncAll([scene.prescriber, scene.client]);
  return { ...scene, lane, threadId: lane.threadId };
}

/** The service rearranges what it serves of one chain. */
function rearrange(
  service: ServiceDouble,
  threadId: string,
  change: (entries: string[], afterSeq: number) => string[],
): void {
  service.tamper = (reply, { name, body }) => {
    if (name !== 'sync' && name !== 'chain.sync') return reply;
    const { cursors } = body as { cursors: { chainId: string; afterSeq: number }[] };
    const pages = (reply as { chains: { chainId: string; entries: string[] }[] }).chains;
    const chains = pages.map((page) => {
      const afterSeq = cursors.find(({ chainId }) => chainId === page.chainId)?.afterSeq ?? 0;
      return page.chainId === threadId ? { ...page, entries: change(page.entries, afterSeq) } : page;
    });
    return { chains };
  };
}

describe('what the service serves', () => {
  it('A6 entries in another order freeze the lane until they come in theirs', async () => {
    const { service, client, lane, threadId } = await caseWithNotes();
    await lane.note('First');
    await lane.note('Second');
    rearrange(service, threadId, (entries) => [...entries].reverse());
    await client.member.sync();
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'seq_gap', signedFork: false });
    expect(notesOf(laneOf(client))).toEqual([]);
    expect(await codeOf(laneOf(client).note('Not while frozen'))).toBe('lane.frozen');
    service.tamper = undefined;
    await client.member.sync();
    expect(laneOf(client).health()).toEqual({ state: 'current' });
    expect(notesOf(laneOf(client))).toEqual(['First', 'Second']);
    expect(client.member.drafts()).toMatchObject([{ state: 'failed', problem: 'lane.frozen' }]);
  });

  it('A7 an entry dropped in the middle freezes the lane, and the freeze outlives a restart', async () => {
    const { service, client, lane, threadId } = await caseWithNotes();
    await lane.note('First');
    await lane.note('Dropped');
    await lane.note('Third');
    const dropped = service.chain(threadId).entries.length - 1;
    rearrange(service, threadId, (entries) =>
      entries.filter((text) => parseEntry(fromBase64Url(text)).header.seq !== dropped),
    );
    await client.member.sync();
    expect(notesOf(laneOf(client))).toEqual(['First']);
    await comeBack(service, client);
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', atSeq: dropped + 1, rule: 'seq_gap' });
    expect(notesOf(laneOf(client))).toEqual(['First']);
    service.tamper = undefined;
    await client.member.sync();
    expect(notesOf(laneOf(client))).toEqual(['First', 'Dropped', 'Third']);
  });

  it('A9 an entry served again in the same thread is shown once', async () => {
    const { service, client, lane, threadId } = await caseWithNotes();
    await lane.note('Only once');
    const last = service.chain(threadId).entries.at(-1) ?? new Uint8Array();
    await client.member.connect();
    for (let times = 0; times < 3; times += 1) service.push(threadId, last);
    rearrange(service, threadId, (entries) => [...entries, ...entries]);
    await client.member.sync();
    expect(notesOf(laneOf(client))).toEqual(['Only once']);
    expect(laneOf(client).health()).toEqual({ state: 'current' });
    await client.member.close();
  });

  it('A9 an entry of one lane served in the other one freezes it', async () => {
    const scene = await caseWithNotes();
    const { service, prescriber, therapist } = scene;
    const clinicians = laneOf(therapist, 'clinicians');
    await laneOf(therapist).note('For everybody');
    const stolen = service.chain(scene.threadId).entries.at(-1) ?? new Uint8Array();
    service.force(clinicians.threadId, stolen);
    await prescriber.member.sync();
    expect(laneOf(prescriber, 'clinicians').health()).toMatchObject({ state: 'frozen' });
    expect(notesOf(laneOf(prescriber, 'clinicians'))).toEqual([]);
    expect(laneOf(prescriber).health()).toEqual({ state: 'current' });
  });

  it('A5 two views that meet are an alarm, and a signed fork never thaws', async () => {
    const { service, therapist, prescriber, lane, threadId } = await caseWithNotes();
    const events: MemberEvent[] = [];
    therapist.member.on((event) => events.push(event));
    const common = service.chain(threadId).entries.length;
    await lane.note('The view of one');
    const [own] = service.chain(threadId).entries.slice(common);
    service.truncate(threadId, common);
    await laneOf(prescriber).note('The view of the other');
    await therapist.member.sync();
    const frozen = { state: 'frozen', signedFork: true };
    expect(lane.health()).toMatchObject(frozen);
    expect(events).toContainEqual({ kind: 'fork_alarm', chainId: threadId, seq: common + 1, signed: true });
    expect(notesOf(lane)).toEqual(['The view of one']);
    expect(lane.headCode()).not.toBe(laneOf(prescriber).headCode());
    service.truncate(threadId, common);
    service.force(threadId, own ?? new Uint8Array());
    await therapist.member.sync();
    await comeBack(service, therapist);
    await therapist.member.sync();
    expect(laneOf(therapist).health()).toMatchObject(frozen);
    expect(await codeOf(laneOf(therapist).note('Never again here'))).toBe('lane.frozen');
  });

  it('A5 a push of another entry at a place I hold is an alarm, and nothing more when the service backs down', async () => {
    const { service, therapist, prescriber, lane, threadId } = await caseWithNotes();
    const common = service.chain(threadId).entries.length;
    const insider = await Insider.of(service, prescriber);
    const other = insider.message(threadId, { content: note('Shown to nobody else') });
    await lane.note('What everybody has');
    const events: MemberEvent[] = [];
    await therapist.member.connect();
    therapist.member.on((event) => events.push(event));
    service.push(threadId, other.bytes);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(events).toContainEqual({ kind: 'fork_alarm', chainId: threadId, seq: common + 1, signed: true });
    expect(notesOf(lane)).toEqual(['What everybody has']);
    await therapist.member.close();
  });

  it('A15 a record does not pass as one of another type', async () => {
    const { service, client, lane, threadId, therapist } = await caseWithNotes();
    const insider = await Insider.of(service, therapist);
    const leave = insider.sign(
      { type: 4, chainId: parseEntry(service.chain(threadId).entries[1] ?? new Uint8Array()).header.chainId },
      Uint8Array.of(1),
    );
    service.force(threadId, withHeader(leave, { type: 5 }));
    await client.member.sync();
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'signature' });
    expect(laneOf(client).closed).toBe(false);
    expect(lane.closed).toBe(false);
  });

  it('A16 an entry somebody else signed does not pass as mine', async () => {
    const { service, client, prescriber, therapist, threadId } = await caseWithNotes();
    const insider = await Insider.of(service, prescriber);
    const mine = insider.message(threadId, { content: note('Said the prescriber') });
    service.force(
      threadId,
      withHeader(mine, { authorUser: Uint8Array.from(Buffer.from(therapist.member.userId, 'hex')) }),
    );
    await client.member.sync();
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'device_not_active' });
    expect(notesOf(laneOf(client))).toEqual([]);
  });

  it('A17 an entry of another suite is no entry', async () => {
    const { service, client, prescriber, threadId } = await caseWithNotes();
    const insider = await Insider.of(service, prescriber);
    const { bytes } = insider.message(threadId, {});
    service.force(
      threadId,
      Uint8Array.from(bytes, (byte, index) => (index === 3 ? 0 : byte)),
    );
    await client.member.sync();
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'wire.unknown_magic' });
  });
});
