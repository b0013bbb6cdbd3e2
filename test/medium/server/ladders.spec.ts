import type { DataSource } from 'typeorm';
import {
  OP,
  fromHex,
  toHex,
  type LaddersReply,
  type OverdueReply,
  type PutLadderReply,
  type ThreadObligationsReply,
} from '#protocol';
import { op } from '../../support/chain.factories.js';
import { connect } from '../../support/obligations/database.js';
import { obligationRoom } from '../../support/obligations/rooms.js';
import { call, done } from '../../support/server/caller.js';
import { Clinic, say, type CurrentThread, type Enrolled } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';

const HOUR_MS = 3_600_000;
const LADDER = { ackHoldsMinutes: 30, steps: [{ who: ['opener'], at: { minutesAfterDue: 0 } }] };

describe('late answers at the front door', () => {
  let service: TestService;
  let source: DataSource;
  let clinic: Clinic;
  let therapist: Enrolled;
  let prescriber: Enrolled;
  let director: Enrolled;
  let thread: CurrentThread;

  beforeAll(async () => {
    service = await startTestService();
    source = await connect(service.database.url);
    clinic = await Clinic.found(service);
    therapist = await clinic.join('therapist');
    prescriber = await clinic.join('prescriber');
    director = await clinic.join('director');
    thread = await clinic.openThread([therapist, prescriber]);
  });

  afterAll(async () => {
    await source.destroy();
    await service.close();
  });

  const organisation = () => ({ organisationId: clinic.id });
  const ladderOf = async (urgency: string, token: string) => {
    const reply = await done<LaddersReply>(call(service, 'listLadders', { params: organisation(), token }));
    return reply.ladders.find((each) => each.urgency === urgency);
  };
  const put = (body: object) =>
    call(service, 'putLadder', { params: organisation(), body, token: clinic.adminToken });
  const approve = (body: object, token: string) =>
    call(service, 'approveLadder', { params: organisation(), body, token });
  const standings = (token: string) =>
    done<ThreadObligationsReply>(
      call(service, 'listThreadObligations', { params: { threadId: thread.id }, token }),
    );
  const engine = () => obligationRoom(source).newEngine().run();

  async function open(): Promise<number> {
    const ask = op(OP.open, { responder: prescriber.person.state.chainId, dueMs: Date.now() + HOUR_MS });
    await say(service, thread, thread.message(therapist.person, { ops: [ask] }), therapist.token);
    return thread.state.seq * 256;
  }

  it('are told by the built-in ladders, not yet approved, until a director approves them', async () => {
    expect(await ladderOf('urgent', therapist.token)).toMatchObject({
      inForce: { version: 0, approvedBy: null },
      proposed: null,
    });
    expect((await approve({ urgency: 'urgent', version: 0 }, director.token)).status).toBe(204);
    expect(await ladderOf('urgent', therapist.token)).toMatchObject({
      inForce: { version: 0, approvedBy: director.person.userId },
    });
  });

  it('follow a new version only once a director has approved it', async () => {
    const { version } = await done<PutLadderReply>(put({ urgency: 'soon', ladder: LADDER }));
    expect(await ladderOf('soon', therapist.token)).toMatchObject({
      inForce: { version: 0 },
      proposed: { version, approvedBy: null, ladder: { ackHoldsMinutes: 30 } },
    });
    expect((await approve({ urgency: 'soon', version }, therapist.token)).code).toBe('chain.not_found');
    expect((await approve({ urgency: 'soon', version: version + 1 }, director.token)).code).toBe(
      'ladder.unknown',
    );
    await done(approve({ urgency: 'soon', version }, director.token));
    expect(await ladderOf('soon', therapist.token)).toMatchObject({ inForce: { version }, proposed: null });
  });

  it('cannot be kept quiet by any ladder', async () => {
    const steps = [{ who: ['responder'], at: { minutesAfterDue: 0 } }];
    const answer = await put({ urgency: 'soon', ladder: { ackHoldsMinutes: 30, steps } });
    expect(answer.code).toBe('ladder.unheard');
  });

  it('show the members of the thread how far it has gone, who was told when, and what was delivered and seen', async () => {
    const id = await open();
    const sync = { cursors: [{ chainId: thread.id, afterSeq: thread.state.seq }] };
    const stand = async () => (await standings(therapist.token)).obligations.find((each) => each.id === id);
    expect(await stand()).toMatchObject({ level: 0, levels: 4, delivered: false, seen: false });
    await call(service, 'sync', { body: sync, token: prescriber.token });
    expect(await stand()).toMatchObject({ delivered: true, seen: false, state: 'open' });
    const receipt = { params: { threadId: thread.id }, body: { seenSeq: thread.state.seq } };
    await done(call(service, 'putReceipt', { ...receipt, token: prescriber.token }));
    expect(await stand()).toMatchObject({ delivered: true, seen: true, state: 'open' });
    await obligationRoom(source).age(fromHex(thread.id), id, HOUR_MS);
    await engine();
    const standing = await stand();
    expect(standing).toMatchObject({ level: 2, state: 'open', attended: true });
    expect(standing?.nextStepAtMs).toBeGreaterThan(standing?.dueAtMs ?? Infinity);
    expect(standing?.history.map(({ kind, told }) => [kind, told?.map(({ as }) => as)])).toEqual([
      ['op', undefined],
      ['step', ['responder']],
      ['step', ['opener', 'administrators']],
      ['nobody_on_duty', undefined],
    ]);
  });

  it('tell a client how far it has gone, and not who of the staff outside the thread was told', async () => {
    const client = await clinic.join('client');
    const shared = await clinic.openThread([therapist, prescriber, client]);
    const ask = op(OP.open, { responder: prescriber.person.state.chainId, dueMs: Date.now() + HOUR_MS });
    await say(service, shared, shared.message(therapist.person, { ops: [ask] }), therapist.token);
    await obligationRoom(source).age(fromHex(shared.id), shared.state.seq * 256, 10 * HOUR_MS);
    await engine();
    const seenBy = async (token: string) => {
      const params = { threadId: shared.id };
      const { obligations } = await done<ThreadObligationsReply>(
        call(service, 'listThreadObligations', { params, token }),
      );
      return obligations.flatMap(({ history }) => history.flatMap(({ told }) => told ?? []));
    };
    const directorId = toHex(director.person.state.chainId);
    expect(await seenBy(therapist.token)).toContainEqual({ as: 'directors', id: directorId });
    const told = await seenBy(client.token);
    expect(told).toContainEqual({ as: 'directors' });
    expect(JSON.stringify(told)).not.toContain(directorId);
  });

  it('seen is never acknowledged: a receipt changes neither the state nor what comes next', async () => {
    const id = await open();
    const stand = async () => (await standings(therapist.token)).obligations.find((each) => each.id === id);
    const before = await stand();
    const receipt = { params: { threadId: thread.id }, body: { seenSeq: thread.state.seq } };
    await done(call(service, 'putReceipt', { ...receipt, token: prescriber.token }));
    expect(await stand()).toEqual({ ...before, delivered: true, seen: true });
  });

  it('a receipt moves only forward, and never beyond what there is', async () => {
    const params = { threadId: thread.id };
    for (const seenSeq of [Number.MAX_SAFE_INTEGER, 1]) {
      await done(call(service, 'putReceipt', { params, body: { seenSeq }, token: prescriber.token }));
    }
    const rows = await service.sql<{ seen_seq: string }>(
      'SELECT seen_seq FROM thread_receipt WHERE user_id = $1',
      [prescriber.person.state.chainId],
    );
    expect(rows).toEqual([{ seen_seq: String(thread.state.seq) }]);
  });

  it('are listed for who answers for the organisation, without the case or the counterpart', async () => {
    const id = await open();
    await obligationRoom(source).age(fromHex(thread.id), id, 2 * HOUR_MS);
    for (const token of [clinic.adminToken, director.token]) {
      const reply = await done<OverdueReply>(call(service, 'listOverdue', { params: organisation(), token }));
      expect(reply.overdue.length).toBeGreaterThan(0);
      expect(reply.overdue).toContainEqual(
        expect.objectContaining({
          urgency: 'routine',
          responderId: prescriber.person.userId,
          attended: true,
        }),
      );
      const text = JSON.stringify(reply);
      expect(text).not.toContain(thread.id);
      expect(text).not.toContain(therapist.person.userId);
    }
    const refused = await call(service, 'listOverdue', { params: organisation(), token: therapist.token });
    expect(refused.code).toBe('chain.not_found');
  });
});
