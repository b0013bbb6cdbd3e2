import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signed entries, heads, and what the server reads off them: keys, attestations, rosters. Ids 16, hashes 32 bytes. */
export class CreateChains1795000001000 implements MigrationInterface {
  name = 'CreateChains1795000001000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...CHAINS, ...PROJECTIONS, ...VIEWS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE introduction, thread_stated, roster_row, thread, attestation, signing_key, entry, chain CASCADE`,
    );
  }
}

const CHAINS = [
  `CREATE TABLE chain (
    id bytea PRIMARY KEY CHECK (octet_length(id) = 16),
    kind smallint NOT NULL,
    genesis_hash bytea NOT NULL UNIQUE,
    head_seq bigint NOT NULL,
    head_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE entry (
    chain_id bytea NOT NULL REFERENCES chain (id),
    seq bigint NOT NULL,
    hash bytea NOT NULL UNIQUE,
    type smallint NOT NULL,
    author_user bytea NOT NULL,
    author_device bytea NOT NULL,
    bytes bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (chain_id, seq)
  )`,
  // Sealed bytes do not compress: trying costs time and changes nothing.
  'ALTER TABLE entry ALTER COLUMN bytes SET STORAGE EXTERNAL',
];

const PROJECTIONS = [
  `CREATE TABLE signing_key (
    key_id bytea PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('device', 'admin', 'invite')),
    public_key bytea NOT NULL,
    user_id bytea,
    organisation_id bytea,
    attest_hash bytea,
    active boolean NOT NULL DEFAULT true
  )`,
  'CREATE INDEX signing_key_organisation ON signing_key (organisation_id) WHERE organisation_id IS NOT NULL',
  `CREATE TABLE attestation (
    hash bytea PRIMARY KEY,
    organisation_id bytea NOT NULL REFERENCES chain (id),
    subject_kind smallint NOT NULL,
    subject bytea NOT NULL,
    role smallint NOT NULL,
    valid_to timestamptz NOT NULL,
    claim_by timestamptz,
    user_id bytea,
    basis_hash bytea UNIQUE,
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'suspended', 'revoked'))
  )`,
  'CREATE INDEX attestation_user ON attestation (user_id) WHERE user_id IS NOT NULL',
  'CREATE INDEX attestation_organisation ON attestation (organisation_id)',
  'CREATE INDEX attestation_subject ON attestation (subject) WHERE user_id IS NULL',
  `CREATE TABLE thread (
    id bytea PRIMARY KEY REFERENCES chain (id),
    case_id bytea NOT NULL,
    lane smallint NOT NULL,
    closed boolean NOT NULL DEFAULT false
  )`,
  'CREATE INDEX thread_case ON thread (case_id)',
  `CREATE TABLE roster_row (
    thread_id bytea NOT NULL REFERENCES thread (id),
    user_id bytea NOT NULL,
    role smallint NOT NULL,
    organisation_id bytea NOT NULL,
    basis_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (thread_id, user_id)
  )`,
  'CREATE INDEX roster_row_user ON roster_row (user_id)',
  // Everything a thread ever stated: who joins later must be able to verify it from the beginning.
  `CREATE TABLE thread_stated (
    thread_id bytea NOT NULL REFERENCES thread (id),
    chain_id bytea NOT NULL,
    PRIMARY KEY (thread_id, chain_id)
  )`,
  'CREATE INDEX thread_stated_chain ON thread_stated (chain_id)',
  `CREATE TABLE introduction (
    organisation_id bytea NOT NULL REFERENCES chain (id),
    guest_id bytea NOT NULL,
    PRIMARY KEY (organisation_id, guest_id)
  )`,
  'CREATE INDEX introduction_guest ON introduction (guest_id)',
];

/** Who is in now: the signed roster, minus what has run out and what is known to be revoked or suspended. */
const VIEWS = [
  `CREATE VIEW live_attestation AS
     SELECT * FROM attestation WHERE state = 'live' AND valid_to > now() AND basis_hash IS NOT NULL`,
  `CREATE VIEW live_roster AS
     SELECT row.* FROM roster_row row
     JOIN live_attestation a ON a.basis_hash = row.basis_hash AND a.user_id = row.user_id
     WHERE row.expires_at > now()`,
];
