import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The mirror of the obligation fold, the steps of each, and how recently a person was told of a thread. */
export class CreateObligations1795000030000 implements MigrationInterface {
  name = 'CreateObligations1795000030000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE obligation (
        thread_id bytea NOT NULL,
        id bigint NOT NULL,
        opener_id bytea NOT NULL,
        responder_id bytea NOT NULL,
        responder_role smallint NOT NULL,
        organisation_id bytea,
        owner_id bytea,
        pending_id bytea,
        urgency smallint NOT NULL,
        state text NOT NULL
          CHECK (state IN ('open', 'acknowledged', 'waiting', 'answered', 'closed', 'withdrawn')),
        attended boolean NOT NULL DEFAULT true,
        opened_seq bigint NOT NULL,
        opened_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        step text CHECK (step IN ('remind', 'due')),
        step_at timestamptz,
        PRIMARY KEY (thread_id, id),
        CHECK ((step IS NULL) = (step_at IS NULL)),
        CHECK (step IS NULL OR state IN ('open', 'acknowledged', 'waiting'))
      )`);
    await runner.query('CREATE INDEX obligation_step ON obligation (step_at) WHERE step IS NOT NULL');
    await runner.query(`
      CREATE INDEX obligation_attended ON obligation (thread_id)
      WHERE attended AND state IN ('open', 'acknowledged', 'waiting')`);
    await runner.query(`
      CREATE TABLE update_window (
        thread_id bytea NOT NULL,
        recipient_id bytea NOT NULL,
        quiet_until timestamptz NOT NULL,
        urgency smallint NOT NULL,
        more boolean NOT NULL,
        PRIMARY KEY (thread_id, recipient_id)
      )`);
    await runner.query('CREATE INDEX update_window_more ON update_window (quiet_until) WHERE more');
    await runner.query(`
      CREATE TABLE engine_heartbeat (
        engine text PRIMARY KEY,
        beat_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE engine_heartbeat');
    await runner.query('DROP TABLE update_window');
    await runner.query('DROP TABLE obligation');
  }
}
