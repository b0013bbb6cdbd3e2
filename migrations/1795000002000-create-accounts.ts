import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sign-in challenges, sessions and where people want to be told. */
export class CreateAccounts1795000002000 implements MigrationInterface {
  name = 'CreateAccounts1795000002000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE contact, refresh_token, session, challenge');
  }
}

const STATEMENTS = [
  `CREATE TABLE challenge (
    challenge bytea PRIMARY KEY,
    key_id bytea NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX challenge_expiry ON challenge (expires_at)',
  // A session is one sign-in and the family of its refresh tokens.
  `CREATE TABLE session (
    id bytea PRIMARY KEY,
    key_id bytea NOT NULL,
    kind text NOT NULL CHECK (kind IN ('device', 'admin', 'invite')),
    user_id bytea,
    organisation_id bytea,
    attest_hash bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
  )`,
  'CREATE INDEX session_key ON session (key_id) WHERE revoked_at IS NULL',
  'CREATE INDEX session_revoked ON session (revoked_at) WHERE revoked_at IS NOT NULL',
  'CREATE INDEX session_expiry ON session (expires_at)',
  `CREATE TABLE refresh_token (
    hash bytea PRIMARY KEY,
    session_id bytea NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
  )`,
  'CREATE INDEX refresh_token_session ON refresh_token (session_id)',
  `CREATE TABLE contact (
    principal_kind text NOT NULL CHECK (principal_kind IN ('user', 'admin')),
    principal_id bytea NOT NULL,
    organisation_id bytea,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook')),
    address text NOT NULL,
    secret bytea,
    locale text NOT NULL DEFAULT 'en',
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal_kind, principal_id, channel)
  )`,
];
