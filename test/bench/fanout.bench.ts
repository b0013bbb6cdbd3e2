import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort, startEmbeddedPostgres, type EmbeddedPostgres } from '#launch';
import { cpuSeconds } from './cpu.js';
import { figure, print, progress, row, show } from './figures.js';

const ROUNDS = 3;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;
const ROOMS = 100;
const PACED_PER_SECOND = 200;
const FOUNDING_TOKEN = 'bench-founding-token-of-this-run';

interface Report {
  readonly messages: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly generatorCpuShare: number;
}

interface Measured extends Report {
  readonly cpuPerThousand: number;
}

/** A server with its generator, both processes of their own. */
interface Side {
  readonly name: string;
  readonly server: ChildProcess;
  readonly generator: ChildProcess;
  readonly replies: AsyncIterator<string, undefined>;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** 100 rooms of three people: a message is visible when both others have it. Both servers on one PostgreSQL, in turns. */
export async function fanoutBench(): Promise<void> {
  const folder = mkdtempSync(join(os.tmpdir(), 'trialogue-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  try {
    const bare = await startBare(await database(postgres, 'bare'));
    const own = await startTrialogue(await database(postgres, 'trialogue_bench'), folder);
    await compare([bare, own], postgres);
  } finally {
    for (const child of started) await stop(child);
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function database(postgres: EmbeddedPostgres, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} OWNER trialogue`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function startBare(databaseUrl: string): Promise<Side> {
  const port = await freePort();
  const server = start(here('./peers/bare-socketio.js'), { DATABASE_URL: databaseUrl, PORT: String(port) });
  await untilLine(server, 'ready');
  return withGenerator('bare socket.io + pg', server, { TARGET: 'bare', URL: `http://127.0.0.1:${port}` });
}

async function startTrialogue(databaseUrl: string, folder: string): Promise<Side> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = start(here('../../src/main.js'), {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    PUBLIC_URL: url,
    DATA_DIR: join(folder, 'data'),
    FOUNDING_TOKEN,
    SESSION_SECRET: 'bench-session-secret-of-this-very-run-only',
    LOG_LEVEL: 'error',
    RATE_FACTOR: '1000',
  });
  await untilReady(`${url}/health/ready`);
  return withGenerator('Trialogue', server, { TARGET: 'trialogue', URL: url, FOUNDING_TOKEN });
}

/** Every process this run started, to be stopped whatever happens. Generators first: they hold the connections. */
const started: ChildProcess[] = [];

function start(script: string, env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.unshift(child);
  return child;
}

async function untilLine(child: ChildProcess, expected: string): Promise<void> {
  if (child.stdout === null) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) if (line === expected) return;
  throw new Error('the server stopped before it was ready');
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await sleep(100);
  }
  throw new Error('the service did not become ready');
}

async function withGenerator(name: string, server: ChildProcess, env: Record<string, string>): Promise<Side> {
  const generator = start(here('./generator.js'), { ROOMS: String(ROOMS), SECONDS: String(SECONDS), ...env });
  if (generator.stdout === null) throw new Error('no output to read');
  const replies = createInterface({ input: generator.stdout })[Symbol.asyncIterator]();
  if ((await replies.next()).value !== 'ready') throw new Error(`the generator for ${name} failed`);
  return { name, server, generator, replies };
}

async function measure(side: Side, postgres: EmbeddedPostgres, order: string): Promise<Measured> {
  const watched = [side.server.pid ?? 0, postgres.pid];
  const before = cpuSeconds(watched);
  side.generator.stdin?.write(`${order}\n`);
  const reply: IteratorResult<string, undefined> = await side.replies.next();
  if (reply.done === true) throw new Error(`the generator for ${side.name} stopped`);
  const report = JSON.parse(reply.value) as Report;
  return { ...report, cpuPerThousand: ((cpuSeconds(watched) - before) * 1000) / report.messages };
}

async function compare(sides: readonly Side[], postgres: EmbeddedPostgres): Promise<void> {
  const results = new Map(
    sides.map((side) => [side.name, { saturated: [] as Measured[], paced: [] as Measured[] }]),
  );
  for (const side of sides) {
    progress(`warming up ${side.name}, ${WARM_UP_SECONDS} s or more`);
    await measure(side, postgres, 'saturate');
  }
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const side of sides) {
      progress(`round ${round} of ${ROUNDS}: ${side.name}`);
      results.get(side.name)?.saturated.push(await measure(side, postgres, 'saturate'));
      results.get(side.name)?.paced.push(await measure(side, postgres, `pace ${PACED_PER_SECOND}`));
    }
  }
  report(sides, results);
}

type Results = ReadonlyMap<
  string,
  { readonly saturated: readonly Measured[]; readonly paced: readonly Measured[] }
>;

function report(sides: readonly Side[], results: Results): void {
  print(
    `\nAppend → visible at both others (${ROOMS} rooms × 3 people, a socket each; ${ROUNDS} alternating rounds of ${SECONDS} s)`,
  );
  print(row('', ...sides.map((side) => side.name)));
  const cells = (
    pick: (side: { saturated: readonly Measured[]; paced: readonly Measured[] }) => number[],
  ): string[] =>
    sides.map((side) => {
      const result = results.get(side.name);
      return result === undefined ? '–' : show(figure(pick(result)));
    });
  print(
    row(
      'one in flight per room: messages per s',
      ...cells(({ saturated }) => saturated.map((one) => one.perSecond)),
    ),
  );
  print(row('  p50, ms', ...cells(({ saturated }) => saturated.map((one) => one.p50))));
  print(row('  p99, ms', ...cells(({ saturated }) => saturated.map((one) => one.p99))));
  print(
    row(
      '  CPU s per 1,000, server + database',
      ...cells(({ saturated }) => saturated.map((one) => one.cpuPerThousand)),
    ),
  );
  print(
    row(
      '  generator, share of one core',
      ...cells(({ saturated }) => saturated.map((one) => one.generatorCpuShare)),
    ),
  );
  print(row(`at ${PACED_PER_SECOND} per s: p50, ms`, ...cells(({ paced }) => paced.map((one) => one.p50))));
  print(row(`at ${PACED_PER_SECOND} per s: p99, ms`, ...cells(({ paced }) => paced.map((one) => one.p99))));
  const [bare, own] = sides.map(
    (side) => figure(results.get(side.name)?.saturated.map((one) => one.perSecond) ?? []).median,
  );
  if (bare !== undefined && own !== undefined)
    print(row('ratio of throughput, Trialogue to bare', (own / bare).toFixed(2)));
}

/** Ten seconds to end by itself; then the process, which is ours, is killed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await once(child, 'exit');
  clearTimeout(timer);
}
