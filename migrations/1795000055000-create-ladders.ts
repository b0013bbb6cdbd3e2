import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ladders as data instead of two fixed steps, what happened to an obligation, and whom no notice reached. Obligations
 * on their way keep their reminder and their due time. The version before this one must be stopped first: it writes
 * columns that are gone.
 */
export class CreateLadders1795000055000 implements MigrationInterface {
  name = 'CreateLadders1795000055000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...EXPAND, ...CONVERT, ...CONTRACT]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of BACK) await runner.query(statement);
  }
}

const TABLES = [
  // Rows are added, never changed: what an obligation was opened under stays what it was.
  `CREATE TABLE ladder (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bytea NOT NULL,
    urgency smallint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    content jsonb NOT NULL,
    written_by bytea NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organisation_id, urgency, version)
  )`,
  // Version 0 is the built-in ladder, which an organisation's director may approve like any other.
  `CREATE TABLE ladder_approval (
    organisation_id bytea NOT NULL,
    urgency smallint NOT NULL,
    version integer NOT NULL CHECK (version >= 0),
    approved_by bytea NOT NULL,
    approved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, urgency, version)
  )`,
  `CREATE TABLE obligation_history (
    n bigint GENERATED ALWAYS AS IDENTITY,
    thread_id bytea NOT NULL,
    obligation_id bigint NOT NULL,
    cause text NOT NULL,
    kind text NOT NULL CHECK (kind IN
      ('op', 'step', 'nobody_on_duty', 'step_empty', 'unattended', 'undelivered', 'wait_over')),
    at timestamptz NOT NULL DEFAULT now(),
    seq bigint,
    op smallint,
    actor_id bytea,
    step smallint,
    level smallint,
    repeat smallint,
    scheduled_for timestamptz,
    hastened boolean,
    told jsonb,
    next_on_duty_at timestamptz,
    PRIMARY KEY (thread_id, obligation_id, cause)
  )`,
  `CREATE INDEX obligation_history_steps ON obligation_history (at) WHERE kind IN ('step', 'step_empty')`,
  `CREATE TABLE undelivered_notice (
    cause text PRIMARY KEY,
    reason text NOT NULL,
    recipient text NOT NULL,
    recipient_id bytea NOT NULL,
    thread_id bytea,
    obligation_id bigint,
    at timestamptz NOT NULL DEFAULT now()
  )`,
  'CREATE INDEX undelivered_notice_at ON undelivered_notice (at DESC)',
];

const EXPAND = [
  `ALTER TABLE obligation
    ADD COLUMN ladder_id bigint REFERENCES ladder (id),
    ADD COLUMN taken smallint[] NOT NULL DEFAULT '{}',
    ADD COLUMN look_at timestamptz,
    ADD COLUMN hastened boolean NOT NULL DEFAULT false,
    ADD COLUMN ack_holds_ms bigint NOT NULL DEFAULT 0,
    ADD COLUMN paused_ms bigint NOT NULL DEFAULT 0,
    ADD COLUMN paused_until timestamptz,
    ADD COLUMN wait_until timestamptz,
    ADD COLUMN unattended_times smallint NOT NULL DEFAULT 0`,
  // Rows whose dispatch fails again and again are dead letters, however short each try is.
  'ALTER TABLE outbox ADD COLUMN tries integer NOT NULL DEFAULT 0',
];

/** Urgency from 3 on has other steps: those of the time before due count as taken, so that nothing floods. */
const CONVERT = [
  `UPDATE obligation SET
     look_at = CASE WHEN step IS NULL THEN NULL WHEN step = 'due' OR urgency >= 3 THEN due_at ELSE step_at END,
     taken = CASE
       WHEN urgency = 3 THEN CASE WHEN step IS NULL THEN '{1,1,1,1}' ELSE '{1,1,1,0}' END
       WHEN urgency = 4 THEN CASE WHEN step IS NULL THEN '{61,1,1,1}' ELSE '{61,1,1,0}' END
       WHEN step = 'remind' THEN '{0,0,0,0}'
       WHEN step = 'due' THEN '{1,0,0,0}'
       ELSE '{1,1,1,1}' END::smallint[],
     ack_holds_ms = 86400000,
     unattended_times = CASE WHEN attended THEN 0 ELSE 1 END`,
];

const CONTRACT = [
  'DROP INDEX obligation_step',
  'ALTER TABLE obligation DROP COLUMN step, DROP COLUMN step_at',
  'ALTER TABLE obligation ALTER COLUMN taken DROP DEFAULT',
  `ALTER TABLE obligation ADD CHECK (look_at IS NULL OR state IN ('open', 'acknowledged', 'waiting'))`,
  'CREATE INDEX obligation_look ON obligation (look_at) WHERE look_at IS NOT NULL',
  'CREATE INDEX obligation_wait ON obligation (wait_until) WHERE wait_until IS NOT NULL',
  `CREATE INDEX obligation_overdue ON obligation (organisation_id, due_at)
   WHERE state IN ('open', 'acknowledged', 'waiting')`,
  `CREATE INDEX obligation_unattended ON obligation (thread_id)
   WHERE NOT attended AND state IN ('open', 'acknowledged', 'waiting')`,
];

const BACK = [
  `ALTER TABLE obligation
     ADD COLUMN step text CHECK (step IN ('remind', 'due')),
     ADD COLUMN step_at timestamptz,
     ADD CHECK ((step IS NULL) = (step_at IS NULL)),
     ADD CHECK (step IS NULL OR state IN ('open', 'acknowledged', 'waiting'))`,
  `UPDATE obligation SET step = 'due', step_at = due_at WHERE look_at IS NOT NULL AND look_at <= due_at`,
  'CREATE INDEX obligation_step ON obligation (step_at) WHERE step IS NOT NULL',
  `ALTER TABLE obligation DROP COLUMN ladder_id, DROP COLUMN taken, DROP COLUMN look_at, DROP COLUMN hastened,
     DROP COLUMN ack_holds_ms, DROP COLUMN paused_ms, DROP COLUMN paused_until, DROP COLUMN wait_until,
     DROP COLUMN unattended_times`,
  'DROP INDEX obligation_overdue',
  'DROP INDEX obligation_unattended',
  'ALTER TABLE outbox DROP COLUMN tries',
  'DROP TABLE undelivered_notice, obligation_history, ladder_approval, ladder',
];
