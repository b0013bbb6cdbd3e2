import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { firstRow, rows } from '../platform/index.js';

const ENGINE = 'obligations';

/** One row for all engines: what matters is that some engine is alive. Database clock. */
@Injectable()
export class EngineHeartbeatRepository {
  constructor(private readonly source: DataSource) {}

  async beat(): Promise<void> {
    await rows(
      this.source,
      `INSERT INTO engine_heartbeat (engine, beat_at) VALUES ($1, now())
       ON CONFLICT (engine) DO UPDATE SET beat_at = excluded.beat_at`,
      [ENGINE],
    );
  }

  /** Milliseconds since an engine last finished a round; null if none ever did. */
  async findAgeMs(): Promise<number | null> {
    const row = await firstRow<{ age: number }>(
      this.source,
      `SELECT extract(epoch FROM now() - beat_at)::float8 * 1000 AS age FROM engine_heartbeat WHERE engine = $1`,
      [ENGINE],
    );
    return row?.age ?? null;
  }
}
