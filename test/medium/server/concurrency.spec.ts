import type { Socket } from 'socket.io-client';
import { applyThread } from '#chain';
import {
  SOCKET_EVENT,
  fromBase64Url,
  toBase64Url,
  type AppendReply,
  type EntryAppendedEvent,
  type SyncReply,
} from '#protocol';
import { call, command, connect, done } from '../../support/server/caller.js';
import { Clinic, CurrentThread, post, say, type Enrolled } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';

describe('appends at the same time', () => {
  let service: TestService;
  let second: TestService;
  let clinic: Clinic;
  let therapist: Enrolled;
  let client: Enrolled;

  beforeAll(async () => {
    service = await startTestService();
    second = await service.another();
    clinic = await Clinic.found(service);
    therapist = await clinic.join('therapist');
    client = await clinic.join('client');
  });

  afterAll(async () => {
    await second.close();
    await service.close();
  });

  const read = async (thread: CurrentThread, from = service): Promise<Uint8Array[]> => {
    const body = { cursors: [{ chainId: thread.id, afterSeq: 0 }] };
    const entries: Uint8Array[] = [];
    for (;;) {
      body.cursors[0] = { chainId: thread.id, afterSeq: entries.length };
      const { chains } = await done<SyncReply>(call(from, 'sync', { token: therapist.token, body }));
      entries.push(...(chains[0]?.entries ?? []).map(fromBase64Url));
      if (chains[0]?.more !== true) return entries;
    }
  };

  /** Applies the whole chain from nothing, as any client would; answers its head. */
  function verify(entries: readonly Uint8Array[]) {
    let state: Parameters<typeof applyThread>[0];
    for (const bytes of entries) {
      const outcome = applyThread(state, bytes, clinic.world);
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.verdict));
      state = outcome.state;
    }
    return state;
  }

  /** As a client does: after a conflict the missed entries are applied and the entry is built again. */
  async function insist(
    thread: CurrentThread,
    author: Enrolled,
    send: (bytes: Uint8Array) => Promise<{ ok: boolean; missed: readonly string[] }>,
  ): Promise<number> {
    for (let tries = 1; ; tries += 1) {
      const bytes = thread.message(author.person);
      const { ok, missed } = await send(bytes);
      if (ok) {
        if (thread.state.seq < seqOf(bytes)) thread.accept(bytes);
        return tries;
      }
      for (const text of missed) {
        const seen = fromBase64Url(text);
        if (seqOf(seen) === thread.state.seq + 1) thread.accept(seen);
      }
      if (tries > 60) throw new Error('never got a place');
    }
  }

  const seqOf = (bytes: Uint8Array): number =>
    Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(24));

  const overRest =
    (at: TestService, thread: CurrentThread, by: Enrolled) =>
    async (bytes: Uint8Array): Promise<{ ok: boolean; missed: readonly string[] }> => {
      const answer = await post(at, thread.id, bytes, by.token);
      return { ok: answer.status === 200, missed: answer.problem?.repair?.missed ?? [] };
    };

  it('two hundred entries over twenty threads land in 1…n of each, without gap, in a few transactions', async () => {
    const threads = await Promise.all(
      Array.from({ length: 20 }, () => clinic.openThread([therapist, client])),
    );
    const socket = await connect(service, therapist.token);
    const [before] = await service.sql<{ n: string }>(
      'SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()',
    );
    await Promise.all(
      threads.map(async (thread) => {
        const acks: Promise<unknown>[] = [];
        for (let index = 0; index < 10; index += 1) {
          const bytes = thread.message(therapist.person);
          thread.accept(bytes);
          acks.push(
            command(socket, SOCKET_EVENT.entryAppend, { chainId: thread.id, entry: toBase64Url(bytes) }),
          );
        }
        for (const ack of await Promise.all(acks)) expect(ack).toMatchObject({ ok: true });
      }),
    );
    for (const thread of threads) {
      const entries = await read(thread);
      expect(entries).toEqual(thread.entries);
      expect(verify(entries)?.seq).toBe(12);
    }
    const batches = await service.sql<{ received_at: Date }>(
      'SELECT DISTINCT received_at FROM entry WHERE type = 3',
    );
    expect(batches.length).toBeLessThan(60);
    expect(Number(before?.n)).toBeGreaterThan(0);
    socket.close();
  });

  it('ten writers in one thread all get their place, and the chain has no gap', async () => {
    const thread = await clinic.openThread([therapist, client]);
    const sockets: Socket[] = [];
    const tries = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const author = index % 2 === 0 ? therapist : client;
        const socket = await connect(service, author.token);
        sockets.push(socket);
        const own = copyOf(thread, author);
        return insist(own, author, async (bytes) => {
          const ack = await command(socket, SOCKET_EVENT.entryAppend, {
            chainId: thread.id,
            entry: toBase64Url(bytes),
          });
          return { ok: ack.ok, missed: ack.problem?.repair?.missed ?? [] };
        });
      }),
    );
    for (const socket of sockets) socket.close();
    const state = verify(await read(thread));
    expect(state?.seq).toBe(12);
    expect(Math.max(...tries)).toBeLessThanOrEqual(30);
  });

  function copyOf(thread: CurrentThread, author: Enrolled): CurrentThread {
    const copy = new CurrentThread(clinic.world, author.person);
    for (const bytes of thread.entries) copy.accept(bytes);
    return copy;
  }

  it('two processes on one database: one wins each place, the other is told what it missed', async () => {
    const thread = await clinic.openThread([therapist, client]);
    const [mine, hers] = [copyOf(thread, therapist), copyOf(thread, client)];
    await Promise.all([
      (async () => {
        for (let n = 0; n < 15; n += 1) await insist(mine, therapist, overRest(service, thread, therapist));
      })(),
      (async () => {
        for (let n = 0; n < 15; n += 1) await insist(hers, client, overRest(second, thread, client));
      })(),
    ]);
    const entries = await read(thread);
    expect(verify(entries)?.seq).toBe(32);
    expect(await read(thread, second)).toEqual(entries);
    const [row] = await service.sql<{ n: string }>(
      'SELECT count(DISTINCT hash) AS n FROM entry WHERE chain_id = $1',
      [Buffer.from(thread.id, 'hex')],
    );
    expect(Number(row?.n)).toBe(32);
  });

  it('the very same bytes to both processes at once are written once and acked alike by both', async () => {
    const thread = await clinic.openThread([therapist, client]);
    for (let round = 0; round < 10; round += 1) {
      const bytes = thread.message(therapist.person);
      const answers = await Promise.all(
        [service, second].map((at) => done<AppendReply>(post(at, thread.id, bytes, therapist.token))),
      );
      thread.accept(bytes);
      const ack = { seq: thread.state.seq, entryHash: toBase64Url(thread.state.head) };
      expect(answers).toEqual([ack, ack]);
    }
    expect(verify(await read(thread))?.seq).toBe(12);
  });

  it('a process whose memory of a chain is old catches up before it judges', async () => {
    const thread = await clinic.openThread([therapist, client]);
    await say(second, thread, thread.message(client.person), client.token);
    for (let n = 0; n < 5; n += 1)
      await say(service, thread, thread.message(therapist.person), therapist.token);
    const reply = await say(second, thread, thread.message(client.person), client.token);
    expect(reply.seq).toBe(thread.state.seq);
    const roster = thread.roster({ nowMs: Date.now(), drop: [client.person.userId] });
    await say(service, thread, thread.rotate(therapist.person, roster), therapist.token);
    const dropped = await post(second, thread.id, thread.message(client.person), client.token);
    expect(dropped.code).toBe('chain.not_found');
  });

  it('the new owner of a reserved place goes first, the others wait and are told', async () => {
    const thread = await clinic.openThread([therapist, client]);
    const late = thread.message(client.person);
    await say(service, thread, thread.message(therapist.person), therapist.token);
    const conflict = await post(service, thread.id, late, client.token);
    expect(conflict.problem?.repair?.reservedForMs).toBe(300);
    const startedAt = Date.now();
    const rival = thread.message(therapist.person);
    const waiting = post(service, thread.id, rival, therapist.token);
    const rebuilt = thread.message(client.person);
    expect((await post(service, thread.id, rebuilt, client.token)).status).toBe(200);
    thread.accept(rebuilt);
    expect((await waiting).code).toBe('chain.stale_head');
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  it('a reserved place that nobody takes is free again after its time', async () => {
    const thread = await clinic.openThread([therapist, client]);
    const late = thread.message(client.person);
    await say(service, thread, thread.message(therapist.person), therapist.token);
    expect((await post(service, thread.id, late, client.token)).code).toBe('chain.stale_head');
    const startedAt = Date.now();
    await say(service, thread, thread.message(therapist.person), therapist.token);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(150);
  });

  it('whoever was dropped from the roster gets no further push on his open socket', async () => {
    const thread = await clinic.openThread([therapist, client]);
    const [stays, goes] = [await connect(service, therapist.token), await connect(service, client.token)];
    const seen = { stays: [] as number[], goes: [] as number[] };
    const note = (list: number[]) => (event: EntryAppendedEvent) => {
      if (event.chainId === thread.id) list.push(event.seq);
    };
    stays.on(SOCKET_EVENT.entryAppended, note(seen.stays));
    goes.on(SOCKET_EVENT.entryAppended, note(seen.goes));
    await say(service, thread, thread.message(therapist.person), therapist.token);
    await until(() => seen.goes.length === 1);
    const roster = thread.roster({ nowMs: Date.now(), drop: [client.person.userId] });
    await say(service, thread, thread.rotate(therapist.person, roster), therapist.token);
    await say(service, thread, thread.message(therapist.person), therapist.token);
    await until(() => seen.stays.length === 3);
    expect(seen).toEqual({ stays: [3, 4, 5], goes: [3] });
    const ack = await command(goes, SOCKET_EVENT.chainSync, {
      cursors: [{ chainId: thread.id, afterSeq: 0 }],
    });
    expect(ack).toEqual({ ok: true, chains: [] });
    stays.close();
    goes.close();
  });

  it('a member whose attestation is revoked or suspended hears and reads nothing more, before any rotation', async () => {
    const prescriber = await clinic.join('prescriber');
    const thread = await clinic.openThread([therapist, prescriber]);
    const socket = await connect(service, prescriber.token);
    const pushed: number[] = [];
    socket.on(SOCKET_EVENT.entryAppended, (event: EntryAppendedEvent) => pushed.push(event.seq));
    const { organisation } = clinic;
    await clinic.govern(organisation.suspend(prescriber.attestHash, true));
    await say(service, thread, thread.message(therapist.person), therapist.token);
    const mine = await post(service, thread.id, thread.message(prescriber.person), prescriber.token);
    expect(mine.code).toBe('chain.not_found');
    await clinic.govern(organisation.suspend(prescriber.attestHash, false));
    // His own entry, sent over REST, reaches his socket: he is in again.
    await say(service, thread, thread.message(prescriber.person), prescriber.token);
    await until(() => pushed.length === 1);
    await clinic.govern(organisation.revoke(prescriber.attestHash));
    expect((await post(service, thread.id, thread.message(prescriber.person), prescriber.token)).code).toBe(
      'chain.not_found',
    );
    expect(pushed).toEqual([4]);
    socket.close();
  });

  it('a roster that still names somebody known to be revoked is refused, though its author did not know', async () => {
    const prescriber = await clinic.join('prescriber');
    const thread = await clinic.openThread([therapist, prescriber]);
    const unaware = thread.rotate(therapist.person, thread.roster({ nowMs: Date.now() }));
    await clinic.govern(clinic.organisation.revoke(prescriber.attestHash));
    const answer = await post(service, thread.id, unaware, therapist.token);
    expect(answer.problem).toMatchObject({ code: 'entry.invalid', repair: { rule: 'row_not_live' } });
    await say(
      service,
      thread,
      thread.rotate(therapist.person, thread.roster({ nowMs: Date.now() })),
      therapist.token,
    );
    expect(thread.state.rows.map(({ userId }) => userId)).toEqual([therapist.person.userId]);
  });

  it('a page of a sync holds at most two hundred entries and says that there is more', async () => {
    const thread = await clinic.openThread([therapist, client]);
    const socket = await connect(service, therapist.token);
    const acks = Array.from({ length: 220 }, () => {
      const bytes = thread.message(therapist.person);
      thread.accept(bytes);
      return command(socket, SOCKET_EVENT.entryAppend, { chainId: thread.id, entry: toBase64Url(bytes) });
    });
    expect((await Promise.all(acks)).every(({ ok }) => ok)).toBe(true);
    const body = { cursors: [{ chainId: thread.id, afterSeq: 0 }] };
    const { chains } = await done<SyncReply>(call(service, 'sync', { token: therapist.token, body }));
    expect(chains[0]).toMatchObject({ more: true, head: { seq: 222 } });
    expect(chains[0]?.entries).toHaveLength(200);
    expect(await read(thread)).toEqual(thread.entries);
    socket.close();
  });

  async function until(holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error('it did not happen in time');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
});
