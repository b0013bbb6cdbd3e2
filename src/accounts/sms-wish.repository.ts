import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../platform/index.js';

/** What the owners of numbers said about being texted. The number is all we know of them. */
@Injectable()
export class SmsWishRepository {
  constructor(private readonly source: DataSource) {}

  /** The latest word counts, in the order they were said: hearing one again, or late, changes nothing. */
  async hear(said: {
    readonly number: string;
    readonly optedOut: boolean;
    readonly saidAtMs: number;
  }): Promise<void> {
    await rows(
      this.source,
      `INSERT INTO sms_wish (number, opted_out, said_at) VALUES ($1, $2, to_timestamp($3::float8 / 1000))
       ON CONFLICT (number) DO UPDATE SET opted_out = excluded.opted_out, said_at = excluded.said_at
       WHERE sms_wish.said_at < excluded.said_at`,
      [said.number, said.optedOut, said.saidAtMs],
    );
  }
}
