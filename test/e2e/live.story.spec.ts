import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleOf } from '#clinical';
import { Member, memoryStore, type MemberEvent, type MemberSession } from '#client';
import { FileStore } from '#client/file';
import { foundAt, joinAt, newRealScene, openRealCase, type RealScene } from '../support/client/real.scene.js';
import { codeOf, notesOf } from '../support/client/shown.js';

/** Resolves when a listener has heard what it waits for. */
function heard(member: MemberSession, wanted: (event: MemberEvent) => boolean): Promise<MemberEvent> {
  return new Promise((resolve) => {
    const off = member.on((event) => {
      if (!wanted(event)) return;
      off();
      resolve(event);
    });
  });
}

const isNote =
  (text: string) =>
  (event: MemberEvent): boolean =>
    event.kind === 'entry' && event.entry.shown.kind === 'note' && event.entry.shown.note.text === text;

describe('three people at a real service, live', () => {
  let scene: RealScene;

  beforeAll(async () => {
    scene = await newRealScene();
  }, 120_000);

  afterAll(async () => {
    await scene.close();
  });

  it('hear each other at once, write at once, and agree on one order', async () => {
    const { therapist, prescriber, client } = scene;
    const opened = await openRealCase(scene);
    const members = [therapist, prescriber, client].map(({ member }) => member);
    for (const member of members) await member.connect();
    const lane = (member: MemberSession) => member.case(opened.caseId).lane('care_team');
    const arrives = heard(client.member, isNote('Can you hear me?'));
    await lane(therapist.member).note('Can you hear me?');
    await arrives;
    const texts = members.flatMap((_, index) => [1, 2, 3, 4].map((n) => `${String(index)}.${String(n)}`));
    await Promise.all(
      texts.map((text) => {
        const member = members[Number(text.split('.')[0])] ?? therapist.member;
        return lane(member).note(text);
      }),
    );
    for (const member of members) await member.sync();
    const [first, ...others] = members.map((member) => notesOf(lane(member)));
    expect([...(first ?? [])].sort()).toEqual(['Can you hear me?', ...texts].sort());
    for (const other of others) expect(other).toEqual(first);
    expect(new Set(members.map((member) => lane(member).headCode())).size).toBe(1);
  }, 60_000);

  it('are told who is owed what, and lose a colleague whose attestation was revoked', async () => {
    const { administrator, therapist, prescriber, client } = scene;
    const [seen] = prescriber.member.cases();
    const care = seen?.lane('care_team');
    const dueAt = new Date(Date.now() + 3_600_000);
    const sent = await care?.post(exampleOf('dose_order'), {
      ask: [{ responder: client.member.userId, dueAt }],
    });
    await client.member.sync();
    expect(client.member.owes().map(({ ref }) => ref)).toEqual(sent?.opened);
    const prescribers = administrator.people().find(({ role }) => role === 'prescriber');
    await administrator.revoke(prescribers?.attestHash ?? '', 'left_organisation');
    const gone = heard(client.member, isNote('Without the prescriber'));
    await therapist.member.cases()[0]?.lane('care_team').note('Without the prescriber');
    await gone;
    const roles = client.member
      .cases()[0]
      ?.lane('care_team')
      .roster()
      .map(({ role }) => role);
    expect(roles?.sort()).toEqual(['client', 'therapist']);
    await prescriber.member.sync();
    expect(notesOf(prescriber.member.cases()[0]?.lane('care_team') ?? fail())).not.toContain(
      'Without the prescriber',
    );
  }, 60_000);
});

function fail(): never {
  throw new Error('no such lane');
}

describe('links and key files at a real service', () => {
  let scene: RealScene;
  let folder: string;

  beforeAll(async () => {
    scene = await newRealScene();
    folder = await mkdtemp(join(tmpdir(), 'trialogue-e2e-'));
  }, 120_000);

  afterAll(async () => {
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('tells used, late, withdrawn and foreign links apart', async () => {
    const { administrator, service } = scene;
    const join = (link: string, url = service.url) =>
      codeOf(Member.join({ link, url, displayName: 'Joiner', store: memoryStore() }));
    const used = await administrator.invite({ role: 'coordinator' });
    expect(await join(used.link)).toBe('no problem');
    expect(await join(used.link)).toBe('invite.used');
    const late = await administrator.invite({ role: 'coordinator', claimWithinMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await join(late.link)).toBe('invite.expired');
    const withdrawn = await administrator.invite({ role: 'coordinator' });
    await administrator.revoke(withdrawn.attestHash);
    expect(await join(withdrawn.link)).toBe('invite.revoked');
    const { link } = await administrator.invite({ role: 'coordinator' });
    expect(await join(link, 'http://127.0.0.1:9')).toBe('link.foreign');
    const elsewhere = link.replace(/join\/[0-9a-f]{32}/u, `join/${'0'.repeat(32)}`);
    expect(await join(elsewhere)).toBe('link.foreign');
  }, 60_000);

  it('carries a person in an encrypted file from one run to the next', async () => {
    const { administrator } = scene;
    const { link } = await administrator.invite({ role: 'therapist' });
    const file = { path: join(folder, 'therapist.keys'), passphrase: 'between two sessions' };
    const joined = await Member.join({ link, displayName: 'Filed', store: await FileStore.create(file) });
    expect(joined.recoveryWords).toHaveLength(24);
    await joined.member.sync();
    await joined.member.close();
    const again = await Member.open({ store: await FileStore.open(file) });
    expect(again.userId).toBe(joined.member.userId);
    await again.sync();
    expect(again.organisations().map(({ name }) => name)).toEqual(['Clinic']);
    await again.contacts.setEmail('filed@example.org');
    expect(await again.contacts.list()).toEqual([{ channel: 'email', address: 'filed@example.org' }]);
    await again.close();
  }, 60_000);

  it('opens a case across two organisations that were introduced', async () => {
    const { administrator, service, therapist, client } = scene;
    const medical = await foundAt(service, 'Medical');
    await medical.introduce(administrator.organisationId);
    const outside = await joinAt(medical, 'prescriber', 'Olga Outside');
    await therapist.member.sync();
    const opened = await therapist.member.openCase({
      client: client.member.userId,
      clinicians: [outside.member.userId],
    });
    await outside.member.sync();
    await outside.member.case(opened.caseId).lane('care_team').post(exampleOf('eligibility_decision'));
    await client.member.sync();
    const decisions = client.member
      .case(opened.caseId)
      .timeline()
      .filter(({ shown }) => shown.kind === 'event');
    expect(decisions.map(({ author }) => author.role)).toEqual(['prescriber']);
    expect((await client.member.verify()).ok).toBe(true);
    await outside.member.close();
    await medical.close();
  }, 60_000);
});
