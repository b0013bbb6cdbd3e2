import type { MigrationInterface, QueryRunner } from 'typeorm';

/** More ways to tell somebody, what became of each, and whether a device of his said that it arrived. */
export class FollowDeliveries1795000060000 implements MigrationInterface {
  name = 'FollowDeliveries1795000060000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** Fails where such deliveries exist already: they are part of the record. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  // `subscription_id`: which of a person's devices a push is for. `held_until`: quiet hours or a digest.
  `ALTER TABLE delivery
     ADD COLUMN confirmed_at timestamptz,
     ADD COLUMN held_until timestamptz,
     ADD COLUMN subscription_id uuid,
     DROP CONSTRAINT delivery_channel_check,
     DROP CONSTRAINT delivery_state_check,
     DROP CONSTRAINT delivery_cause_recipient_kind_recipient_id_channel_key,
     ADD CONSTRAINT delivery_channel_check
       CHECK (channel IN ('live', 'push', 'email', 'webhook', 'sms', 'none')),
     ADD CONSTRAINT delivery_state_check CHECK (state IN
       ('pending', 'sent', 'failed', 'skipped', 'no_contact', 'opted_out', 'collected', 'spared')),
     ADD CONSTRAINT delivery_once
       UNIQUE NULLS NOT DISTINCT (cause, recipient_kind, recipient_id, channel, subscription_id)`,
  'CREATE UNIQUE INDEX delivery_link ON delivery (link_token)',
  'CREATE INDEX delivery_age ON delivery (created_at)',
  'CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL',
];

const DOWN = [
  'DROP INDEX outbox_done, delivery_age, delivery_link',
  `ALTER TABLE delivery
     DROP CONSTRAINT delivery_once,
     DROP CONSTRAINT delivery_state_check,
     DROP CONSTRAINT delivery_channel_check,
     ADD CONSTRAINT delivery_channel_check CHECK (channel IN ('email', 'webhook', 'none')),
     ADD CONSTRAINT delivery_state_check
       CHECK (state IN ('pending', 'sent', 'failed', 'skipped', 'no_contact')),
     ADD CONSTRAINT delivery_cause_recipient_kind_recipient_id_channel_key
       UNIQUE (cause, recipient_kind, recipient_id, channel),
     DROP COLUMN confirmed_at,
     DROP COLUMN held_until,
     DROP COLUMN subscription_id`,
];
