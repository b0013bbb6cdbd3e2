import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { UsageError } from './failure.js';

/** Environment as the process got it; handed in so that tests need not touch process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options every command understands, before or after its own name. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly profile?: string;
  readonly keyFile?: string;
  readonly passphraseFile?: string;
}

/** Where the keys are and which service they talk to. */
export interface Settings {
  /** Undefined when nobody named one: then it is the one of last time, or the one a link names. */
  readonly url: string | undefined;
  /** Where `npm start` listens with this environment. */
  readonly defaultUrl: string;
  readonly dataDir: string;
  readonly keyFile: string;
  readonly passphrase: string | undefined;
}

/** People's key files stand in DATA_DIR/keys, administrators' in DATA_DIR/admin. */
export const KEY_FOLDER = { person: 'keys', administrator: 'admin' } as const;
export type KeyHolder = keyof typeof KEY_FOLDER;
/** The name of the key file when no --profile is given; `npm start` founds its trial organisation under the second. */
export const DEFAULT_PROFILE: Readonly<Record<KeyHolder, string>> = {
  person: 'default',
  administrator: 'trial',
};

/** An empty value counts as not set, as for the service. */
function valueOf(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

const PROFILE_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/iu;

/** Flags win over the environment, the environment over `npm start`'s own defaults (PORT 3000, DATA_DIR ./.data). */
export function readSettings(options: GlobalOptions, env: Environment, holder: KeyHolder): Settings {
  const dataDir = resolve(valueOf(env, 'DATA_DIR') ?? './.data');
  const url = options.url ?? valueOf(env, 'TRIALOGUE_URL');
  const keyFile = keyFileOf({ options, env, dataDir, holder });
  return {
    url: url === undefined ? undefined : originOf(url),
    defaultUrl: originOf(valueOf(env, 'PUBLIC_URL') ?? `http://localhost:${valueOf(env, 'PORT') ?? '3000'}`),
    dataDir,
    keyFile,
    passphrase:
      passphraseNamed(options, env) ??
      (holder === 'administrator' ? besides(keyFile) : undefined) ??
      valueOf(env, 'TRIALOGUE_PASSPHRASE'),
  };
}

interface KeyFileQuestion {
  readonly options: GlobalOptions;
  readonly env: Environment;
  readonly dataDir: string;
  readonly holder: KeyHolder;
}

function keyFileOf({ options, env, dataDir, holder }: KeyFileQuestion): string {
  const named =
    options.keyFile ?? (options.profile === undefined ? valueOf(env, 'TRIALOGUE_KEY_FILE') : undefined);
  if (named !== undefined) return pathOf(named, env);
  const profile = options.profile ?? valueOf(env, 'TRIALOGUE_PROFILE') ?? DEFAULT_PROFILE[holder];
  if (!PROFILE_PATTERN.test(profile)) throw new UsageError(`"${profile}" is no name for a profile.`);
  return join(dataDir, KEY_FOLDER[holder], `${profile}.keys`);
}

/**
 * The founder keeps an administrator's random passphrase beside the key file, readable by its owner alone. It belongs to that
 * very file, so it comes before the one of the environment, which may be a person's.
 */
export function passphraseFileOf(keyFile: string): string {
  return keyFile.replace(/(\.keys)?$/u, '.passphrase');
}

function besides(keyFile: string): string | undefined {
  return existsSync(passphraseFileOf(keyFile)) ? readSecret(passphraseFileOf(keyFile)) : undefined;
}

function passphraseNamed({ passphraseFile }: GlobalOptions, env: Environment): string | undefined {
  return passphraseFile === undefined ? undefined : readSecret(pathOf(passphraseFile, env));
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/u, '');
  } catch {
    throw new UsageError(`The passphrase file ${path} cannot be read.`);
  }
}

/** `npm run` moves to the package's folder; a path a person types is meant from where they typed it. */
export function pathOf(path: string, env: Environment): string {
  const origin = env['npm_lifecycle_event'] === 'trialogue' ? (env['INIT_CWD'] ?? '.') : '.';
  return isAbsolute(path) ? path : resolve(origin, path);
}

/** The scheme, host and port of an address, the form sign-ins are bound to. */
function originOf(url: string): string {
  try {
    const { origin, protocol } = new URL(url);
    if (protocol === 'http:' || protocol === 'https:') return origin;
  } catch {
    // falls through: not an address at all
  }
  throw new UsageError(`"${url}" is not an http or https address.`);
}
