import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceNode } from '../node.process.js';
import type { DeathPoint } from '../preload.js';
import { expect, type Scenario, type Stage } from '../scenario.js';

/** Processes that die or stand still. */

const POINTS: readonly DeathPoint[] = [
  'before BEGIN',
  'after the head and the entries',
  'after what is news to whom',
  'before COMMIT',
  'with COMMIT under way',
  'after COMMIT, before the ack',
];
const REACHED_WITHIN_MS = 20_000;
/** Longer than a lock of the queue (15 s). */
const FROZEN_MS = 20_000;
const STRIKES = 6;

/** A point that is never reached is a scenario that no longer looks at anything. */
async function dieAt(node: ServiceNode, point: DeathPoint): Promise<void> {
  node.order({ order: 'die', at: point });
  const code = await node.ended(REACHED_WITHIN_MS);
  expect(code !== undefined, `a node comes to the point "${point}"`);
}

function nth(nodes: readonly ServiceNode[], index: number): ServiceNode {
  const node = nodes[index % nodes.length];
  if (node === undefined) throw new Error('no such node');
  return node;
}

async function killInTheMiddle(stage: Stage): Promise<void> {
  for (const [index, point] of POINTS.entries()) {
    const node = nth(stage.cluster.of('api'), index);
    await stage.fault(`F01 ${point}`, () => dieAt(node, point));
    stage.say(`killed ${point}`);
  }
}

export const CRASH_SCENARIOS: readonly Scenario[] = [
  {
    id: 'F01',
    title: 'kill -9 at six points of an append',
    shape: 'cluster',
    short: true,
    run: killInTheMiddle,
  },
  {
    id: 'F01s',
    title: 'kill -9 at six points of an append, one process for everything',
    shape: 'single',
    run: killInTheMiddle,
  },
  {
    id: 'F02',
    title: 'a worker frozen for longer than its locks, in the middle of slow calls',
    shape: 'cluster',
    run: async (stage) => {
      const worker = nth(stage.cluster.workers, 0);
      stage.provider.mode = { status: 204, afterMs: 1_000 };
      await sleep(2_000);
      await stage.fault('F02', async () => {
        worker.signal('SIGSTOP');
        await sleep(FROZEN_MS);
        worker.signal('SIGCONT');
      });
    },
  },
  {
    id: 'F03',
    title: 'kill -9 between the call of a provider and the mark in the ledger',
    shape: 'cluster',
    short: true,
    run: async (stage) => {
      for (let strike = 0; strike < (stage.short ? 2 : STRIKES); strike += 1) {
        const worker = nth(stage.cluster.workers, strike);
        await stage.fault(`F03 ${String(strike + 1)}`, () => dieAt(worker, 'between provider call and mark'));
      }
    },
  },
  {
    id: 'F04',
    title: 'workers killed again and again',
    shape: 'cluster',
    run: (stage) =>
      stage.fault('F04', async () => {
        for (let strike = 0; strike < STRIKES; strike += 1) {
          const worker = nth(stage.cluster.workers, strike);
          await worker.kill();
          await sleep(1_000 + stage.lot() * 2_000);
          worker.start();
        }
      }),
  },
  {
    id: 'F22',
    title: 'the event loop of a node stands still for 20 s',
    shape: 'cluster',
    run: async (stage) => {
      const [api, worker] = [nth(stage.cluster.of('api'), 0), nth(stage.cluster.workers, 0)];
      await stage.fault('F22', async () => {
        for (const node of [api, worker]) node.order({ order: 'block', forMs: FROZEN_MS });
        await sleep(FROZEN_MS);
      });
    },
  },
];
