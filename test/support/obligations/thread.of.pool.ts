import { randomBytes } from 'node:crypto';
import { KIND, LENGTH, URGENCY, type Urgency } from '#protocol';
import type { ClinicPool } from './clinic.pool.js';

/** A thread in which people of a pool may have a place and owe answers; written as the rooms behind would. */
export class ThreadOfPool {
  readonly id = randomBytes(LENGTH.id);
  private owed = 0;

  constructor(private readonly pool: ClinicPool) {}

  async found(): Promise<this> {
    const { source } = this.pool;
    await source.query(
      'INSERT INTO chain (id, kind, genesis_hash, head_seq, head_hash) VALUES ($1, $2, $3, 1, $3)',
      [this.id, KIND.thread, randomBytes(LENGTH.hash)],
    );
    await source.query('INSERT INTO thread (id, case_id, lane) VALUES ($1, $2, 1)', [
      this.id,
      randomBytes(LENGTH.id),
    ]);
    return this;
  }

  /** A live row that rests on the attestation he has already. */
  async place(userId: Uint8Array): Promise<void> {
    await this.pool.source.query(
      `INSERT INTO roster_row (thread_id, user_id, role, organisation_id, basis_hash, expires_at)
       SELECT $1, user_id, role, organisation_id, basis_hash, valid_to FROM attestation
       WHERE organisation_id = $2 AND user_id = $3`,
      [this.id, this.pool.organisationId, userId],
    );
  }

  /** An open obligation of the pool. */
  async owe(
    responder: Uint8Array,
    { urgency = URGENCY.soon, dueInMs = 3_600_000 }: { urgency?: Urgency; dueInMs?: number } = {},
  ): Promise<void> {
    this.owed += 1;
    await this.pool.source.query(
      `INSERT INTO obligation (thread_id, id, opener_id, responder_id, responder_role, organisation_id, urgency, state,
         opened_seq, opened_at, due_at, taken)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, now(), now() + $9 * interval '1 millisecond', '{1,0}')`,
      [
        ...[this.id, this.owed * 256, randomBytes(LENGTH.id), responder, this.pool.role],
        ...[this.pool.organisationId, urgency, this.owed, dueInMs],
      ],
    );
  }
}
