import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is on duty: calendars, rotas, what changes them, who is away, and who wrote which of it when. */
export class CreateCoverage1795000051000 implements MigrationInterface {
  name = 'CreateCoverage1795000051000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE coverage_act, absence, duty_swap, duty_override, rota, organisation_calendar',
    );
  }
}

const STRETCH = 'from_at timestamptz NOT NULL, to_at timestamptz NOT NULL CHECK (from_at < to_at)';

const STATEMENTS = [
  // The newest version is in force; older ones stay.
  `CREATE TABLE organisation_calendar (
    organisation_id bytea NOT NULL,
    version integer NOT NULL,
    calendar jsonb NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, version)
  )`,
  `CREATE TABLE rota (
    organisation_id bytea NOT NULL,
    role smallint NOT NULL,
    version integer NOT NULL,
    rota jsonb NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, role, version)
  )`,
  `CREATE TABLE duty_override (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id bytea NOT NULL,
    role smallint NOT NULL,
    slot text NOT NULL CHECK (slot IN ('primary', 'secondary')),
    ${STRETCH},
    person_id bytea,
    decided_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz
  )`,
  `CREATE INDEX duty_override_pool ON duty_override (organisation_id, role, to_at) WHERE withdrawn_at IS NULL`,
  `CREATE TABLE duty_swap (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id bytea NOT NULL,
    role smallint NOT NULL,
    slot text NOT NULL CHECK (slot IN ('primary', 'secondary')),
    giver_id bytea NOT NULL,
    taker_id bytea NOT NULL CHECK (taker_id <> giver_id),
    ${STRETCH},
    state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'accepted', 'declined', 'withdrawn')),
    proposed_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    CHECK ((state = 'proposed') = (decided_at IS NULL))
  )`,
  'CREATE INDEX duty_swap_pool ON duty_swap (organisation_id, role, to_at)',
  `CREATE TABLE absence (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id bytea NOT NULL,
    person_id bytea NOT NULL,
    ${STRETCH},
    cover_id bytea CHECK (cover_id <> person_id),
    written_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz
  )`,
  'CREATE INDEX absence_organisation ON absence (organisation_id, to_at) WHERE withdrawn_at IS NULL',
  // Every write of coverage by a person or an administrator key. `subject`: the row or version it made or settled.
  `CREATE TABLE coverage_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bytea NOT NULL,
    role smallint,
    actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'administrator')),
    actor_id bytea NOT NULL,
    act text NOT NULL,
    subject text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
  )`,
  'CREATE INDEX coverage_act_organisation ON coverage_act (organisation_id, id DESC)',
];
