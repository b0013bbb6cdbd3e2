import type { DataSource } from 'typeorm';

/** Deliveries nobody will ever look at again: their effect is done and they are still pending. There must be none. */
export async function findLeftPending(source: DataSource): Promise<readonly object[]> {
  return source.query(
    `SELECT cause, channel FROM delivery JOIN outbox ON dedupe_key = cause
     WHERE state = 'pending' AND done_at IS NOT NULL`,
  );
}
