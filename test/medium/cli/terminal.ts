import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buildIfNeeded } from '../../../libs/launch/build.mjs';
import { startOwnService, type OwnService } from '../../../libs/cli/demo/own.service.js';
import { run } from '../../../libs/cli/program.js';
import { layQuickKeyFile } from '../../support/client/quick.key.file.js';
import { startServiceAtItsAddress } from '../../support/client/real.scene.js';
import { FOUNDING_TOKEN } from '../../support/server/service.js';

const PASSPHRASE = 'a long enough passphrase';
const ROOT = resolve(import.meta.dirname, '../../..');

/** What one command line came to. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The one line of JSON it printed. */
  readonly json: Record<string, unknown>;
}

/** What terminals need of a service, whoever runs it. */
type Reached = Pick<OwnService, 'url' | 'dataDir' | 'stop'>;

/** Terminals beside a service, each with its own profile. */
export class Terminals<Service extends Reached = OwnService> {
  private constructor(
    readonly service: Service,
    private readonly how: {
      /** Empty: the passphrase that stands beside the key file. */
      readonly administratorPassphrase: string;
      /** Whether key files are laid down that cost no work to open; else each is made by the client. */
      readonly quickKeyFiles: boolean;
    },
  ) {}

  /** At a service within this very process: for what needs neither a launcher nor costly key files. */
  static async inProcess(settings: Readonly<Record<string, string>> = {}): Promise<Terminals<Reached>> {
    const service = await startServiceAtItsAddress(settings);
    const dataDir = mkdtempSync(join(tmpdir(), 'trialogue-terminals-'));
    const stop = async () => {
      await service.close();
      rmSync(dataDir, { recursive: true, force: true });
    };
    const reached = { url: service.url, dataDir, stop };
    const how = { administratorPassphrase: PASSPHRASE, quickKeyFiles: true };
    const terminals = new Terminals<Reached>(reached, how);
    await layQuickKeyFile(join(dataDir, 'admin/trial.keys'), PASSPHRASE);
    done(await terminals.admin('found', 'Clinic', '--token', FOUNDING_TOKEN, '--url', service.url));
    return terminals;
  }

  /** At a service as `npm start` runs it. */
  static async start(): Promise<Terminals> {
    await buildIfNeeded({ log: () => undefined });
    const launcher = join(ROOT, 'dist/libs/launch/start.js');
    const how = { administratorPassphrase: '', quickKeyFiles: false };
    return new Terminals(await startOwnService({ launcher }), how);
  }

  env(extra: Record<string, string> = {}): Record<string, string> {
    return {
      DATA_DIR: this.service.dataDir,
      TRIALOGUE_PASSPHRASE: PASSPHRASE,
      PORT: new URL(this.service.url).port,
      ...extra,
    };
  }

  /** The program in this very process, without a terminal: what a script meets. */
  async run(args: readonly string[], { env = {}, input = '' } = {}): Promise<Ended> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const texts = [collect(stdout), collect(stderr)] as const;
    const shell = { env: this.env(env), stdin: Readable.from([input]), stdout, stderr };
    const code = await run(args, shell);
    stdout.end();
    stderr.end();
    const [out, err] = await Promise.all(texts);
    return ended(code, out, err);
  }

  /** `run` with `--json` and a profile. */
  as(profile: string, ...args: readonly string[]): Promise<Ended> {
    return this.run([...args, '--profile', profile, '--json']);
  }

  admin(...args: readonly string[]): Promise<Ended> {
    return this.run(['admin', ...args, '--json'], { env: this.administratorEnv });
  }

  get administratorEnv(): Record<string, string> {
    return { TRIALOGUE_PASSPHRASE: this.how.administratorPassphrase };
  }

  /** A process of its own; `dist` has to be built. */
  spawn(args: readonly string[], extra: Record<string, string> = {}): ChildProcess {
    const program = join(ROOT, 'dist/libs/cli/main.js');
    if (!existsSync(program)) throw new Error('dist is not built');
    return spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env['PATH'], ...this.env(extra) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** A link of the trial organisation, not used yet. */
  async invite(role: string, ...flags: readonly string[]): Promise<string> {
    const { json } = await this.admin('invite', '--role', role, ...flags);
    return String(json['link']);
  }

  /** Somebody new with this role; must succeed. */
  async join(profile: string, role: string, ...flags: readonly string[]): Promise<Ended> {
    const link = await this.invite(role);
    if (this.how.quickKeyFiles) {
      await layQuickKeyFile(join(this.service.dataDir, 'keys', `${profile}.keys`), PASSPHRASE);
    }
    return done(await this.as(profile, 'join', link, '--name', `Person ${profile}`, ...flags));
  }

  /** Somebody of each of these roles joins under its name, and the therapist opens a case. Answers its id. */
  async openCase(...roles: readonly string[]): Promise<string> {
    for (const role of roles) await this.join(role, role);
    return String(done(await this.as('therapist', 'open-case')).json['caseId']);
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}

/** What a scene rests on must have succeeded. */
function done(ended: Ended): Ended {
  if (ended.code !== 0) throw new Error(ended.out + ended.err);
  return ended;
}

/** A list in the JSON that was printed. */
export function list({ json }: Pick<Ended, 'json'>, key: string): Record<string, unknown>[] {
  return json[key] as Record<string, unknown>[];
}

function ended(code: number, out: string, err: string): Ended {
  return {
    code,
    out,
    err,
    get json() {
      return JSON.parse(out) as Record<string, unknown>;
    },
  };
}

async function collect(stream: PassThrough): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
