import type { DataSource } from 'typeorm';
import { rows } from './rows.js';

/** A reason not to start, in words for the operator. */
export class BootRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'BootRefused';
  }
}

/** Node's clock may be this far from the database's. Deadlines run on the latter; people read the former. */
export const MAX_DRIFT_MS = 2_000;

const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/** An acknowledged entry must survive a power cut: the three settings that would break that promise. */
export async function checkDurability(source: DataSource): Promise<void> {
  const settings = await rows<{ name: string; setting: string }>(
    source,
    'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
    [DURABLE],
  );
  const off = settings.filter(({ setting }) => setting === 'off').map(({ name }) => name);
  if (off.length > 0) {
    throw new BootRefused(`PostgreSQL runs with ${off.join(', ')} off: acknowledged entries could be lost.`);
  }
}

/** Every migration this build knows has run. (A newer schema is fine: migrations expand first.) */
export async function checkSchema(source: DataSource): Promise<void> {
  if (await source.showMigrations()) {
    throw new BootRefused(
      'The database schema is older than this version and could not be brought up to date.',
    );
  }
}

export function checkDrift(driftMs: number): void {
  if (Math.abs(driftMs) > MAX_DRIFT_MS) {
    throw new BootRefused(
      `The clock of this machine and the database's differ by ${Math.round(driftMs)} ms (at most ${MAX_DRIFT_MS}).`,
    );
  }
}

/** What `CONFIG GET` must say before a queue of ours may live in a Redis. */
export function checkRedisSettings(settings: Readonly<Record<string, string>>): void {
  const wrong = [
    ...(settings.appendonly === 'yes' ? [] : ['appendonly must be yes']),
    ...(settings['maxmemory-policy'] === 'noeviction' ? [] : ['maxmemory-policy must be noeviction']),
  ];
  if (wrong.length > 0) throw new BootRefused(`Redis is not set up for a queue: ${wrong.join(', ')}.`);
}
