import { Member, memoryStore } from '#client';
import { toBase64Url } from '#protocol';
import { Insider } from '../support/client/insider.js';
import { newAdministrator, newPlayer, newScene, openCase } from '../support/client/scene.js';
import { newServiceDouble } from '../support/client/service.double.js';
import { codeOf, laneOf, notesOf } from '../support/client/shown.js';

describe('who is who', () => {
  it('A3 a link leads to the organisation it was made for, or nowhere', async () => {
    const service = await newServiceDouble();
    const administrator = await newAdministrator(service, 'Honest');
    const other = await newAdministrator(service, 'Other');
    const { link } = await administrator.invite({ role: 'therapist' });
    const [genesis] = service.chain(other.organisationId).entries;
    service.tamper = (reply, { name }) =>
      name === 'getOrganisationGenesis' ? { entry: toBase64Url(genesis ?? new Uint8Array()) } : reply;
    const join = Member.join({
      link,
      displayName: 'Joiner',
      store: memoryStore(),
      transport: service.transport(),
      patienceMs: 0,
    });
    expect(await codeOf(join)).toBe('link.pin_mismatch');
  });

  it('A3 keys of somebody else are not those of the person asked for', async () => {
    const scene = await newScene();
    const { service, therapist, client, prescriber } = scene;
    const [theirs] = service.chain(prescriber.member.userId).entries;
    const fresh = await newPlayer(service, scene.administrator, 'therapist', 'Fresh');
    service.tamper = (reply, { name }) => {
      if (name !== 'sync') return reply;
      const { chains } = reply as { chains: { chainId: string; entries: string[] }[] };
      return {
        chains: chains.map((page) =>
          page.chainId === client.member.userId
            ? { ...page, entries: [toBase64Url(theirs ?? new Uint8Array())] }
            : page,
        ),
      };
    };
    const joined = await newPlayer(service, scene.administrator, 'coordinator', 'Newcomer');
    const known = joined.member.people().map(({ userId }) => userId);
    expect(known).toContain(fresh.member.userId);
    expect(known).not.toContain(client.member.userId);
    const opening = joined.member.openCase({ client: client.member.userId, clinicians: [] });
    expect(await codeOf(opening)).toBe('person.unknown');
    expect(therapist.member.people().length).toBeGreaterThan(0);
  });

  it('A4 an identity taken back behind a stated head makes the reader wait and keeps him from sending', async () => {
    const scene = await newScene();
    const { service, therapist, prescriber, client } = scene;
    await openCase(scene);
    const insider = await Insider.of(service, prescriber);
    const { userId } = prescriber.member;
    const genuine = insider.nextUserKey();
    service.force(userId, genuine.bytes);
    await laneOf(therapist).note('Under the new key of the prescriber');
    service.truncate(userId, 2);
    await client.member.sync();
    expect(laneOf(client).health()).toEqual({ state: 'waiting', chainId: userId, seq: 3 });
    expect(await codeOf(laneOf(client).note('Not yet'))).toBe('lane.waiting');
    service.force(userId, genuine.bytes);
    await client.member.sync();
    expect(laneOf(client).health()).toEqual({ state: 'current' });
    expect(notesOf(laneOf(client))).toEqual(['Under the new key of the prescriber']);
  });

  it('A4 an identity swapped behind a stated head freezes the reader who sees it for the first time', async () => {
    const scene = await newScene();
    const { service, therapist, prescriber, client } = scene;
    await openCase(scene);
    const insider = await Insider.of(service, prescriber);
    const { userId } = prescriber.member;
    const swapped = insider.nextUserKey();
    service.force(userId, insider.nextUserKey().bytes);
    await laneOf(therapist).note('Under the genuine key of the prescriber');
    service.truncate(userId, 2);
    service.force(userId, swapped.bytes);
    await client.member.sync();
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'fork' });
  });

  it('A4 a key that was swapped later is not wrapped to', async () => {
    const scene = await newScene();
    const { service, therapist, prescriber } = scene;
    await openCase(scene);
    const insider = await Insider.of(service, prescriber);
    const { userId } = prescriber.member;
    const genuine = insider.nextUserKey();
    const swapped = insider.nextUserKey();
    service.force(userId, genuine.bytes);
    await laneOf(therapist).note('The genuine key is known here');
    service.truncate(userId, 2);
    service.force(userId, swapped.bytes);
    await therapist.member.sync();
    expect(await codeOf(laneOf(therapist).note('Not under the swapped key'))).toBe('chain.frozen');
    expect(notesOf(laneOf(therapist))).toEqual(['The genuine key is known here']);
  });

  it('A19 a service that claims an invitation itself has claimed nothing', async () => {
    const service = await newServiceDouble();
    const administrator = await newAdministrator(service);
    const { link } = await administrator.invite({ role: 'prescriber' });
    const store = memoryStore();
    const thief = await newPlayer(service, administrator, 'therapist', 'Thief');
    const chain = service.chain(administrator.organisationId);
    const claim = chain.entries.at(-1) ?? new Uint8Array();
    const forged = Uint8Array.from(claim, (byte, index) => (index === claim.length - 1 ? byte ^ 1 : byte));
    service.truncate(administrator.organisationId, chain.entries.length - 1);
    service.force(administrator.organisationId, forged);
    const join = Member.join({
      link,
      displayName: 'Joiner',
      store,
      transport: service.transport(),
      patienceMs: 0,
    });
    expect(await codeOf(join)).toBe('chain.frozen');
    expect(thief.member.people().filter(({ role }) => role === 'prescriber')).toEqual([]);
  });
});
