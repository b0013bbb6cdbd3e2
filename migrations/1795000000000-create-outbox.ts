import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Effects that must follow a committed transaction. The payload carries ids only. */
export class CreateOutbox1795000000000 implements MigrationInterface {
  name = 'CreateOutbox1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id bigserial PRIMARY KEY,
        dedupe_key text NOT NULL UNIQUE,
        topic text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        leased_until timestamptz,
        enqueued_at timestamptz,
        done_at timestamptz
      )`);
    await runner.query(`CREATE INDEX outbox_undone ON outbox (id) WHERE done_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbox');
  }
}
