import { resolve } from 'node:path';

/** What the launcher itself needs of the environment; the service reads and checks the rest (src/config). */
export interface LaunchSettings {
  /** 0 lets the launcher choose a free port. */
  port: number;
  /** Where the service listens. */
  host: string;
  /** Absolute. */
  dataDir: string;
  /** Without it PostgreSQL is embedded. */
  databaseUrl?: string;
  /** Without it http://localhost:PORT. */
  publicUrl?: string;
}

/** A setting the launcher cannot work with, named. */
class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const DEFAULT_PORT = 3000;
const HIGHEST_PORT = 65_535;

/**
 * Reads PORT, HOST, DATA_DIR, DATABASE_URL and PUBLIC_URL; an empty value counts as not set.
 * @throws SettingsError naming the setting that is wrong, never its value
 */
export function readSettings(env: NodeJS.ProcessEnv, folder = process.cwd()): LaunchSettings {
  const value = (name: string) => (env[name] === '' ? undefined : env[name]);
  const port = value('PORT') === undefined ? DEFAULT_PORT : Number(value('PORT'));
  if (!Number.isInteger(port) || port < 0 || port > HIGHEST_PORT) {
    throw new SettingsError(`PORT must be a whole number from 0 to ${HIGHEST_PORT}.`);
  }
  const databaseUrl = value('DATABASE_URL');
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new SettingsError('DATABASE_URL must start with postgres://');
  }
  const publicUrl = value('PUBLIC_URL');
  return {
    port,
    host: value('HOST') ?? '127.0.0.1',
    dataDir: resolve(folder, value('DATA_DIR') ?? '.data'),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}
