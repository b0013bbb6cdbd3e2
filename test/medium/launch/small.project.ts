import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { identityOf, stopProcess, waitUntil } from '../../../libs/launch/processes.mjs';
import { noteServer, runFolder } from '../../support/servers/run.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const WAIT_MS = 25_000;

/**
 * What stands in for the service: keeps the launcher's contract (listens on PORT, /health/ready, ends on SIGTERM
 * and when its launcher is gone) and shows what it was given. Its database is real.
 */
const SERVICE = `
import { createServer } from 'node:http';
import { appendFileSync, existsSync } from 'node:fs';
import pg from 'pg';
const { PORT, HOST, DATA_DIR, DATABASE_URL } = process.env;
const say = (line) => appendFileSync(DATA_DIR + '/said', line + '\\n');
const has = (name) => existsSync(DATA_DIR + '/' + name);
say('up ' + process.pid);
if (has('settings-are-wrong')) process.exit(78);
if (has('dies')) process.exit(3);
const ask = async (sql) => {
  const client = new pg.Client({ connectionString: DATABASE_URL });
  client.on('error', () => undefined);
  await client.connect();
  try { return (await client.query(sql)).rows; } finally { await client.end().catch(() => undefined); }
};
await ask('CREATE TABLE IF NOT EXISTS visit (n serial)');
const server = createServer(async (request, response) => {
  try {
    if (request.url === '/health/ready') { await ask('SELECT 1'); response.end('ok'); return; }
    if (request.url === '/visit') {
      const [{ n }] = await ask('INSERT INTO visit DEFAULT VALUES RETURNING n');
      response.end(JSON.stringify({ n, env: process.env }));
      return;
    }
    response.writeHead(404).end();
  } catch (error) { response.writeHead(503).end(String(error)); }
});
server.listen(Number(PORT), HOST);
const leave = (why) => { say(why); if (!has('hangs')) process.exit(0); };
process.on('SIGTERM', () => leave('drained'));
process.on('SIGINT', () => leave('interrupted'));
process.on('disconnect', () => leave('orphaned'));
`;

const FOUNDER = `
import { appendFileSync } from 'node:fs';
const { TRIALOGUE_URL, FOUNDING_TOKEN, DATA_DIR } = process.env;
const health = await fetch(TRIALOGUE_URL + '/health/ready');
const secrets = [process.env.SESSION_SECRET, process.env.DATABASE_URL].filter(Boolean).length;
console.log('FOUNDED at ' + TRIALOGUE_URL + ' ' + health.status + ' ' + FOUNDING_TOKEN.length + ' ' + secrets);
`;

const PROGRAM = `
import { runInTerminal } from './libs/launch/terminal.js';
import { loadDotEnv } from './libs/launch/root.mjs';
loadDotEnv();
const patience = { readyMs: 8000, graceMs: 3000, pauseMs: 50, deathsBeforeReady: 3 };
process.exitCode = await runInTerminal({ service: './service.js', founder: './founder.js', patience });
`;

/** A folder with the real launcher in it, compiled file by file, and a small service beside it. */
export class SmallProject {
  readonly folder: string;

  constructor({ parent = runFolder(), founder = true }: { parent?: string; founder?: boolean } = {}) {
    this.folder = mkdtempSync(join(parent, 'project-'));
    chmodSync(this.folder, 0o755);
    mkdirSync(join(this.folder, 'libs/launch'), { recursive: true });
    const source = join(ROOT, 'libs/launch');
    for (const name of readdirSync(source)) {
      if (name.endsWith('.mjs')) cpSync(join(source, name), join(this.folder, 'libs/launch', name));
      if (name.endsWith('.ts'))
        this.write(`libs/launch/${name.replace(/ts$/, 'js')}`, compiled(join(source, name)));
    }
    for (const name of ['package.json', 'nest-cli.json']) cpSync(join(ROOT, name), join(this.folder, name));
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
    this.write('service.js', SERVICE);
    if (founder) this.write('founder.js', FOUNDER);
    this.write('start.js', PROGRAM);
  }

  get dataDir(): string {
    return join(this.folder, '.data');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** What the service noted in its data folder. */
  said(): string[] {
    const path = join(this.dataDir, 'said');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  }

  start(env: NodeJS.ProcessEnv, command: readonly string[] = [process.execPath]): LauncherRun {
    return new LauncherRun(this, env, command);
  }
}

function compiled(path: string): string {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions: options }).outputText;
}

/** One run of the launcher in its own process, as from a terminal. */
export class LauncherRun {
  readonly child: ChildProcess;
  output = '';

  constructor(
    readonly project: SmallProject,
    readonly env: NodeJS.ProcessEnv,
    [program = '', ...args]: readonly string[],
  ) {
    const inherited = { ...process.env, npm_lifecycle_event: undefined };
    this.child = spawn(program, [...args, 'start.js'], {
      cwd: project.folder,
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    noteServer('launcher', this.child.pid ?? 0);
  }

  async says(text: string): Promise<void> {
    const ended = () => this.child.exitCode !== null || this.child.signalCode !== null;
    await waitUntil(() => this.output.includes(text) || ended(), WAIT_MS);
    if (!this.output.includes(text)) throw new Error(`never said "${text}":\n${this.output}`);
  }

  /** @returns the exit code, or the signal that ended it */
  async ends(): Promise<number | string | null> {
    const ended = () => this.child.exitCode ?? this.child.signalCode;
    if (!(await waitUntil(() => ended() !== null, WAIT_MS))) throw new Error(`does not end:\n${this.output}`);
    return ended();
  }

  async visit(): Promise<{ n: number; env: Record<string, string> }> {
    const response = await fetch(`http://127.0.0.1:${String(this.env['PORT'])}/visit`);
    return (await response.json()) as { n: number; env: Record<string, string> };
  }

  /** Every process this run may have started and that still lives. */
  survivors(): number[] {
    return [this.servicePid(), this.postgresPid()].filter((pid) => identityOf(pid) !== undefined);
  }

  servicePid(): number {
    const last = this.project.said().findLast((line) => line.startsWith('up '));
    return Number(last?.split(' ')[1] ?? 0);
  }

  postgresPid(): number {
    const path = join(this.project.dataDir, 'postgres/postmaster.pid');
    return existsSync(path) ? Number.parseInt(readFileSync(path, 'utf8'), 10) : 0;
  }

  /** For the end of a test, whatever became of the launcher. */
  async cleanUp(): Promise<void> {
    for (const pid of [this.child.pid ?? 0, ...this.survivors()]) {
      const identity = identityOf(pid);
      if (identity !== undefined) await stopProcess(identity, [{ signal: 'SIGKILL', graceMs: 5_000 }]);
    }
  }
}
