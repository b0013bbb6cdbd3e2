import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Rota, Slot } from '#calendar';
import { KIND, LENGTH, ROLE, toHex, type Role } from '#protocol';

type Rule = Rota['primary'][number];

/** An organisation whose people are attested in one role and share a rota; written as the room of the chains would. */
export class ClinicPool {
  /** @param organisationId an organisation that is founded already, or a new one for `found` */
  constructor(
    readonly source: DataSource,
    readonly role: Role = ROLE.prescriber,
    readonly organisationId: Uint8Array = randomBytes(LENGTH.id),
  ) {}

  /** How the room under test names it. */
  get key(): { organisationId: Uint8Array; role: Role } {
    return { organisationId: this.organisationId, role: this.role };
  }

  async found(): Promise<this> {
    await this.source.query(
      'INSERT INTO chain (id, kind, genesis_hash, head_seq, head_hash) VALUES ($1, $2, $3, 1, $3)',
      [this.organisationId, KIND.organisation, randomBytes(LENGTH.hash)],
    );
    return this;
  }

  /** Somebody attested here. */
  async attest(role: Role = this.role, userId: Uint8Array = randomBytes(LENGTH.id)): Promise<Uint8Array> {
    await this.source.query(
      `INSERT INTO attestation (hash, organisation_id, subject_kind, subject, role, valid_to, user_id, basis_hash)
       VALUES ($1, $2, 1, $3, $4, now() + interval '1 year', $5, $1)`,
      [randomBytes(LENGTH.hash), this.organisationId, randomBytes(LENGTH.hash), role, userId],
    );
    return userId;
  }

  async revoke(userId: Uint8Array): Promise<void> {
    await this.source.query(
      `UPDATE attestation SET state = 'revoked' WHERE organisation_id = $1 AND user_id = $2`,
      [this.organisationId, userId],
    );
  }

  async writeRota(rota: Rota, version = 1): Promise<void> {
    await this.source.query(
      'INSERT INTO rota (organisation_id, role, version, rota) VALUES ($1, $2, $3, $4)',
      [this.organisationId, this.role, version, JSON.stringify(rota)],
    );
  }

  /** As when its first rota is set. */
  async watch(): Promise<void> {
    await this.source.query('INSERT INTO coverage_pool (organisation_id, role) VALUES ($1, $2)', [
      this.organisationId,
      this.role,
    ]);
  }

  async override(stretch: {
    slot?: Slot;
    from: string;
    to: string;
    person: Uint8Array | null;
  }): Promise<void> {
    const { slot = 'primary', from, to, person } = stretch;
    await this.source.query(
      `INSERT INTO duty_override (organisation_id, role, slot, from_at, to_at, person_id)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [this.organisationId, this.role, slot, from, to, person],
    );
  }

  async away(stretch: {
    person: Uint8Array;
    from: string;
    to: string;
    cover: Uint8Array | null;
  }): Promise<void> {
    const { person, from, to, cover } = stretch;
    await this.source.query(
      `INSERT INTO absence (organisation_id, person_id, from_at, to_at, cover_id) VALUES ($1, $2, $3, $4, $5)`,
      [this.organisationId, person, from, to, cover],
    );
  }
}

/** Turns of a week each, from Monday 09:00 in Denver. */
export function weekly(people: readonly Uint8Array[], changes: Partial<Rule> = {}): Rule {
  return {
    name: 'weekly',
    people: people.map(toHex),
    starts_on: '2026-01-05',
    hands_over: { weekday: 'monday', at: '09:00' },
    every_weeks: 1,
    within: null,
    ...changes,
  };
}

const WEEK_MS = 7 * 24 * 3_600_000;

/** The same without a hand-over for months around now, so that a test meets none it did not make. */
export function steady(people: readonly Uint8Array[]): Rule {
  // The epoch began on a Thursday.
  const mondayMs = Math.floor((Date.now() + 3 * (WEEK_MS / 7)) / WEEK_MS) * WEEK_MS - 3 * (WEEK_MS / 7);
  const starts_on = new Date(mondayMs - 26 * WEEK_MS).toISOString().slice(0, 10);
  return weekly(people, { starts_on, every_weeks: 52 });
}

export function rotaOf(primary: readonly Rule[], secondary: readonly Rule[] = []): Rota {
  return {
    format: 'trialogue/rota/1',
    zone: 'America/Denver',
    covers: 'always',
    primary: [...primary],
    secondary: [...secondary],
  };
}
