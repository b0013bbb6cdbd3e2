import fc from 'fast-check';
import { applyThread, isOwed, type Obligation, type ThreadState } from '#chain';
import { fromHex, parseEntry, toHex } from '#protocol';
import type { AppliedThread } from '../../../src/obligations/entry-notices.policy.js';
import { openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { bytesOf, histories, newCast, type Step } from '../../support/obligations/random.histories.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';

/** What the service keeps of an obligation and what every client computes for itself. */
interface Agreed {
  readonly id: number;
  readonly opener: string;
  readonly responder: string;
  readonly responderRole: number;
  readonly owner: string | null;
  readonly pending: string | null;
  readonly urgency: number;
  readonly state: string;
  readonly dueMs: number;
  /** Nothing more is done once it is not owed. */
  readonly looked: boolean;
}

interface MirrorRow extends Omit<Agreed, 'opener' | 'responder' | 'owner' | 'pending'> {
  readonly opener: Uint8Array;
  readonly responder: Uint8Array;
  readonly owner: Uint8Array | null;
  readonly pending: Uint8Array | null;
}

describe('the fold of a client and the rows of the service', () => {
  let opened: OpenedDatabase;
  let room: ObligationRoom;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    room = obligationRoom(opened.source);
  });

  afterAll(async () => {
    await opened.close();
  });

  /** The service takes an entry whose ops all fit, in batches; the engine looks in between. */
  async function serve(steps: readonly Step[], batch: number) {
    const cast = newCast();
    const { thread } = cast.made;
    const first = thread.copy();
    let waiting: AppliedThread[] = [];
    for (const step of steps) {
      const bytes = bytesOf(step, cast);
      const judged = thread.apply(bytes);
      if (!judged.ok || judged.refusedOps.length > 0) continue;
      const { state, changes } = thread.accept(bytes);
      waiting.push({ state, changes, entry: parseEntry(bytes) });
      if (waiting.length < batch) continue;
      await room.mirrored(...waiting);
      await room.newEngine().run();
      waiting = [];
    }
    await room.mirrored(...waiting);
    return { thread, first };
  }

  async function rowsOf(threadId: string): Promise<Agreed[]> {
    const found: MirrorRow[] = await opened.source.query(
      `SELECT id::int, opener_id AS opener, responder_id AS responder, responder_role AS "responderRole",
         owner_id AS owner, pending_id AS pending, urgency, state,
         extract(epoch FROM due_at)::float8 * 1000 AS "dueMs", look_at IS NOT NULL AS looked
       FROM obligation WHERE thread_id = $1 ORDER BY id`,
      [fromHex(threadId)],
    );
    const hex = (id: Uint8Array | null) => (id === null ? null : toHex(id));
    return found.map((row) => ({
      ...row,
      opener: toHex(row.opener),
      responder: toHex(row.responder),
      owner: hex(row.owner),
      pending: hex(row.pending),
      looked: !isOwedState(row.state) && row.looked,
    }));
  }

  const isOwedState = (state: string): boolean => isOwed({ state } as Obligation);

  /** As the SDK does it: nothing but the bytes, from the beginning. */
  function foldOf(
    { thread, first }: Awaited<ReturnType<typeof serve>>,
    world: Parameters<typeof applyThread>[2],
  ) {
    let state: ThreadState | undefined = first.state;
    for (const bytes of thread.entries.slice(first.entries.length)) {
      const outcome = applyThread(state, bytes, world);
      if (outcome.ok) ({ state } = outcome);
    }
    return [...state.obligations.values()].map((folded): Agreed => ({
      id: folded.id,
      opener: folded.opener,
      responder: folded.responder,
      responderRole: folded.responderRole,
      owner: folded.owner ?? null,
      pending: folded.pendingHandOver ?? null,
      urgency: folded.urgency,
      state: folded.state,
      dueMs: folded.dueMs,
      looked: false,
    }));
  }

  it('agree after every history, whatever was refused and whatever the engine did in between', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 4 }), async (steps, batch) => {
        await opened.source.query('TRUNCATE obligation, obligation_history, outbox, update_window');
        const served = await serve(steps, batch);
        const folded = foldOf(served, served.thread.world);
        expect(await rowsOf(served.thread.state.threadId)).toEqual(
          folded.sort((one, two) => one.id - two.id),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('agree on the history: one line for each op that took effect, whoever mirrors it twice', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        await opened.source.query('TRUNCATE obligation, obligation_history, outbox, update_window');
        const { thread, first } = await serve(steps, 3);
        let state = first.state;
        let effects = 0;
        for (const bytes of thread.entries.slice(first.entries.length)) {
          const outcome = applyThread(state, bytes, thread.world);
          if (outcome.ok) ({ state } = outcome);
          effects += outcome.ok ? outcome.changes.length : 0;
        }
        const [row]: { count: number }[] = await opened.source.query(
          `SELECT count(*)::int AS count FROM obligation_history WHERE kind = 'op'`,
        );
        expect(row?.count).toBe(effects);
      }),
      { numRuns: 5 },
    );
  });
});
