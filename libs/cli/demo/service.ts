import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../failure.js';
import { readSettings, type Environment } from '../settings.js';
import type { Place } from './company.js';

const READY_TIMEOUT_MS = 3_000;
const secretsFile = z.object({ FOUNDING_TOKEN: z.string() });

export interface RunningService {
  readonly place: Place;
  readonly dataDir: string;
}

/** The service `npm start` runs with the same PORT and DATA_DIR. Errors: UsageError when there is none. */
export async function findRunningService(env: Environment): Promise<RunningService> {
  const { dataDir, url: named, defaultUrl } = readSettings({}, env, 'administrator');
  const url = named ?? defaultUrl;
  if (!(await isReady(url))) {
    throw new UsageError(
      `No service is ready at ${url}. Start it first, in another terminal: npm start\n(with the same PORT and DATA_DIR as this demo)`,
    );
  }
  return { place: { url, foundingToken: foundingTokenOf(env, dataDir) }, dataDir };
}

export async function isReady(url: string): Promise<boolean> {
  try {
    const reply = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}

function foundingTokenOf(env: Environment, dataDir: string): string {
  const given = env['FOUNDING_TOKEN'] ?? '';
  if (given !== '') return given;
  const path = join(dataDir, 'secrets.json');
  if (!existsSync(path)) {
    throw new UsageError(
      `The service that answers keeps its data elsewhere: there is no ${path}. Set DATA_DIR as for npm start.`,
    );
  }
  return secretsFile.parse(JSON.parse(readFileSync(path, 'utf8'))).FOUNDING_TOKEN;
}
