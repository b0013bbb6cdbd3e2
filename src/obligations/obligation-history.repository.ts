import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { rows } from '../platform/index.js';
import type { HistoryRow } from './history.js';

/** The only place that writes `obligation_history`: added to, never changed. */
@Injectable()
export class ObligationHistoryRepository {
  constructor(private readonly source: DataSource) {}

  /** A second row with the same cause is the same happening and is not written. */
  async add(tx: EntityManager, added: readonly HistoryRow[]): Promise<void> {
    if (added.length === 0) return;
    const column = <Value>(read: (row: HistoryRow) => Value | undefined): (Value | null)[] =>
      added.map((row) => read(row) ?? null);
    await rows(
      tx,
      `INSERT INTO obligation_history
         (thread_id, obligation_id, cause, kind, seq, op, actor_id, step, level, repeat, scheduled_for, hastened,
          told, next_on_duty_at)
       SELECT thread_id, obligation_id, cause, kind, seq, op, actor_id, step, level, repeat,
              to_timestamp(scheduled_ms / 1000), hastened, told, to_timestamp(next_ms / 1000)
       FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::smallint[], $7::bytea[],
                   $8::smallint[], $9::smallint[], $10::smallint[], $11::float8[], $12::boolean[], $13::jsonb[],
                   $14::float8[])
         AS given (thread_id, obligation_id, cause, kind, seq, op, actor_id, step, level, repeat, scheduled_ms,
                   hastened, told, next_ms)
       ON CONFLICT DO NOTHING`,
      [
        column(({ threadId }) => threadId),
        column(({ obligation }) => obligation),
        column(({ cause }) => cause),
        column(({ kind }) => kind),
        column(({ signed }) => signed?.seq),
        column(({ signed }) => signed?.op),
        column(({ signed }) => signed?.actorId),
        column(({ step }) => step?.step),
        column(({ step }) => step?.level),
        column(({ step }) => step?.repeat),
        column(({ step }) => step?.scheduledForMs),
        column(({ step }) => step?.hastened),
        column(({ told }) => (told === undefined ? undefined : JSON.stringify(told))),
        column(({ nextOnDutyAtMs }) => nextOnDutyAtMs),
      ],
    );
  }

  /** How late steps of the last hour were taken, 99 of 100 at most so many milliseconds; null without any. */
  async findLatenessMs(): Promise<number | null> {
    const [row] = await rows<{ late: number | null }>(
      this.source,
      `SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM at - scheduled_for)::float8) * 1000
         AS late
       FROM obligation_history WHERE kind IN ('step', 'step_empty') AND NOT hastened AND at > now() - interval '1 hour'`,
    );
    return row?.late ?? null;
  }
}
