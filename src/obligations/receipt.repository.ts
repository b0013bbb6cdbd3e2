import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../platform/index.js';

/** How far a thread has come with one person. */
export interface Reached {
  readonly threadId: Uint8Array;
  readonly seq: number;
}

/** The only place with SQL on `thread_receipt`. Rows only ever move forward. */
@Injectable()
export class ReceiptRepository {
  constructor(private readonly source: DataSource) {}

  /** His devices hold these threads so far; whatever he has no place in, or goes beyond the chain, is left out. */
  async noteDelivered(userId: Uint8Array, reached: readonly Reached[]): Promise<void> {
    await this.note(userId, { reached, seen: false });
  }

  /** He was shown a thread so far. False if he has no place in it. */
  async noteSeen(userId: Uint8Array, reached: Reached): Promise<boolean> {
    await this.note(userId, { reached: [reached], seen: true });
    const place = await rows(this.source, 'SELECT FROM live_roster WHERE thread_id = $1 AND user_id = $2', [
      reached.threadId,
      userId,
    ]);
    return place.length > 0;
  }

  private async note(
    userId: Uint8Array,
    { reached, seen }: { reached: readonly Reached[]; seen: boolean },
  ): Promise<void> {
    await rows(
      this.source,
      `INSERT INTO thread_receipt AS held (thread_id, user_id, delivered_seq, seen_seq)
       SELECT chain.id, place.user_id, least(given.seq, head_seq), CASE WHEN $4 THEN least(given.seq, head_seq) ELSE 0 END
       FROM unnest($2::bytea[], $3::bigint[]) AS given (thread_id, seq)
       JOIN chain ON chain.id = given.thread_id
       JOIN live_roster AS place ON place.thread_id = chain.id AND place.user_id = $1
       ORDER BY chain.id
       ON CONFLICT (thread_id, user_id) DO UPDATE SET
         delivered_seq = greatest(held.delivered_seq, excluded.delivered_seq),
         seen_seq = greatest(held.seen_seq, excluded.seen_seq)
       WHERE excluded.delivered_seq > held.delivered_seq OR excluded.seen_seq > held.seen_seq`,
      [userId, reached.map(({ threadId }) => threadId), reached.map(({ seq }) => seq), seen],
    );
  }
}
