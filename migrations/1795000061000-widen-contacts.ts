import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices that take pushes, numbers that take texts or asked not to, and how each person wants to be told. */
export class WidenContacts1795000061000 implements MigrationInterface {
  name = 'WidenContacts1795000061000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE digest_told, notice_preference, sms_wish, push_subscription');
    await runner.query('ALTER TABLE contact DROP CONSTRAINT contact_channel_check');
    await runner.query(
      `ALTER TABLE contact ADD CONSTRAINT contact_channel_check CHECK (channel IN ('email', 'webhook'))`,
    );
  }
}

const UP = [
  'ALTER TABLE contact DROP CONSTRAINT contact_channel_check',
  `ALTER TABLE contact ADD CONSTRAINT contact_channel_check CHECK (channel IN ('email', 'webhook', 'sms'))`,
  `CREATE TABLE push_subscription (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    principal_kind text NOT NULL CHECK (principal_kind IN ('user', 'admin')),
    principal_id bytea NOT NULL,
    endpoint text NOT NULL,
    p256dh bytea NOT NULL,
    auth bytea NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (principal_kind, principal_id, endpoint)
  )`,
  // What the owner of a number said last, whoever entered it here; it outlives the contact.
  `CREATE TABLE sms_wish (
    number text PRIMARY KEY,
    opted_out boolean NOT NULL,
    said_at timestamptz NOT NULL
  )`,
  `CREATE TABLE notice_preference (
    principal_kind text NOT NULL CHECK (principal_kind IN ('user', 'admin')),
    principal_id bytea NOT NULL,
    preferences jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal_kind, principal_id)
  )`,
  // Of all that waited for one digest, the cause that carries it; the others are collected in it.
  `CREATE TABLE digest_told (
    recipient_id bytea NOT NULL,
    digest_at timestamptz NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (recipient_id, digest_at)
  )`,
];
