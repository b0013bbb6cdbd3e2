import type { AppendReply, FoundReply, MeReply, SyncReply } from '#protocol';
import { CLOCK_SKEW_MS, SOCKET_EVENT, fromBase64Url, fromHex, toBase64Url, toHex } from '#protocol';
import { Clinic, CurrentThread, say, type Enrolled } from '../../support/server/clinic.js';
import { call, command, connect, done } from '../../support/server/caller.js';
import { startTestService, type TestService } from '../../support/server/service.js';

describe('the journey of an entry through the front door', () => {
  let service: TestService;
  let clinic: Clinic;
  let therapist: Enrolled;
  let client: Enrolled;
  let thread: CurrentThread;

  beforeAll(async () => {
    service = await startTestService();
    clinic = await Clinic.found(service);
    therapist = await clinic.join('therapist');
    client = await clinic.join('client');
    thread = await clinic.openThread([therapist, client]);
  });

  afterAll(async () => {
    await service.close();
  });

  it('what one member appends another reads back, byte for byte and in order', async () => {
    await say(service, thread, thread.message(therapist.person), therapist.token);
    await say(service, thread, thread.message(client.person), client.token);
    const body = { cursors: [{ chainId: thread.id, afterSeq: 0 }] };
    const reply = await done<SyncReply>(call(service, 'sync', { body, token: client.token }));
    expect(reply.chains[0]?.entries.map(fromBase64Url)).toEqual(thread.entries);
    expect(reply.chains[0]?.head).toEqual({
      seq: thread.state.seq,
      hash: toBase64Url(thread.state.head),
    });
    expect(reply.chains[0]?.more).toBe(false);
  });

  it('an append by socket is acked with seq and hash, and pushed to the other member but not back', async () => {
    const [mine, hers] = [await connect(service, therapist.token), await connect(service, client.token)];
    const pushed = new Promise<unknown>((resolve) => hers.once(SOCKET_EVENT.entryAppended, resolve));
    let echoed = false;
    mine.on(SOCKET_EVENT.entryAppended, () => (echoed = true));
    const bytes = thread.message(therapist.person);
    const ack = await command(mine, SOCKET_EVENT.entryAppend, {
      chainId: thread.id,
      entry: toBase64Url(bytes),
    });
    const { entryHash } = thread.accept(bytes);
    expect(ack).toEqual({ ok: true, seq: thread.state.seq, entryHash: toBase64Url(entryHash) });
    expect(await pushed).toEqual({
      chainId: thread.id,
      seq: thread.state.seq,
      entryHash: toBase64Url(entryHash),
      entry: toBase64Url(bytes),
    });
    expect(echoed).toBe(false);
    mine.close();
    hers.close();
  });

  it('the same bytes again get the same answer and stand in the chain once', async () => {
    const bytes = thread.message(client.person);
    const first = await say(service, thread, bytes, client.token);
    const body = { chainId: thread.id, entry: toBase64Url(bytes) };
    const again = await done<AppendReply>(call(service, 'appendEntry', { body, token: client.token }));
    expect(again).toEqual(first);
    const rows = await service.sql<{ n: string }>('SELECT count(*) AS n FROM entry WHERE chain_id = $1', [
      Buffer.from(thread.id, 'hex'),
    ]);
    expect(Number(rows[0]?.n)).toBe(thread.state.seq);
  });

  it('me names my threads, organisations and the people I may look up', async () => {
    const me = await done<MeReply>(call(service, 'getMe', { token: therapist.token }));
    expect(me.threads.map(({ threadId }) => threadId)).toEqual([thread.id]);
    expect(me.organisations.map(({ organisationId }) => organisationId)).toEqual([clinic.id]);
    expect(me.people.map(({ userId }) => userId).sort()).toEqual(
      [therapist.person.userId, client.person.userId].sort(),
    );
    expect(Math.abs(me.serverTimeMs - Date.now())).toBeLessThan(2_000);
  });

  it('heads are advertised when a socket opens', async () => {
    const socket = await connect(service, client.token);
    const event = await new Promise<{ heads: { chainId: string; head: { seq: number } }[] }>((resolve) =>
      socket.once(SOCKET_EVENT.headsAdvertised, resolve),
    );
    const own = event.heads.find(({ chainId }) => chainId === thread.id);
    expect(own?.head.seq).toBe(thread.state.seq);
    expect(event.heads.some(({ chainId }) => chainId === toHex(clinic.organisation.state.chainId))).toBe(
      true,
    );
    socket.close();
  });

  it('somebody outside a case founds no lane beside those of its people, and is told what a stranger is told', async () => {
    const stranger = await clinic.join('therapist');
    const caseId = fromHex(thread.state.caseId);
    const beside = clinic.draftThread([stranger, client], { caseId });
    const refused = await call(service, 'foundThread', { body: beside.body, token: stranger.token });
    expect([refused.status, refused.code]).toEqual([404, 'chain.not_found']);
    const second = clinic.draftThread([therapist, client], { caseId });
    expect((await call(service, 'foundThread', { body: second.body, token: therapist.token })).status).toBe(
      200,
    );
  });

  it('a founding whose answer was lost is answered again, however late it is asked', async () => {
    // 1.2 seconds before the sealing time is too old: accepted now, late when asked again.
    const tsMs = Date.now() - CLOCK_SKEW_MS + 1_200;
    const late = new CurrentThread(clinic.world, therapist.person, {});
    const genesis = late.genesis({}, { tsMs });
    late.accept(genesis);
    const put = [clinic.wish(therapist), clinic.wish(client)];
    const rotate = late.rotate(therapist.person, late.roster({ nowMs: tsMs, put }), { tsMs });
    const body = { genesis: toBase64Url(genesis), rotate: toBase64Url(rotate) };
    const first = await done<FoundReply>(call(service, 'foundThread', { body, token: therapist.token }));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await done<FoundReply>(call(service, 'foundThread', { body, token: therapist.token }))).toEqual(
      first,
    );
  });
});
