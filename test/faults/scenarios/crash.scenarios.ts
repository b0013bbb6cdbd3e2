import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceNode } from '../node.process.js';
import type { Scenario, Stage } from '../scenario.js';

/** Processes that die or stand still. */

const POINTS = [
  'before-begin',
  'before-head',
  'before-entry',
  'before-outbox',
  'before-commit',
  'after-commit',
] as const;
/** Longer than a lock of the queue (15 s). */
const FROZEN_MS = 20_000;
const STRIKES = 6;

/** Starts a node anew with something the preload arms, and waits until it is part of the service again. */
async function rearm(stage: Stage, node: ServiceNode, fault: string): Promise<void> {
  await node.stop();
  node.start(fault);
  await stage.cluster.ready();
}

function nth(nodes: readonly ServiceNode[], index: number): ServiceNode {
  const node = nodes[index % nodes.length];
  if (node === undefined) throw new Error('no such node');
  return node;
}

async function killInTheMiddle(stage: Stage): Promise<void> {
  const apis = stage.cluster.of('api');
  for (const [index, point] of POINTS.entries()) {
    const node = nth(apis, index);
    await stage.fault(`F01 ${point}`, async () => {
      await rearm(stage, node, `kill:${point}`);
      node.signal('SIGUSR2');
      // Without an entry in between, as with nothing to write to the outbox, it lives on: then by hand.
      if ((await node.ended(10_000)) === undefined) await node.kill();
      stage.killed();
    });
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
    title: 'a worker frozen for longer than its locks',
    shape: 'cluster',
    run: async (stage) => {
      const worker = nth(stage.cluster.workers, 0);
      worker.signal('SIGSTOP');
      await sleep(FROZEN_MS);
      worker.signal('SIGCONT');
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
        await stage.fault(`F03 ${String(strike + 1)}`, async () => {
          await rearm(stage, worker, 'kill:before-mark');
          worker.signal('SIGUSR2');
          if ((await worker.ended(15_000)) === undefined) await worker.kill();
          stage.killed();
        });
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
          stage.killed();
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
        for (const node of [api, worker]) await rearm(stage, node, `block:${String(FROZEN_MS)}`);
        for (const node of [api, worker]) node.signal('SIGUSR2');
        await sleep(FROZEN_MS);
      });
    },
  },
];
