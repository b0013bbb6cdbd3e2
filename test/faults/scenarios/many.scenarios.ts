import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pick } from '../pick.js';
import { expect, type Scenario, type Stage } from '../scenario.js';

/** Many of one thing: dispatchers, faults, obligations due in the same second. */

const SWARM_MS = { short: 30_000, full: 180_000 } as const;
const DUE_AT_ONCE = 10_000;
const DUE_IN_S = 5;
/** Promised for 10,000 due in the same second. */
const ALL_TAKEN_MS = 15_000;

async function moreDispatchers(stage: Stage): Promise<void> {
  for (let more = 0; more < 2; more += 1) (await stage.cluster.addNode('worker')).start();
  await sleep(15_000);
}

type Harm = readonly [name: string, work: (stage: Stage) => Promise<void>];

const HARMS: readonly Harm[] = [
  ['kills an API', async ({ cluster, lot }) => pick(cluster.of('api'), lot)?.kill()],
  ['kills a worker', async ({ cluster, lot }) => pick(cluster.workers, lot)?.kill()],
  [
    'freezes a node',
    async ({ cluster, lot }) => {
      const node = pick(cluster.nodes, lot);
      node?.signal('SIGSTOP');
      await sleep(3_000);
      node?.signal('SIGCONT');
    },
  ],
  [
    'restarts PostgreSQL at once',
    async (stage) => {
      const { cluster } = stage;
      stage.databaseCut();
      process.kill(cluster.postgres.pid, 'SIGQUIT');
      await sleep(300);
      await cluster.postgres.restart();
    },
  ],
  [
    'cuts clients',
    ({ cluster, lot }) => {
      cluster.front.reset(0.7, lot);
      return Promise.resolve();
    },
  ],
  [
    'kills Redis',
    async ({ cluster }) => {
      await cluster.redis?.kill();
      await sleep(1_000);
      await cluster.redis?.restart();
    },
  ],
  [
    'empties Redis',
    async ({ cluster }) => {
      const redis = new Redis(cluster.redis?.url ?? '', { maxRetriesPerRequest: 1 });
      redis.on('error', () => undefined);
      await redis.flushall();
      redis.disconnect();
    },
  ],
  [
    'lets the provider fail',
    async ({ provider }) => {
      provider.mode = { status: 503 };
      await sleep(2_000);
      provider.mode = { status: 204 };
    },
  ],
];

async function swarm(stage: Stage): Promise<void> {
  const untilMs = Date.now() + (stage.short ? SWARM_MS.short : SWARM_MS.full);
  for (let number = 1; Date.now() < untilMs; number += 1) {
    const harm = pick(HARMS, stage.lot);
    if (harm === undefined) return;
    const [name, work] = harm;
    stage.say(`the swarm ${name}`);
    await stage.fault(`F30 ${String(number)} ${name}`, () => work(stage));
    await sleep(stage.lot() * 3_000);
  }
}

/** Copies of an obligation that a real append opened, all due in one second. Their thread does not know of them. */
async function manyAtOnce(stage: Stage): Promise<void> {
  const { cluster } = stage;
  const before = await cluster.sql<{ n: number }>('SELECT max(n)::float8 AS n FROM obligation_history');
  await cluster.sql(`
    INSERT INTO obligation (thread_id, id, opener_id, responder_id, responder_role, organisation_id, urgency, state,
      attended, opened_seq, opened_at, due_at, taken, look_at, ack_holds_ms)
    SELECT thread_id, 900000000 + n, opener_id, responder_id, responder_role, organisation_id, 1, 'open', true,
      opened_seq, now() - interval '1 hour', date_trunc('second', now()) + ${String(DUE_IN_S)} * interval '1 second',
      '{1,0,0,0}', date_trunc('second', now()) + ${String(DUE_IN_S)} * interval '1 second', ack_holds_ms
    FROM (SELECT * FROM obligation WHERE urgency <= 2 LIMIT 1) AS one, generate_series(1, ${String(DUE_AT_ONCE)}) n`);
  const taken = `FROM obligation_history WHERE obligation_id > 900000000 AND kind = 'step' AND n > ${String(before[0]?.n ?? 0)}`;
  const enough = async (): Promise<boolean> =>
    (await cluster.sql<{ count: number }>(`SELECT count(*)::float8 AS count ${taken}`))[0]?.count ===
    DUE_AT_ONCE;
  for (let waitedS = 0; waitedS < 60 && !(await enough()); waitedS += 1) await sleep(1_000);
  const [took] = await cluster.sql<{ ms: number; count: number }>(
    `SELECT extract(epoch FROM max(at) - min(scheduled_for))::float8 * 1000 AS ms, count(*)::float8 AS count ${taken}`,
  );
  stage.say(
    `${String(took?.count ?? 0)} steps due in one second, the last taken ${String(Math.round(took?.ms ?? 0))} ms later`,
  );
  expect(took?.count === DUE_AT_ONCE, 'every step that is due in the same second is taken');
  expect((took?.ms ?? Infinity) <= ALL_TAKEN_MS, `all of them within ${String(ALL_TAKEN_MS)} ms`);
  // The notices of so many would take minutes to send and say nothing new.
  await cluster.sql(`UPDATE obligation SET state = 'closed', look_at = NULL WHERE id > 900000000`);
}

export const MANY_SCENARIOS: readonly Scenario[] = [
  { id: 'F28', title: 'four dispatchers instead of two', shape: 'cluster', run: moreDispatchers },
  { id: 'F30', title: 'a random swarm of faults', shape: 'cluster', run: swarm },
  { id: 'due', title: '10,000 obligations due in the same second', shape: 'cluster', run: manyAtOnce },
];
