import type { Socket } from 'socket.io-client';
import {
  LIMITS,
  OP,
  ROLE,
  SOCKET_EVENT,
  THREAD,
  encodeReason,
  fromBase64Url,
  toBase64Url,
  type ProblemBody,
} from '#protocol';
import { flipBit, newKey, randomBytes } from '../../support/chain.signer.js';
import { op, rowFor, withRows } from '../../support/chain.factories.js';
import { call, command, connect, send } from '../../support/server/caller.js';
import { Clinic, post, say, type CurrentThread, type Enrolled } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';

describe('bytes that are not a valid next entry', () => {
  let service: TestService;
  let clinic: Clinic;
  let therapist: Enrolled;
  let client: Enrolled;
  let stranger: Enrolled;
  let thread: CurrentThread;
  let socket: Socket;

  beforeAll(async () => {
    service = await startTestService();
    clinic = await Clinic.found(service);
    therapist = await clinic.join('therapist');
    client = await clinic.join('client');
    stranger = await clinic.join('prescriber');
    thread = await clinic.openThread([therapist, client]);
    socket = await connect(service, therapist.token);
  });

  afterAll(async () => {
    socket.close();
    await service.close();
  });

  /** Sends the bytes through both doors; both must refuse alike, and nothing may have changed. */
  async function refused(bytes: Uint8Array, by: Enrolled = therapist): Promise<ProblemBody> {
    const before = await contents();
    const rest = await post(service, thread.id, bytes, by.token);
    const ack = await command(by === therapist ? socket : await connectAs(by), SOCKET_EVENT.entryAppend, {
      chainId: thread.id,
      entry: toBase64Url(bytes),
    });
    expect(ack.ok).toBe(false);
    expect(ack.problem?.code).toBe(rest.code);
    expect({ ...ack.problem?.repair, serverTimeMs: 0 }).toEqual({ ...rest.problem?.repair, serverTimeMs: 0 });
    expect(await contents()).toEqual(before);
    await stillAnswers();
    if (rest.problem === undefined) throw new Error('it was accepted');
    return rest.problem;
  }

  const opened: Socket[] = [];
  async function connectAs(by: Enrolled): Promise<Socket> {
    const other = await connect(service, by.token);
    opened.push(other);
    return other;
  }
  afterEach(() => {
    for (const other of opened.splice(0)) other.close();
  });

  async function stillAnswers(): Promise<void> {
    const ack = await command(socket, SOCKET_EVENT.chainHeads, { chainIds: [thread.id] });
    expect(ack.ok).toBe(true);
  }

  const contents = () =>
    service.sql(
      'SELECT (SELECT count(*) FROM entry) e, (SELECT count(*) FROM outbox) o, (SELECT sum(head_seq) FROM chain) h',
    );

  it('malformed bytes are named by the rule of the wire page they break, at every length', async () => {
    const whole = thread.message(therapist.person);
    const cut = await refused(whole.slice(0, -1));
    expect(cut).toMatchObject({ code: 'entry.malformed', status: 422, repair: { rule: 'wire.truncated' } });
    const longer = await refused(Uint8Array.from([...whole, 0]));
    expect(longer.repair?.rule).toBe('wire.trailing_bytes');
    const suite = await refused(flipBit(whole, 31));
    expect(suite.repair?.rule).toBe('wire.unknown_magic');
    const noise = await refused(randomBytes(500));
    expect(noise.code).toBe('entry.malformed');
  });

  it('a signature by another key, or with one bit turned, is refused', async () => {
    const forged = await refused(thread.message(therapist.person, {}, { key: newKey() }));
    expect(forged).toMatchObject({ code: 'entry.invalid', repair: { rule: 'signature' } });
    const whole = thread.message(therapist.person);
    const turned = await refused(flipBit(whole, whole.length * 8 - 1));
    expect(turned.repair?.rule).toBe('signature');
  });

  it('an entry in somebody else’s name is refused, even between members', async () => {
    const forHer = thread.message(client.person);
    expect((await refused(forHer)).repair?.rule).toBe('wrong_author');
  });

  it('a stale head is answered with the head, what was missed and a place in the line', async () => {
    const late = thread.message(client.person);
    await say(service, thread, thread.message(therapist.person), therapist.token);
    await say(service, thread, thread.message(therapist.person), therapist.token);
    const answer = await post(service, thread.id, late, client.token);
    expect(answer.status).toBe(409);
    expect(answer.problem).toMatchObject({
      code: 'chain.stale_head',
      repair: {
        head: { seq: thread.state.seq, hash: toBase64Url(thread.state.head) },
        reservedForMs: 300,
      },
    });
    expect(answer.problem?.repair?.missed?.map(fromBase64Url)).toEqual(thread.entries.slice(-2));
    const rebuilt = await say(service, thread, thread.message(client.person), client.token);
    expect(rebuilt.seq).toBe(thread.state.seq);
  });

  it('a message under an unknown epoch is refused', async () => {
    const future = await refused(thread.message(therapist.person, { epoch: 7 }));
    expect(future.repair?.rule).toBe('epoch_not_current');
  });

  it('a roster row with another role than the attestation gives is refused', async () => {
    const wrong = withRows(
      thread.roster({ nowMs: Date.now() }),
      rowFor(stranger.person, ROLE.therapist, stranger.basis),
    );
    const problem = await refused(thread.rotate(therapist.person, wrong));
    expect(problem.repair?.rule).toBe('basis_other_role');
  });

  it('a roster that names people the author may not look up answers as if there were none', async () => {
    const other = await Clinic.found(service, 'Elsewhere');
    const outsider = await other.join('therapist');
    const row = rowFor(outsider.person, ROLE.therapist, outsider.basis);
    const existing = await refused(thread.rotate(therapist.person, withRows(thread.roster(), row)));
    const invented = { ...row, holderId: randomBytes(16) };
    const missing = await refused(thread.rotate(therapist.person, withRows(thread.roster(), invented)));
    expect({ ...existing, correlationId: '' }).toEqual({ ...missing, correlationId: '' });
    expect(existing.repair?.rule).toBe('stated_head_unknown');
  });

  it('only an adder adds a member', async () => {
    const more = thread.roster({ nowMs: Date.now(), put: [clinic.wish(stranger)] });
    const problem = await refused(thread.rotate(client.person, more), client);
    expect(problem.repair?.rule).toBe('adder_needed');
  });

  it('an obligation op that does not fit makes the server refuse the whole entry', async () => {
    const answerToNothing = thread.message(therapist.person, { ops: [op(OP.answer, { obligation: 513 })] });
    const problem = await refused(answerToNothing);
    expect(problem).toMatchObject({ code: 'entry.op_refused', repair: { rule: 'op_unknown_obligation' } });
  });

  it('a sealing time more than ten minutes off is refused, and the server tells its own', async () => {
    const early = await refused(thread.message(therapist.person, {}, { tsMs: Date.now() - 11 * 60_000 }));
    expect(early.code).toBe('chain.clock_skew');
    expect(Math.abs((early.repair?.serverTimeMs ?? 0) - Date.now())).toBeLessThan(2_000);
    const late = await refused(thread.message(therapist.person, {}, { tsMs: Date.now() + 11 * 60_000 }));
    expect(late.code).toBe('chain.clock_skew');
  });

  it('foundings, claims and reserved records have no place in an append', async () => {
    const genesis = await post(service, thread.id, thread.genesis(), therapist.token);
    expect(genesis.code).toBe('entry.invalid');
    const reserved = await refused(thread.write(therapist.person, 9, encodeReason(1)));
    expect(reserved.code).toBe('entry.kind_not_accepted');
  });

  it('a thread of others is answered like one that does not exist', async () => {
    const foreign = await post(service, thread.id, thread.message(stranger.person), stranger.token);
    const nowhere = '5'.repeat(32);
    const missing = await post(
      service,
      nowhere,
      thread.message(stranger.person, {}, { chainId: Buffer.from(nowhere, 'hex') }),
      stranger.token,
    );
    expect(foreign.status).toBe(404);
    expect({ ...foreign.problem, correlationId: '' }).toEqual({ ...missing.problem, correlationId: '' });
  });

  it('an entry over the limit is refused by its size, before anything looks at it', async () => {
    const huge = toBase64Url(new Uint8Array(LIMITS.body + 2_000).fill(7));
    const rest = await call(service, 'appendEntry', {
      body: { chainId: thread.id, entry: huge },
      token: therapist.token,
    });
    expect(rest).toMatchObject({ status: 400, code: 'request.malformed' });
    const monstrous = await call(service, 'appendEntry', {
      body: { chainId: thread.id, entry: 'A'.repeat(2_000_000) },
      token: therapist.token,
    });
    expect(monstrous).toMatchObject({ status: 413, code: 'request.too_large' });
    await stillAnswers();
  });

  it('the largest legal entry passes both doors', async () => {
    const ciphertext = new Uint8Array(LIMITS.plaintext + 16).fill(7);
    await say(service, thread, thread.message(therapist.person, { ciphertext }), therapist.token);
    const bytes = thread.message(therapist.person, { ciphertext });
    const ack = await command(socket, SOCKET_EVENT.entryAppend, {
      chainId: thread.id,
      entry: toBase64Url(bytes),
    });
    expect(ack.ok).toBe(true);
    thread.accept(bytes);
  });

  it('unknown fields, prototypes and deep nesting are malformed, and nothing of them comes back', async () => {
    const entry = toBase64Url(thread.message(therapist.person));
    const bodies = [
      `{"chainId":"${thread.id}","entry":"${entry}","role":"admin-canary"}`,
      `{"chainId":"${thread.id}","entry":"${entry}","__proto__":{"polluted":"canary"}}`,
      `{"chainId":"${thread.id}","entry":"${entry}","constructor":{"prototype":{"polluted":"canary"}}}`,
      `{"chainId":${'['.repeat(5_000)}"canary"${']'.repeat(5_000)},"entry":"x"}`,
      '{"chainId": canary',
      '"canary"',
      '[]',
      '',
    ];
    for (const body of bodies) {
      const answer = await send(service, 'POST', '/v1/entries', { body, token: therapist.token });
      expect(answer).toMatchObject({ status: 400, code: 'request.malformed' });
      expect(JSON.stringify(answer.body)).not.toContain('canary');
    }
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('a socket answers every kind of nonsense by its ack, echoes nothing and goes on', async () => {
    const emitted: string[] = [];
    socket.onAny((event: string) => emitted.push(event));
    const nonsense = [
      null,
      'canary',
      42,
      [],
      { chainId: 'canary', entry: 'canary' },
      { chainId: thread.id, entry: 'canary!' },
      JSON.parse('{"__proto__":{"x":1}}') as unknown,
      Buffer.from('canary'),
    ];
    for (const payload of nonsense) {
      for (const event of [SOCKET_EVENT.entryAppend, SOCKET_EVENT.chainSync, SOCKET_EVENT.chainHeads]) {
        const ack = await command(socket, event, payload);
        expect(ack.ok).toBe(false);
        expect(['request.malformed', 'entry.malformed']).toContain(ack.problem?.code);
        expect(JSON.stringify(ack)).not.toContain('canary');
      }
    }
    expect((await command(socket, 'entry.delete', {})).problem?.code).toBe('request.not_found');
    socket.emit(SOCKET_EVENT.entryAppend, 'canary');
    await stillAnswers();
    expect(emitted.filter((event) => event === 'exception')).toEqual([]);
    socket.offAny();
  });

  it('after a leave the leaver writes and reads nothing more', async () => {
    const leaver = await clinic.join('client');
    const theirs = await clinic.openThread([therapist, leaver]);
    await say(service, theirs, theirs.leave(leaver.person), leaver.token);
    const again = await post(service, theirs.id, theirs.message(leaver.person), leaver.token);
    expect(again.code).toBe('chain.not_found');
    expect(THREAD.leave).toBe(theirs.entries.at(-1)?.[5]);
  });
});
