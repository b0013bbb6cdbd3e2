import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far a thread has reached somebody's devices, and his eyes. Hints of the server, never part of the record. */
export class CreateReceipts1795000056000 implements MigrationInterface {
  name = 'CreateReceipts1795000056000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE thread_receipt (
        thread_id bytea NOT NULL,
        user_id bytea NOT NULL,
        delivered_seq bigint NOT NULL,
        seen_seq bigint NOT NULL,
        PRIMARY KEY (thread_id, user_id),
        CHECK (seen_seq <= delivered_seq)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thread_receipt');
  }
}
