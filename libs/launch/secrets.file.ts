import { createECDH, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private.file.js';

/** What the service must know and nobody else. */
export interface ServiceSecrets {
  /** Whoever knows it may found an organisation on this service. */
  FOUNDING_TOKEN: string;
  /** Whoever knows it may read the operator's page. */
  OPERATOR_TOKEN: string;
  /** Signs access tokens; a new one ends every session. */
  SESSION_SECRET: string;
  /** Signs pushes; a new one silences every subscribed device. */
  VAPID_PRIVATE_KEY: string;
}

const NAMES = ['FOUNDING_TOKEN', 'OPERATOR_TOKEN', 'SESSION_SECRET', 'VAPID_PRIVATE_KEY'] as const;
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
    for (const name of missing) kept[name] = newSecret(name).toString('base64url');
    writePrivateFile(path, kept);
  }
  if (existsSync(path)) chmodSync(path, 0o600);
  const secret = (name: (typeof NAMES)[number]) => given(name) ?? kept[name] ?? '';
  return {
    FOUNDING_TOKEN: secret('FOUNDING_TOKEN'),
    OPERATOR_TOKEN: secret('OPERATOR_TOKEN'),
    SESSION_SECRET: secret('SESSION_SECRET'),
    VAPID_PRIVATE_KEY: secret('VAPID_PRIVATE_KEY'),
  };
}

function newSecret(name: (typeof NAMES)[number]): Buffer {
  if (name !== 'VAPID_PRIVATE_KEY') return randomBytes(SECRET_BYTES);
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  // A number, which may be short of leading zeros.
  return Buffer.concat([Buffer.alloc(SECRET_BYTES), pair.getPrivateKey()]).subarray(-SECRET_BYTES);
}
