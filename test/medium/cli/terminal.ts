import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buildIfNeeded } from '../../../libs/launch/build.mjs';
import { startOwnService, type OwnService } from '../../../libs/cli/demo/own.service.js';
import { run } from '../../../libs/cli/program.js';
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

/** A service as `npm start` runs it, and terminals beside it, each with its own profile. */
export class Terminals<Service extends Reached = OwnService> {
  private constructor(
    readonly service: Service,
    /** Empty: the passphrase that stands beside the key file. */
    private readonly administratorPassphrase = '',
  ) {}

  /** Terminals at a service within this very process: for what does not need a launcher. */
  static async inProcess(): Promise<Terminals<Reached>> {
    const service = await startServiceAtItsAddress();
    const dataDir = mkdtempSync(join(tmpdir(), 'trialogue-terminals-'));
    const stop = async () => {
      await service.close();
      rmSync(dataDir, { recursive: true, force: true });
    };
    const terminals = new Terminals<Reached>({ url: service.url, dataDir, stop }, PASSPHRASE);
    const founded = await terminals.admin('found', 'Clinic', '--token', FOUNDING_TOKEN, '--url', service.url);
    if (founded.code !== 0) throw new Error(founded.out + founded.err);
    return terminals;
  }

  static async start(): Promise<Terminals> {
    await buildIfNeeded({ log: () => undefined });
    const launcher = join(ROOT, 'dist/libs/launch/start.js');
    return new Terminals(await startOwnService({ launcher }));
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
    return { TRIALOGUE_PASSPHRASE: this.administratorPassphrase };
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

  async join(profile: string, role: string): Promise<Ended> {
    return this.as(profile, 'join', await this.invite(role), '--name', `Person ${profile}`);
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
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
