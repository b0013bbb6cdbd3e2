import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { LedgerPruning } from '../../../src/notifications/ledger-pruning.service.js';
import { LedgerRepository } from '../../../src/notifications/ledger.repository.js';
import { GapRepository } from '../../../src/obligations/coverage/gap.repository.js';
import { HandoverRepository } from '../../../src/obligations/coverage/handover.repository.js';
import { ReadinessRepository } from '../../../src/obligations/coverage/readiness.repository.js';
import { PassingRecords } from '../../../src/obligations/index.js';
import { UndeliveredRepository } from '../../../src/obligations/undelivered.repository.js';
import { UpdateWindowRepository } from '../../../src/obligations/update-window.repository.js';
import { OutboxRepository } from '../../../src/platform/index.js';
import {
  openMovableDatabase,
  silent,
  type OpenedMovableDatabase,
} from '../../support/obligations/database.js';
import { obligationRoom } from '../../support/obligations/rooms.js';

const DAY_MS = 24 * 3_600_000;
const POOL = randomBytes(16);
const ZERO = '0'.repeat(32);

function pruningOf(source: DataSource): LedgerPruning {
  const records = new PassingRecords(
    source,
    new UndeliveredRepository(source),
    new UpdateWindowRepository(),
    new GapRepository(),
    new ReadinessRepository(),
    new HandoverRepository(),
  );
  return new LedgerPruning(new OutboxRepository(source), new LedgerRepository(source), records, silent);
}

/** Everything is written now; then the clock of the database is moved. */
describe('what is over for ninety days', () => {
  let opened: OpenedMovableDatabase;
  let source: DataSource;

  beforeEach(async () => {
    opened = await openMovableDatabase();
    ({ source } = opened);
  });

  afterEach(async () => {
    await opened.close();
  });

  /** The values of a column that are left after so many days. */
  async function leftAfter(days: number, select: string): Promise<string[]> {
    await opened.clock.advance(days * DAY_MS);
    await pruningOf(source).run();
    const left: { kept: string }[] = await source.query(`SELECT ${select} ORDER BY kept`);
    return left.map(({ kept }) => kept);
  }

  const owed = (threadId: Uint8Array, state: 'open' | 'answered') =>
    source.query(
      `INSERT INTO obligation (thread_id, id, opener_id, responder_id, responder_role, urgency, state, opened_seq,
         opened_at, due_at, taken)
       VALUES ($1, 1, $1, $1, 2, 1, $2, 3, now(), now(), '{}')`,
      [threadId, state],
    );

  it('is forgotten of the outbox and the ledger, however much there is of it; what is young or not done stays', async () => {
    await source.query(
      `INSERT INTO outbox (dedupe_key, topic, payload, done_at)
       SELECT 'old-' || n, 'notice', '{}'::jsonb, now() FROM generate_series(1, 2500) AS n
       UNION ALL SELECT 'young', 'notice', '{}'::jsonb, now() + interval '2 days'
       UNION ALL SELECT 'waiting', 'notice', '{}'::jsonb, NULL`,
    );
    await source.query(
      `INSERT INTO delivery (cause, recipient_kind, recipient_id, channel, reason, urgency, state, created_at)
       SELECT cause, 'person', '\\x00', 'email', 'update', 1, state, now() + days * interval '1 day'
       FROM (VALUES ('old', 'sent', 0), ('left alone', 'pending', 0), ('waiting', 'pending', 0), ('young', 'sent', 2))
         AS given (cause, state, days)`,
    );
    await source.query('INSERT INTO delivery_attempt (delivery_id, number) SELECT id, 1 FROM delivery');
    await source.query(
      `INSERT INTO digest_told SELECT '\\x00', now() + days * interval '1 day', 'digest ' || days
       FROM (VALUES (0), (2)) AS given (days)`,
    );
    expect(await leftAfter(91, 'dedupe_key AS kept FROM outbox')).toEqual(['waiting', 'young']);
    const kept = 'cause AS kept FROM delivery JOIN delivery_attempt ON delivery_id = id';
    expect(await leftAfter(0, kept)).toEqual(['waiting', 'young']);
    expect(await leftAfter(0, 'cause AS kept FROM digest_told')).toEqual(['digest 2']);
  });

  it('is not forgotten of who was told by an effect that is not done: he would be told again', async () => {
    await source.query(
      `INSERT INTO outbox (dedupe_key, topic, payload) VALUES ('not done', 'notice', '{}'::jsonb)`,
    );
    await source.query(
      `INSERT INTO delivery (cause, recipient_kind, recipient_id, channel, reason, urgency, state)
       VALUES ('not done', 'administrator', '\\x00', 'email', 'due', 1, 'sent')`,
    );
    expect(await leftAfter(91, 'cause AS kept FROM delivery')).toEqual(['not done']);
    await source.query('UPDATE outbox SET done_at = now()');
    expect(await leftAfter(0, 'cause AS kept FROM delivery')).toEqual([]);
  });

  it('is forgotten of what reached nobody, but not while its obligation is open or nothing gets it done', async () => {
    const [open, over] = [randomBytes(16), randomBytes(16)];
    await owed(open, 'open');
    await owed(over, 'answered');
    for (const [cause, threadId] of [
      ['of an open one', open],
      ['of one that is over', over],
      ['of none', null],
      ['dead', null],
    ] as const) {
      await source.query(
        `INSERT INTO undelivered_notice (cause, reason, recipient, recipient_id, thread_id, obligation_id)
         VALUES ($1, 'due', 'person', '\\x00', $2, CASE WHEN $2::bytea IS NULL THEN NULL ELSE 1 END)`,
        [cause, threadId],
      );
    }
    const notice = { reason: 'coverage_gap', recipient: 'person', recipientId: ZERO, urgency: 2 };
    await source.query(
      `INSERT INTO outbox (dedupe_key, topic, payload, tries) VALUES ('dead', 'notice', $1, 20)`,
      [JSON.stringify({ ...notice, place: 'organisation', organisationId: ZERO })],
    );
    const all = 'cause AS kept FROM undelivered_notice';
    expect(await leftAfter(89, all)).toHaveLength(4);
    expect(await leftAfter(2, all)).toEqual(['dead', 'of an open one']);

    const { undeliverable, notices } = obligationRoom(source);
    await undeliverable.reportDeadLetters();
    expect(await notices()).toHaveLength(1);
    await source.query(`UPDATE obligation SET state = 'answered'`);
    expect(await leftAfter(0, all)).toEqual(['dead']);
  });

  it('is forgotten of gaps behind us, not of those that last or are ahead', async () => {
    const transactions = obligationRoom(source).transactions;
    const pool = { organisationId: POOL, role: 2 } as const;
    const nowMs = Date.now();
    const gaps = [
      ['behind', nowMs, 5],
      ['lasting', nowMs + DAY_MS, 99],
      ['ahead', nowMs + 100 * DAY_MS, 101],
    ] as const;
    await transactions.run((tx) =>
      new GapRepository().note(
        tx,
        pool,
        gaps.map(([, fromMs, days]) => ({ slot: 'primary', fromMs, toMs: nowMs + days * DAY_MS })),
      ),
    );
    const days = `round(extract(epoch FROM to_at - found_at) / 86400)::int AS kept FROM coverage_gap`;
    expect(await leftAfter(94, days)).toEqual([5, 99, 101]);
    expect(await leftAfter(2, days)).toEqual([99, 101]);
  });

  it('is forgotten of checks before shifts, not of those nobody has evaluated or whose shift is to come', async () => {
    await source.query(
      `INSERT INTO readiness_check (organisation_id, role, slot, person_id, shift_at, hours_before, probe_key,
         evaluate_at, state)
       SELECT $1, 2, 'primary', $1, now() + days * interval '1 day', 24, key, now(), state
       FROM (VALUES ('over', 0, 'ready'), ('failed', 0, 'not_ready'), ('void', 0, 'void'), ('asked', 0, 'probing'),
         ('to come', 92, 'ready')) AS given (key, days, state)
       ON CONFLICT DO NOTHING`,
      [POOL],
    );
    await source.query(
      `INSERT INTO readiness_check (organisation_id, role, slot, person_id, shift_at, hours_before, probe_key,
         evaluate_at)
       VALUES ($1, 2, 'secondary', $1, now(), 24, 'asked', now())`,
      [POOL],
    );
    expect(await leftAfter(91, 'probe_key AS kept FROM readiness_check')).toEqual(['asked', 'to come']);
  });

  it('is forgotten of hand-over notes with their items, not of the newest of a pool, whose shift may last', async () => {
    for (const [note, organisation, days] of [
      ['first', POOL, 0],
      ['second', POOL, 0.5],
      ['third', POOL, 30],
      ['only one', randomBytes(16), 0],
    ] as const) {
      await source.query(
        `WITH note AS (
           INSERT INTO handover_note (organisation_id, role, shift_at, incoming_id)
           VALUES ($2, 2, now() + $3::float8 * interval '1 day', '\\x00') RETURNING id)
         INSERT INTO handover_item (note_id, thread_id, obligation_id, urgency, due_at, state, overdue)
         SELECT id, '\\x00', 1, 1, now(), $1, false FROM note`,
        [note, organisation, days],
      );
    }
    const notes = 'item.state AS kept FROM handover_note JOIN handover_item AS item ON note_id = id';
    expect(await leftAfter(91, notes)).toEqual(['only one', 'third']);
    expect(await leftAfter(100, notes)).toEqual(['only one', 'third']);
    expect(await leftAfter(0, 'note_id AS kept FROM handover_item')).toHaveLength(2);
  });

  it('is forgotten of the quiet after an update, not where something is left to tell', async () => {
    await source.query(
      `INSERT INTO update_window (thread_id, recipient_id, quiet_until, urgency, more)
       VALUES ('\\x01', '\\x00', now(), 1, false), ('\\x02', '\\x00', now(), 1, true),
         ('\\x03', '\\x00', now() + interval '2 days', 1, false)`,
    );
    const threads = `encode(thread_id, 'hex') AS kept FROM update_window`;
    expect(await leftAfter(91, threads)).toEqual(['02', '03']);
  });

  it('is forgotten everywhere else when one table cannot be pruned', async () => {
    await source.query('ALTER TABLE outbox RENAME COLUMN done_at TO done_when');
    await source.query(`INSERT INTO digest_told VALUES ('\\x00', now(), 'digest')`);
    expect(await leftAfter(91, 'cause AS kept FROM digest_told')).toEqual([]);
  });
});
