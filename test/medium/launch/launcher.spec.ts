import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '#launch';
import { identityOf, waitUntil } from '../../../libs/launch/processes.mjs';
import { startPostgres } from '../../support/servers/index.js';
import { SmallProject, type LauncherRun } from './small.project.js';

const READY = 'Trialogue is ready';
const runs: LauncherRun[] = [];

async function started(project: SmallProject, env: NodeJS.ProcessEnv = {}): Promise<LauncherRun> {
  const run = start(project, { PORT: String(await freePort()), ...env });
  await run.says(READY);
  return run;
}

function start(project: SmallProject, env: NodeJS.ProcessEnv, command?: readonly string[]): LauncherRun {
  const run = project.start(env, command);
  runs.push(run);
  return run;
}

afterEach(async () => {
  for (const run of runs.splice(0)) await run.cleanUp();
});

describe('npm start', () => {
  it('gives the service its database, its folder and its secrets, and lets the founder found', async () => {
    const project = new SmallProject();
    const run = await started(project);
    const { n, env } = await run.visit();
    expect(n).toBe(1);
    expect(env['DATA_DIR']).toBe(project.dataDir);
    expect(env['PUBLIC_URL']).toBe(`http://localhost:${String(run.env['PORT'])}`);
    expect(env['SESSION_SECRET']).toHaveLength(43);
    await run.says(`FOUNDED at http://localhost:${String(run.env['PORT'])} 200 43 0`);
  });

  it('keeps data and secrets over a restart, and secrets in a file for the owner alone', async () => {
    const project = new SmallProject({ founder: false });
    const first = await started(project);
    const before = await first.visit();
    first.child.kill('SIGINT');
    expect(await first.ends()).toBe(0);
    const again = await (await started(project)).visit();
    expect(again.n).toBe(2);
    for (const name of ['SESSION_SECRET', 'FOUNDING_TOKEN', 'VAPID_PRIVATE_KEY', 'DATABASE_URL']) {
      expect(before.env[name]).toBeDefined();
      expect(again.env[name]).toBe(before.env[name]);
    }
    expect(statSync(join(project.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('prefers secrets from the environment and settings from there over those of .env', async () => {
    const project = new SmallProject({ founder: false });
    project.write('.env', 'LOG_LEVEL=debug\nSESSION_SECRET=from-the-file-from-the-file-from-the-file\n');
    const given = 'from-the-environment-from-the-environment';
    const { env } = await (await started(project, { FOUNDING_TOKEN: given, LOG_LEVEL: 'warn' })).visit();
    expect(env['FOUNDING_TOKEN']).toBe(given);
    expect(env['LOG_LEVEL']).toBe('warn');
    expect(env['SESSION_SECRET']).toContain('from-the-file');
  });

  it('uses the PostgreSQL it is given and starts none', async () => {
    const { createDatabase } = await startPostgres();
    const { url, drop } = await createDatabase();
    const run = await started(new SmallProject({ founder: false }), { DATABASE_URL: url });
    expect((await run.visit()).env['DATABASE_URL']).toBe(url);
    expect(run.postgresPid()).toBe(0);
    await run.cleanUp();
    await drop();
  });

  it.each(['127.0.0.1', '::1', '::'])(
    'says that the port is taken on %s before it starts anything',
    async (host) => {
      const squatter = createServer().listen(0, host);
      await once(squatter, 'listening');
      const { port } = squatter.address() as { port: number };
      const project = new SmallProject();
      const run = start(project, { PORT: String(port) });
      expect(await run.ends()).toBe(1);
      squatter.close();
      expect(run.output).toContain(`Port ${port} is taken`);
      expect(run.postgresPid()).toBe(0);
      expect(project.said()).toEqual([]);
    },
  );

  it('says who holds the data folder when started twice on it, and does not disturb the first', async () => {
    const project = new SmallProject({ founder: false });
    const first = await started(project);
    const second = start(project, { PORT: String(await freePort()) });
    expect(await second.ends()).toBe(1);
    expect(second.output).toContain(`process ${String(first.child.pid)}`);
    expect((await first.visit()).n).toBe(1);
  });

  it.each([
    [{ PORT: 'three' }, 'PORT must be'],
    [{ PORT: '1', DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must start'],
  ])('refuses the settings %j in words', async (env, words) => {
    const run = start(new SmallProject(), env);
    expect(await run.ends()).toBe(1);
    expect(run.output).toContain(words);
  });
});

describe('stopping', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s drains the service and leaves nothing behind',
    async (signal) => {
      const project = new SmallProject({ founder: false });
      const run = await started(project);
      const pids = run.survivors();
      expect(pids).toHaveLength(2);
      run.child.kill(signal);
      expect(await run.ends()).toBe(0);
      expect(project.said().at(-1)).toBe('drained');
      expect(pids.filter((pid) => identityOf(pid) !== undefined)).toEqual([]);
    },
  );

  it('works while everything is still starting', async () => {
    const run = start(new SmallProject(), { PORT: String(await freePort()) });
    await run.says('Starting PostgreSQL');
    run.child.kill('SIGINT');
    expect(await run.ends()).toBe(0);
    expect(run.survivors()).toEqual([]);
  });

  it('kills a service that does not drain in time', async () => {
    const project = new SmallProject({ founder: false });
    const run = await started(project);
    writeFileSync(join(project.dataDir, 'hangs'), '');
    const pid = run.servicePid();
    run.child.kill('SIGTERM');
    expect(await run.ends()).toBe(0);
    expect(identityOf(pid)).toBeUndefined();
  });

  it('hurries at a second Ctrl-C, but not at the echo of the first', async () => {
    const project = new SmallProject({ founder: false });
    project.write(
      'start.js',
      readFileSync(join(project.folder, 'start.js'), 'utf8').replace('3000', '60000'),
    );
    const run = await started(project);
    writeFileSync(join(project.dataDir, 'hangs'), '');
    run.child.kill('SIGINT');
    run.child.kill('SIGINT');
    await waitUntil(() => project.said().includes('drained'), 5_000);
    expect(run.output).not.toContain('Stopping at once');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    run.child.kill('SIGINT');
    expect(await run.ends()).toBe(0);
    expect(run.output).toContain('Stopping at once');
    expect(run.survivors()).toEqual([]);
  });

  it.each([
    ['directly', '', "['start.js']"],
    ['with a shell in between', '/bin/sh', "['-c', process.execPath + ' start.js; true']"],
  ])('follows when npm, which started it %s, is killed without a word', async (_, shell, args) => {
    const project = new SmallProject({ founder: false });
    // What npm is to the launcher: an ancestor with a title of that name, which waits for it.
    const program = shell === '' ? 'process.execPath' : `'${shell}'`;
    project.write(
      'npm-cli.cjs',
      `process.title = 'npm start'; require('child_process').spawn(${program}, ${args}, { stdio: 'inherit' });`,
    );
    const port = String(await freePort());
    const run = start(project, { PORT: port, npm_lifecycle_event: 'start' }, [
      process.execPath,
      'npm-cli.cjs',
    ]);
    await run.says(READY);
    const pids = run.survivors();
    expect(pids).toHaveLength(2);
    run.child.kill('SIGKILL');
    expect(await waitUntil(() => pids.every((pid) => identityOf(pid) === undefined), 10_000)).toBe(true);
    expect(project.said().at(-1)).toBe('drained');
  });
});

describe('what is killed', () => {
  it('is started again when it was the service, and the data are there', async () => {
    const project = new SmallProject({ founder: false });
    const run = await started(project);
    await run.visit();
    for (let round = 2; round <= 4; round += 1) {
      const pid = run.servicePid();
      process.kill(pid, 'SIGKILL');
      const isBack = () => run.servicePid() !== pid && identityOf(run.servicePid()) !== undefined;
      expect(await waitUntil(isBack, 5_000)).toBe(true);
      expect(await eventually(async () => (await run.visit()).n)).toBe(round);
    }
  });

  it('is started again on the same port when it was PostgreSQL', async () => {
    const run = await started(new SmallProject({ founder: false }));
    await run.visit();
    const pid = run.postgresPid();
    process.kill(pid, 'SIGKILL');
    await run.says('PostgreSQL ended unexpectedly');
    expect(await eventually(async () => (await run.visit()).n)).toBeGreaterThan(1);
    expect(run.postgresPid()).not.toBe(pid);
  });

  it('takes the service along when it was the launcher, and the next start copes with the rest', async () => {
    const project = new SmallProject({ founder: false });
    const run = await started(project);
    await run.visit();
    const [service, postgres] = [run.servicePid(), run.postgresPid()];
    run.child.kill('SIGKILL');
    expect(await waitUntil(() => identityOf(service) === undefined, 5_000)).toBe(true);
    expect(project.said().at(-1)).toBe('orphaned');
    expect(identityOf(postgres)).toBeDefined();
    const next = await started(project, { PORT: run.env['PORT'] });
    expect((await next.visit()).n).toBe(2);
    expect(identityOf(postgres)).toBeUndefined();
  });

  it('cannot leave a hanging service in the way of the next start', async () => {
    const project = new SmallProject({ founder: false });
    const run = await started(project);
    await run.visit();
    writeFileSync(join(project.dataDir, 'hangs'), '');
    const service = run.servicePid();
    run.child.kill('SIGKILL');
    await waitUntil(() => project.said().includes('orphaned'), 5_000);
    expect(identityOf(service)).toBeDefined();
    const next = await started(project, { PORT: run.env['PORT'] });
    expect(next.output).toContain(`process ${service}`);
    expect(identityOf(service)).toBeUndefined();
    expect((await next.visit()).n).toBe(2);
  }, 60_000);
});

describe('a service that does not stay up', () => {
  async function broken(how: string): Promise<{ run: LauncherRun; code: unknown; project: SmallProject }> {
    const project = new SmallProject();
    const first = await started(project);
    first.child.kill('SIGTERM');
    await first.ends();
    writeFileSync(join(project.dataDir, how), '');
    writeFileSync(join(project.dataDir, 'said'), '');
    const run = start(project, { PORT: String(await freePort()) });
    return { run, code: await run.ends(), project };
  }

  it('is tried a few times, then given up with an exit code, and PostgreSQL is stopped', async () => {
    const { run, code, project } = await broken('dies');
    expect(code).toBe(1);
    expect(project.said().filter((line) => line.startsWith('up'))).toHaveLength(3);
    expect(run.output).toContain('does not stay up (exit code 3)');
    expect(run.survivors()).toEqual([]);
  });

  it('is not tried again when it says that its settings are wrong', async () => {
    const { code, project } = await broken('settings-are-wrong');
    expect(code).toBe(1);
    expect(project.said().filter((line) => line.startsWith('up'))).toHaveLength(1);
  });
});

async function eventually<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (const deadline = Date.now() + 10_000; ;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
