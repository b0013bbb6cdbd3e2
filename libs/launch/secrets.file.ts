import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private.file.js';

/** What the service must know and nobody else. */
export interface ServiceSecrets {
  /** Whoever knows it may found an organisation on this service. */
  FOUNDING_TOKEN: string;
  /** Signs access tokens; a new one ends every session. */
  SESSION_SECRET: string;
}

const NAMES = ['FOUNDING_TOKEN', 'SESSION_SECRET'] as const;
const SECRET_BYTES = 32;

/**
 * The secrets given by the environment; those that are not given are made once and kept in
 * DATA_DIR/secrets.json, readable by the owner alone.
 */
export function readSecrets(dataDir: string, env: NodeJS.ProcessEnv): ServiceSecrets {
  const path = join(dataDir, 'secrets.json');
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Partial<ServiceSecrets>) : {};
  const given = (name: (typeof NAMES)[number]) => (env[name] === '' ? undefined : env[name]);
  const missing = NAMES.filter((name) => given(name) === undefined && kept[name] === undefined);
  if (missing.length > 0) {
    for (const name of missing) kept[name] = randomBytes(SECRET_BYTES).toString('base64url');
    writePrivateFile(path, kept);
  }
  if (existsSync(path)) chmodSync(path, 0o600);
  const [FOUNDING_TOKEN = '', SESSION_SECRET = ''] = NAMES.map((name) => given(name) ?? kept[name]);
  return { FOUNDING_TOKEN, SESSION_SECRET };
}
