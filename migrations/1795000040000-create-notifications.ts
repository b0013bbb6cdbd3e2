import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger: one row per notification meant for somebody, one per try. No text, no address, no name. */
export class CreateNotifications1795000040000 implements MigrationInterface {
  name = 'CreateNotifications1795000040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delivery (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        cause text NOT NULL,
        recipient_kind text NOT NULL CHECK (recipient_kind IN ('person', 'administrator', 'organisation')),
        recipient_id bytea NOT NULL,
        channel text NOT NULL CHECK (channel IN ('email', 'webhook', 'none')),
        reason text NOT NULL
          CHECK (reason IN ('opened', 'reminder', 'due', 'unattended', 'answered', 'update')),
        urgency smallint NOT NULL,
        thread_id bytea NOT NULL,
        obligation_id bigint,
        link_token uuid NOT NULL DEFAULT gen_random_uuid(),
        state text NOT NULL DEFAULT 'pending'
          CHECK (state IN ('pending', 'sent', 'failed', 'skipped', 'no_contact')),
        attempts integer NOT NULL DEFAULT 0,
        claimed_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        UNIQUE (cause, recipient_kind, recipient_id, channel)
      )`);
    await runner.query(
      'CREATE INDEX delivery_recipient ON delivery (recipient_kind, recipient_id, created_at DESC)',
    );
    await runner.query(`
      CREATE TABLE delivery_attempt (
        delivery_id uuid NOT NULL REFERENCES delivery (id),
        number integer NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        outcome text NOT NULL DEFAULT 'unknown' CHECK (outcome IN ('unknown', 'sent', 'failed')),
        code text,
        PRIMARY KEY (delivery_id, number)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE delivery_attempt');
    await runner.query('DROP TABLE delivery');
  }
}
