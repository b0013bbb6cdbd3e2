import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever looks at the outbox or at the ledger finds what he looks for by an index, however much waits there.
 * `leased_until` alone says when a row may be claimed; `due_at` says since when its effect is late, which a planned wait
 * puts off and a claim does not. The version before this one may run beside it: rows it enqueued may be enqueued twice,
 * which is one effect.
 */
export class BoundOutbox1795000070000 implements MigrationInterface {
  name = 'BoundOutbox1795000070000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE outbox
     ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
     ADD COLUMN priority smallint NOT NULL GENERATED ALWAYS AS (
       CASE jsonb_typeof(payload -> 'urgency')
         WHEN 'number' THEN least(greatest((payload -> 'urgency')::numeric, 0), 4)::smallint ELSE 0 END) STORED`,
  // What was put off waits by plan; what was enqueued is under way.
  `UPDATE outbox SET
     due_at = CASE WHEN enqueued_at IS NULL THEN greatest(created_at, leased_until) ELSE created_at END,
     leased_until = greatest(leased_until, enqueued_at + interval '30 seconds')
   WHERE done_at IS NULL`,
  'DROP INDEX outbox_undone',
  `CREATE INDEX outbox_claim ON outbox (priority, (coalesce(leased_until, created_at))) WHERE done_at IS NULL`,
  'CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL',
  'CREATE INDEX outbox_dead ON outbox (id) WHERE done_at IS NULL AND tries >= 20',
  `CREATE INDEX delivery_failing ON delivery (created_at) WHERE state = 'pending' AND attempts > 0`,
  `CREATE INDEX delivery_held ON delivery (held_until) WHERE state = 'pending' AND attempts = 0`,
];

const DOWN = [
  'DROP INDEX delivery_held, delivery_failing, outbox_dead, outbox_due, outbox_claim',
  'CREATE INDEX outbox_undone ON outbox (id) WHERE done_at IS NULL',
  'ALTER TABLE outbox DROP COLUMN priority, DROP COLUMN due_at',
];
