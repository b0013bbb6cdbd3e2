import { Injectable } from '@nestjs/common';
import { rows, type Executor } from '../../platform/index.js';
import type { Pool } from './pool.js';

export interface Place extends Pool {
  readonly userId: Uint8Array;
}

/** Who has a place in a thread now, as coverage asks: by the thread, or by the person. */
@Injectable()
export class PlaceRepository {
  async inThread(executor: Executor, threadId: Uint8Array): Promise<Place[]> {
    return rows<Place>(
      executor,
      `SELECT organisation_id AS "organisationId", role, user_id AS "userId" FROM live_roster
       WHERE thread_id = $1 ORDER BY role, organisation_id`,
      [threadId],
    );
  }

  async threadsOf(executor: Executor, userId: Uint8Array): Promise<Uint8Array[]> {
    const found = await rows<{ id: Uint8Array }>(
      executor,
      'SELECT thread_id AS id FROM live_roster WHERE user_id = $1',
      [userId],
    );
    return found.map(({ id }) => id);
  }
}
