import { exampleOf } from '#clinical';
import {
  CONTENT,
  KIND,
  OP,
  THREAD,
  encodeMessage,
  encodeRotate,
  fromHex,
  parseMessage,
  parseRotate,
} from '#protocol';
import { Insider, note, unsigned } from '../support/client/insider.js';
import { comeBack, inOneHour, newScene, openCase, type Player, type Scene } from '../support/client/scene.js';
import { codeOf, lastShown, laneOf, notesOf, seenBy, syncAll } from '../support/client/shown.js';

async function caseOf(): Promise<Scene & { readonly threadId: string; readonly all: readonly Player[] }> {
  const scene = await newScene();
  const opened = await openCase(scene);
  const all = [scene.therapist, scene.prescriber, scene.client];
  await syncAll(all);
  return { ...scene, all, threadId: opened.lane('care_team').threadId };
}

/** The very name somebody committed to, with its opening. */
async function profileOf({ store }: Player): Promise<unknown> {
  const owner = new TextDecoder().decode((await store.load()).get('owner'));
  const { displayName, nonce } = JSON.parse(owner) as { displayName: string; nonce: string };
  return { displayName, nonce };
}

describe('what entries say', () => {
  it.each(['therapist', 'client'] as const)(
    'T13 a dose order signed by the %s is shown as invalid to everybody, its author too',
    async (role) => {
      const scene = await caseOf();
      const { service, threadId, all } = scene;
      const insider = await Insider.of(service, scene[role]);
      const forged = insider.message(threadId, {
        contentType: CONTENT.event,
        content: exampleOf('dose_order'),
      });
      service.force(threadId, forged.bytes);
      await syncAll(all);
      for (const shown of seenBy(all, forged.header.seq)) {
        expect(shown).toMatchObject({ kind: 'invalid', reason: 'authority.role_not_permitted' });
      }
      const refused = laneOf(scene[role]).post(exampleOf('dose_order'));
      expect(await codeOf(refused)).toBe('event.not_authorised');
    },
  );

  it('T13 a read-back of another total, or of no decision at all, is refused unsent and invalid when it comes', async () => {
    const scene = await caseOf();
    const { service, threadId, all, prescriber, client } = scene;
    const order = exampleOf('dose_order');
    const { ref } = await laneOf(prescriber).post(order);
    await syncAll(all);
    const right = {
      ...exampleOf('dose_read_back'),
      decision: ref,
      total_ug: order.regimen.max_per_session_ug,
    };
    const insider = await Insider.of(service, client);
    for (const wrong of [
      { ...right, total_ug: right.total_ug + 1_000 },
      { ...right, decision: 'A'.repeat(43) },
    ]) {
      expect(await codeOf(laneOf(client).post(wrong))).toMatch(/^event\./u);
      const forged = insider.message(threadId, { contentType: CONTENT.event, content: wrong });
      service.force(threadId, forged.bytes);
      await syncAll(all);
      for (const shown of seenBy(all, forged.header.seq)) {
        expect(shown).toMatchObject({
          kind: 'invalid',
          reason: expect.stringMatching(/^read_back\./u) as unknown,
        });
      }
    }
    await laneOf(client).post(right);
    await syncAll(all);
    expect(lastShown(laneOf(prescriber))).toMatchObject({ kind: 'event' });
  });

  it('T13 an order nobody signed, hidden before signed notes, counts for nobody who starts cold', async () => {
    const { service, prescriber, client, therapist, threadId } = await caseOf();
    await laneOf(therapist).note('Before the order');
    const insider = await Insider.of(service, prescriber);
    const contentType = CONTENT.event;
    const order = unsigned(insider.message(threadId, { contentType, content: exampleOf('dose_order') }));
    const { entries } = service.chain(threadId);
    entries.push(order.bytes);
    let last = order;
    for (let n = 0; n < 20; n += 1) {
      last = insider.message(threadId, { after: last, content: note(`cover ${String(n)}`) });
      entries.push(last.bytes);
    }
    await client.member.sync();
    const lane = laneOf(client);
    expect(lane.health()).toMatchObject({ state: 'frozen', rule: 'signature', atSeq: order.header.seq });
    expect(lane.timeline().filter(({ shown }) => shown.kind === 'event')).toEqual([]);
    expect(notesOf(lane)).toEqual(['Before the order']);
    await client.member.sync();
    await comeBack(service, client);
    await client.member.sync();
    expect(notesOf(laneOf(client))).toEqual(['Before the order']);
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'signature' });
  });

  it('A10 the ciphertext of one entry means nothing in another', async () => {
    const { service, therapist, prescriber, client, threadId } = await caseOf();
    await laneOf(therapist).note('Genuine');
    const genuine = parseMessage((await Insider.of(service, therapist)).message(threadId, {}).body);
    const insider = await Insider.of(service, prescriber);
    const chainId = fromHex(threadId);
    const spliced = insider.sign({ type: THREAD.message, chainId }, encodeMessage(genuine));
    service.force(threadId, spliced.bytes);
    await client.member.sync();
    expect(lastShown(laneOf(client))).toMatchObject({ kind: 'unreadable', reason: 'bad_commit' });
    expect(laneOf(client).health()).toEqual({ state: 'current' });
  });

  it('A14 a ciphertext that opens under another key than the one committed to is unreadable', async () => {
    const { service, prescriber, client, threadId } = await caseOf();
    const insider = await Insider.of(service, prescriber);
    const message = parseMessage(insider.message(threadId, {}).body);
    const commit = Uint8Array.from(message.commit, (byte) => byte ^ 1);
    const chainId = fromHex(threadId);
    service.force(
      threadId,
      insider.sign({ type: THREAD.message, chainId }, encodeMessage({ ...message, commit })).bytes,
    );
    await client.member.sync();
    expect(lastShown(laneOf(client))).toMatchObject({ kind: 'unreadable', reason: 'bad_commit' });
  });

  it('A13 whoever is given another epoch secret says so and makes an epoch everybody can read', async () => {
    const { service, therapist, prescriber, client, threadId } = await caseOf();
    const insider = await Insider.of(service, therapist);
    const honest = insider.rotate(threadId).entry;
    const other = insider.rotate(threadId).entry;
    const record = parseRotate(honest.body);
    const victim = record.rows.findIndex(
      (row) => Buffer.from(row.holderId).toString('hex') === client.member.userId,
    );
    const foreign = parseRotate(other.body).wraps[victim];
    const wraps = record.wraps.map((wrap, index) => (index === victim && foreign ? foreign : wrap));
    const { chainId, tsMs } = honest.header;
    const split = insider.sign(
      { kind: KIND.thread, type: THREAD.rotate, chainId, tsMs },
      encodeRotate({ ...record, wraps }),
    );
    service.force(threadId, split.bytes);
    await laneOf(prescriber).note('The client cannot read this one');
    await client.member.sync();
    const badly = laneOf(client)
      .timeline()
      .filter(({ shown }) => shown.kind === 'unreadable');
    expect(badly.at(-1)?.shown).toMatchObject({ kind: 'unreadable', reason: 'bad_wrap' });
    expect(laneOf(client).health()).toEqual({ state: 'current' });
    await laneOf(prescriber).note('Everybody reads again');
    await client.member.sync();
    expect(notesOf(laneOf(client))).toEqual(['Everybody reads again']);
  });

  it('A20 somebody who was taken out writes nothing, however early he dates it', async () => {
    const { service, therapist, prescriber, client, threadId } = await caseOf();
    const insider = await Insider.of(service, prescriber);
    const early = Date.now() - 60_000;
    await laneOf(therapist).removeMember(prescriber.member.userId);
    const late = insider.message(threadId, { content: note('I was still here'), tsMs: early });
    service.force(threadId, late.bytes);
    await client.member.sync();
    expect(laneOf(client).health()).toMatchObject({ state: 'frozen', rule: 'author_has_no_row' });
    expect(notesOf(laneOf(client))).toEqual([]);
  });

  it('A21 an answer nobody signed answers nothing', async () => {
    const { service, therapist, prescriber, threadId } = await caseOf();
    const { opened } = await laneOf(therapist).note('An answer is owed', {
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    const [ref = ''] = opened;
    const insider = await Insider.of(service, therapist);
    const op = {
      op: OP.answer,
      obligation: Number(ref.split('/')[1]),
      responder: new Uint8Array(16),
      dueMs: 0,
    };
    const mine = insider.message(threadId, { ops: [op] });
    const forged = Uint8Array.from(mine.bytes);
    forged.set(fromHex(prescriber.member.userId), 64);
    await therapist.member.connect();
    service.push(threadId, forged);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(therapist.member.obligation(ref).state).toBe('open');
    await therapist.member.close();
  });

  it('A21 an answer with the wrong event is no answer, and the question is asked again', async () => {
    const { service, therapist, prescriber, client, threadId, all } = await caseOf();
    const posted = await laneOf(prescriber).post(exampleOf('dose_order'), {
      ask: [{ responder: client.member.userId, dueAt: inOneHour() }],
    });
    const [ref = ''] = posted.opened;
    const insider = await Insider.of(service, client);
    const op = {
      op: OP.answer,
      obligation: Number(ref.split('/')[1]),
      responder: new Uint8Array(16),
      dueMs: 0,
    };
    service.force(threadId, insider.message(threadId, { ops: [op], content: note('Looks fine') }).bytes);
    await therapist.member.sync();
    expect(therapist.member.obligation(ref)).toMatchObject({ state: 'answered', answeredInvalidly: true });
    await syncAll(all);
    await client.member.sync();
    expect(client.member.owes().map((owed) => owed.ref)).toEqual([ref]);
    expect(client.member.obligation(ref)).toMatchObject({ state: 'open', urgency: 'routine' });
  });

  it('A21 a profile answers nothing: an op that rides on one is invalid, and the question is asked again', async () => {
    const { service, therapist, prescriber, client, threadId, all } = await caseOf();
    const posted = await laneOf(prescriber).post(exampleOf('dose_order'), {
      ask: [{ responder: client.member.userId, dueAt: inOneHour() }],
    });
    const [ref = ''] = posted.opened;
    const insider = await Insider.of(service, client);
    const op = {
      op: OP.answer,
      obligation: Number(ref.split('/')[1]),
      responder: new Uint8Array(16),
      dueMs: 0,
    };
    const forged = insider.message(threadId, {
      ops: [op],
      contentType: CONTENT.profile,
      content: await profileOf(client),
    });
    service.force(threadId, forged.bytes);
    await therapist.member.sync();
    expect(therapist.member.obligation(ref)).toMatchObject({ answeredInvalidly: true });
    expect(lastShown(laneOf(therapist))).toMatchObject({
      kind: 'invalid',
      reason: 'pair.op_not_permitted',
    });
    await syncAll(all);
    await client.member.sync();
    expect(client.member.obligation(ref)).toMatchObject({ state: 'open' });
  });

  it('A21 an answer of a kind nobody here can read is no answer', async () => {
    const { service, therapist, prescriber, client, threadId } = await caseOf();
    const posted = await laneOf(prescriber).post(exampleOf('dose_order'), {
      ask: [{ responder: client.member.userId, dueAt: inOneHour() }],
    });
    const [ref = ''] = posted.opened;
    const insider = await Insider.of(service, client);
    const op = {
      op: OP.answer,
      obligation: Number(ref.split('/')[1]),
      responder: new Uint8Array(16),
      dueMs: 0,
    };
    const content = { event: 'of_tomorrow', schema: 1 };
    service.force(
      threadId,
      insider.message(threadId, { ops: [op], contentType: CONTENT.event, content }).bytes,
    );
    await therapist.member.sync();
    expect(therapist.member.obligation(ref)).toMatchObject({ state: 'answered', answeredInvalidly: true });
  });

  it('A22 what is overdue is overdue here, whatever the service does about it', async () => {
    const { service, therapist, prescriber } = await caseOf();
    const { opened } = await laneOf(therapist).note('By then, please', {
      urgency: 'urgent',
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    service.down = true;
    const later = Date.now() + 2 * 3_600_000;
    expect(therapist.member.owed(later)).toMatchObject([{ ref: opened[0], overdue: true }]);
    expect(therapist.member.owed()).toMatchObject([{ overdue: false }]);
  });

  it('A23 bytes that are no entry are refused without harm', async () => {
    const { service, client, therapist, threadId } = await caseOf();
    await client.member.connect();
    for (const length of [1, 103, 104, 300, 5000]) {
      const junk = crypto.getRandomValues(new Uint8Array(length));
      service.chain(threadId).entries.push(junk);
      await client.member.sync();
      expect(laneOf(client).health()).toMatchObject({ state: 'frozen' });
      service.chain(threadId).entries.pop();
      await client.member.sync();
      expect(laneOf(client).health()).toEqual({ state: 'current' });
    }
    await laneOf(therapist).note('Still fine');
    await client.member.sync();
    expect(notesOf(laneOf(client))).toEqual(['Still fine']);
    await client.member.close();
  });
});
