import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pools that are looked after: gaps told, readiness before each shift, what is handed over at its beginning. */
export class WatchCoverage1795000052000 implements MigrationInterface {
  name = 'WatchCoverage1795000052000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX session_person');
    await runner.query(
      'DROP TABLE handover_item, handover_note, readiness_check, coverage_gap, coverage_pool',
    );
  }
}

const STATEMENTS = [
  // One row per pool with a rota. `handled_until`: shifts that begin up to then have been handed over.
  `CREATE TABLE coverage_pool (
    organisation_id bytea NOT NULL,
    role smallint NOT NULL,
    next_look_at timestamptz NOT NULL DEFAULT now(),
    handled_until timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, role)
  )`,
  'CREATE INDEX coverage_pool_look ON coverage_pool (next_look_at)',
  `CREATE TABLE coverage_gap (
    organisation_id bytea NOT NULL,
    role smallint NOT NULL,
    slot text NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    told_on date NOT NULL,
    PRIMARY KEY (organisation_id, role, slot, from_at)
  )`,
  // `probe_key`: the effect whose delivery a device of the person must confirm. `missing`: threads he is not in.
  `CREATE TABLE readiness_check (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bytea NOT NULL,
    role smallint NOT NULL,
    slot text NOT NULL,
    person_id bytea NOT NULL,
    shift_at timestamptz NOT NULL,
    hours_before smallint NOT NULL CHECK (hours_before IN (1, 24)),
    probe_key text NOT NULL,
    probed_at timestamptz NOT NULL DEFAULT now(),
    evaluate_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'probing' CHECK (state IN ('probing', 'ready', 'not_ready', 'void')),
    probe_confirmed boolean,
    device_online boolean,
    threads integer,
    missing bytea[],
    UNIQUE (organisation_id, role, slot, shift_at, hours_before, person_id)
  )`,
  `CREATE INDEX readiness_check_probing ON readiness_check (evaluate_at) WHERE state = 'probing'`,
  'CREATE INDEX readiness_check_shift ON readiness_check (organisation_id, shift_at DESC)',
  `CREATE TABLE handover_note (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id bytea NOT NULL,
    role smallint NOT NULL,
    shift_at timestamptz NOT NULL,
    incoming_id bytea NOT NULL,
    outgoing_id bytea,
    written_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organisation_id, role, shift_at)
  )`,
  'CREATE INDEX handover_note_incoming ON handover_note (incoming_id, shift_at DESC)',
  // What was open when the shift began, as it stood then.
  `CREATE TABLE handover_item (
    note_id uuid NOT NULL REFERENCES handover_note (id) ON DELETE CASCADE,
    thread_id bytea NOT NULL,
    obligation_id bigint NOT NULL,
    urgency smallint NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL,
    overdue boolean NOT NULL,
    PRIMARY KEY (note_id, thread_id, obligation_id)
  )`,
  // Is a device of this person in use?
  'CREATE INDEX session_person ON session (user_id) WHERE revoked_at IS NULL',
];
