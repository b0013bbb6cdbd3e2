import { exampleOf } from '#clinical';
import { Administrator, Member, memoryStore, type MemberEvent, type Transport } from '#client';
import { DOUBLE_URL, FOUNDING_TOKEN } from '../../support/client/service.double.js';
import {
  comeBack,
  inOneHour,
  newAdministrator,
  newPlayer,
  newScene,
  openCase,
} from '../../support/client/scene.js';
import { codeOf, laneOf, notesOf, syncAll } from '../../support/client/shown.js';

describe('joining by a link', () => {
  const join = (link: string, changes: { readonly url?: string; readonly transport: Transport }) =>
    codeOf(Member.join({ link, displayName: 'Joiner', store: memoryStore(), patienceMs: 0, ...changes }));

  it('tells a used, a late, a withdrawn, a foreign and a broken link apart', async () => {
    const { service, administrator } = await newScene();
    const transport = service.transport();
    const used = await administrator.invite({ role: 'therapist' });
    expect(await join(used.link, { transport })).toBe('no problem');
    expect(await join(used.link, { transport })).toBe('invite.used');
    const late = await administrator.invite({ role: 'therapist', claimWithinMs: -1 });
    expect(await join(late.link, { transport })).toBe('invite.expired');
    const withdrawn = await administrator.invite({ role: 'therapist' });
    await administrator.revoke(withdrawn.attestHash);
    expect(await join(withdrawn.link, { transport })).toBe('invite.revoked');
    const { link } = await administrator.invite({ role: 'therapist' });
    expect(await join(link, { transport, url: 'http://elsewhere.test' })).toBe('link.foreign');
    expect(await join(link.replace(/join\/./u, 'join/z'), { transport })).toBe('link.malformed');
    expect(await join(link.slice(0, -3), { transport })).toBe('link.malformed');
    const unknown = link.replace(/join\/[0-9a-f]{32}/u, `join/${'0'.repeat(32)}`);
    expect(await join(unknown, { transport })).toBe('link.foreign');
  });

  it('does not ask the service whether an invitation is used: the verified chain says so', async () => {
    const { service, administrator, therapist } = await newScene();
    const { link } = await administrator.invite({ role: 'therapist' });
    expect(await join(link, { transport: service.transport() })).toBe('no problem');
    expect(await codeOf(Member.join({ link, displayName: 'Again', store: therapist.store }))).toBe(
      'store.not_empty',
    );
    expect(await codeOf(Member.open({ store: memoryStore() }))).toBe('store.empty');
    expect(await codeOf(Administrator.open({ store: therapist.store }))).toBe('store.other_kind');
  });
});

describe('a lane', () => {
  it('gives a newcomer what is written after he came, and somebody who left nothing more', async () => {
    const scene = await newScene();
    const { service, administrator, therapist, prescriber, client } = scene;
    await openCase(scene);
    await laneOf(therapist).note('Before');
    const newcomer = await newPlayer(service, administrator, 'coordinator', 'Cleo');
    await therapist.member.sync();
    await laneOf(therapist).addMember({ userId: newcomer.member.userId });
    await laneOf(therapist).note('With four');
    await newcomer.member.sync();
    expect(notesOf(laneOf(newcomer))).toEqual(['With four']);
    await laneOf(newcomer).leave('handed_over');
    await laneOf(therapist).note('With three again');
    service.generous = true;
    await syncAll([newcomer, client, prescriber]);
    expect(notesOf(laneOf(newcomer))).toEqual(['With four']);
    expect(await codeOf(laneOf(newcomer).note('One more thing'))).toBe('lane.no_row');
    expect(notesOf(laneOf(client))).toEqual(['Before', 'With four', 'With three again']);
    const left = laneOf(client)
      .timeline()
      .filter(({ shown }) => shown.kind === 'left');
    expect(left.map(({ author, shown }) => [author.displayName, shown])).toEqual([
      ['Cleo', { kind: 'left', reason: 'handed_over' }],
    ]);
  });

  it('shows names only when they open the commitment of their owner, and knows them after a restart', async () => {
    const scene = await newScene();
    const { service, therapist, prescriber, client } = scene;
    await openCase(scene);
    await syncAll([prescriber, client, therapist, prescriber, client]);
    await comeBack(service, client);
    const names = laneOf(client)
      .roster()
      .map(({ displayName }) => displayName)
      .sort();
    expect(names).toEqual(['Chris Client', 'Pat Prescriber', 'Tess Therapist']);
    const profiles = laneOf(client)
      .timeline()
      .filter(({ shown }) => shown.kind === 'profile');
    expect(profiles).toHaveLength(3);
  });

  it('lets only those who may add people change the roster', async () => {
    const scene = await newScene();
    const { service, administrator, therapist, client } = scene;
    await openCase(scene);
    const newcomer = await newPlayer(service, administrator, 'coordinator', 'Cleo');
    await client.member.sync();
    const { userId } = newcomer.member;
    expect(await codeOf(laneOf(client).addMember({ userId }))).toBe('lane.not_permitted');
    expect(await codeOf(laneOf(client).removeMember(therapist.member.userId))).toBe('lane.not_permitted');
    expect(await codeOf(laneOf(therapist).addMember({ userId: 'f'.repeat(32) }))).toBe('person.unknown');
    expect(client.member.drafts()).toEqual([]);
    await laneOf(client).rotate();
    expect(laneOf(client).roster()).toHaveLength(3);
  });

  it('drops a suspended person with the next message and takes him back when an adder adds him', async () => {
    const scene = await newScene();
    const { administrator, therapist, prescriber, client } = scene;
    await openCase(scene);
    const suspended = administrator.people().find(({ role }) => role === 'prescriber');
    await administrator.suspend(suspended?.attestHash ?? '');
    await laneOf(client).note('Without the prescriber');
    await prescriber.member.sync();
    expect(laneOf(prescriber).health()).toEqual({ state: 'not_served' });
    expect(await codeOf(laneOf(prescriber).note('Am I here?'))).toBe('lane.no_row');
    await administrator.liftSuspension(suspended?.attestHash ?? '');
    await therapist.member.sync();
    await laneOf(therapist).addMember({ userId: prescriber.member.userId });
    await laneOf(therapist).note('Welcome back');
    await prescriber.member.sync();
    expect(notesOf(laneOf(prescriber))).toEqual(['Welcome back']);
  });

  it('changes the role of somebody who is attested in both', async () => {
    const scene = await newScene();
    const { administrator, therapist, prescriber } = scene;
    await openCase(scene);
    const { genesisHash, userId } = prescriber.member;
    await administrator.attest({ genesisHash, role: 'director' });
    await therapist.member.sync();
    await laneOf(therapist).changeRole(userId, 'director');
    await prescriber.member.sync();
    expect(laneOf(prescriber).myRole).toBe('director');
    expect(await codeOf(laneOf(prescriber).post(exampleOf('dose_order')))).toBe('event.not_authorised');
  });

  it('closes when nothing is owed, and takes nothing but leaving after that', async () => {
    const scene = await newScene();
    const { therapist, prescriber } = scene;
    await openCase(scene);
    const { opened } = await laneOf(therapist).note('Owed', {
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    expect(await codeOf(laneOf(therapist).close())).toBe('send.refused');
    await therapist.member.withdraw(opened[0] ?? '');
    await laneOf(therapist).close('completed');
    expect(laneOf(therapist).closed).toBe(true);
    expect(await codeOf(laneOf(therapist).note('Too late'))).toBe('lane.closed');
    await prescriber.member.sync();
    expect(laneOf(prescriber).timeline().at(-1)?.shown).toEqual({ kind: 'closed', reason: 'completed' });
  });

  it('works between two organisations that were introduced to each other', async () => {
    const { service, administrator, therapist, client } = await newScene();
    const medical = await newAdministrator(service, 'Medical');
    await medical.introduce(administrator.organisationId);
    const outside = await newPlayer(service, medical, 'prescriber', 'Olga Outside');
    await therapist.member.sync();
    const opened = await therapist.member.openCase({
      client: client.member.userId,
      clinicians: [outside.member.userId],
    });
    await syncAll([outside, client]);
    const decided = await outside.member
      .case(opened.caseId)
      .lane('care_team')
      .post(exampleOf('eligibility_decision'));
    await client.member.sync();
    const seen = laneOf(client)
      .timeline()
      .find(({ seq }) => seq === decided.seq);
    expect(seen).toMatchObject({ shown: { kind: 'event' }, author: { role: 'prescriber' } });
    const organisations = new Set(
      laneOf(client)
        .roster()
        .map(({ organisationId }) => organisationId),
    );
    expect(organisations).toEqual(new Set([administrator.organisationId, medical.organisationId]));
  });
});

describe('answers that are due', () => {
  it('go through acknowledging, waiting, handing over, answering, reopening and closing', async () => {
    const scene = await newScene();
    const { service, administrator, therapist, prescriber } = scene;
    await openCase(scene);
    const colleague = await newPlayer(service, administrator, 'prescriber', 'Colleague');
    await therapist.member.sync();
    await laneOf(therapist).addMember({ userId: colleague.member.userId });
    const { opened } = await laneOf(therapist).note('Please decide', {
      urgency: 'soon',
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    const [ref = ''] = opened;
    await prescriber.member.sync();
    await prescriber.member.acknowledge(ref);
    expect(prescriber.member.obligation(ref)).toMatchObject({ state: 'acknowledged', urgency: 'soon' });
    await prescriber.member.wait(ref, { until: inOneHour(), note: 'Waiting for the lab' });
    await prescriber.member.handOver(ref, { to: colleague.member.userId });
    await colleague.member.sync();
    expect(colleague.member.owes().map((owed) => owed.ref)).toEqual([ref]);
    await colleague.member.acknowledge(ref);
    expect(colleague.member.obligation(ref).owner).toBe(colleague.member.userId);
    await prescriber.member.sync();
    expect(prescriber.member.owes()).toEqual([]);
    await colleague.member.answer(ref, { note: 'Done' });
    await therapist.member.sync();
    await therapist.member.reopen(ref, { dueAt: inOneHour(), note: 'Not quite' });
    await colleague.member.sync();
    const theirs = [colleague, prescriber].flatMap(({ member }) => member.owes());
    expect(theirs.map((owed) => owed.state)).toEqual(['open']);
    await colleague.member.answer(ref, { note: 'Now done' });
    await therapist.member.sync();
    await therapist.member.closeObligation(ref);
    expect(therapist.member.owed()).toEqual([]);
    expect(await codeOf(therapist.member.withdraw(ref))).toBe('obligation.op_does_not_fit');
    expect(await codeOf(therapist.member.acknowledge(`${ref}9`))).toBe('obligation.unknown');
  });

  it('are not answered by an event that cannot answer them', async () => {
    const scene = await newScene();
    const { therapist, prescriber } = scene;
    await openCase(scene);
    const { opened, ref } = await laneOf(prescriber).post(exampleOf('dose_order'), {
      ask: [{ responder: therapist.member.userId, dueAt: inOneHour() }],
    });
    const [obligation = ''] = opened;
    await therapist.member.sync();
    expect(await codeOf(therapist.member.answer(obligation, { note: 'Fine' }))).toBe('event.wrong_pair');
    const order = exampleOf('dose_order');
    const readBack = {
      ...exampleOf('dose_read_back'),
      decision: ref,
      total_ug: order.regimen.max_per_session_ug,
    };
    await therapist.member.answer(obligation, { event: readBack });
    await prescriber.member.sync();
    expect(prescriber.member.owed()).toMatchObject([{ state: 'answered', answeredInvalidly: false }]);
    const wrong = laneOf(prescriber).post({ event: 'dose_order' });
    expect(await codeOf(wrong)).toBe('event.invalid');
    const tenfold = { ...order, regimen: { ...order.regimen, max_per_session_ug: 1_500_000 } };
    await expect(laneOf(prescriber).post(tenfold)).rejects.toMatchObject({
      code: 'event.invalid',
      detail: { fields: ['regimen.max_per_session_ug: is higher than strength × units plus booster'] },
    });
  });
});

describe('following', () => {
  it('tells what others write as it comes, in order, and catches up after being away', async () => {
    const scene = await newScene();
    const { therapist, prescriber, client, service } = scene;
    await openCase(scene);
    await client.member.connect();
    const ending = new AbortController();
    const texts: string[] = [];
    const following = (async (): Promise<void> => {
      for await (const event of client.member.follow({ signal: ending.signal })) {
        if (event.kind === 'entry' && event.entry.shown.kind === 'note')
          texts.push(event.entry.shown.note.text);
        if (texts.length === 4) ending.abort();
      }
    })();
    await laneOf(therapist).note('One');
    await laneOf(prescriber).note('Two');
    service.mute = true;
    await laneOf(therapist).note('Three, never pushed');
    service.mute = false;
    await laneOf(therapist).note('Four');
    await following;
    expect(texts).toEqual(['One', 'Two', 'Three, never pushed', 'Four']);
    await client.member.close();
  });

  it('goes on for others when one listener throws', async () => {
    const scene = await newScene();
    const { therapist, client } = scene;
    await openCase(scene);
    const heard: MemberEvent['kind'][] = [];
    client.member.on((event) => heard.push(event.kind));
    const off = client.member.on(() => {
      heard.push('connection');
    });
    off();
    await laneOf(therapist).note('Heard once');
    await client.member.sync();
    expect(heard).toContain('entry');
    expect(heard).not.toContain('connection');
  });
});

describe('an administrator', () => {
  it('founds once, and finishes a founding whose answer got lost', async () => {
    const { service } = await newScene();
    const store = memoryStore();
    const options = { url: DOUBLE_URL, name: 'Clinic', store, transport: service.transport(), patienceMs: 0 };
    expect(await codeOf(Administrator.found({ ...options, foundingToken: 'wrong' }))).toBe(
      'organisation.founding_closed',
    );
    const founded = await Administrator.found({ ...options, foundingToken: FOUNDING_TOKEN });
    expect(founded.organisationName).toBe('Clinic');
    const again = Administrator.found({ ...options, foundingToken: FOUNDING_TOKEN });
    expect(await codeOf(again)).toBe('store.not_empty');
    const opened = await Administrator.open({ store, transport: service.transport() });
    expect(opened.organisationId).toBe(founded.organisationId);
    expect((await opened.verify()).ok).toBe(true);
  });
});
