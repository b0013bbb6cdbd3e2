import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, type Scenario, type Stage } from '../scenario.js';

/** Redis dies, forgets, is full, or hangs. Losing it costs hints only. */

const AWAY_MS = 15_000;

async function tell(stage: Stage, ...command: readonly [string, ...string[]]): Promise<void> {
  const redis = new Redis(stage.cluster.redis?.url ?? '', { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  const [name, ...given] = command;
  await redis.call(name, ...given);
  redis.disconnect();
}

/** As without an append-only file: what it had written is thrown away before it comes back. */
async function killAndForget({ cluster }: Stage, awayMs: number): Promise<void> {
  if (cluster.redis === undefined) throw new Error('no Redis here');
  await cluster.redis.kill();
  rmSync(join(cluster.redis.folder, 'appendonlydir'), { recursive: true });
  await sleep(awayMs);
  await cluster.redis.restart();
}

export const QUEUE_SCENARIOS: readonly Scenario[] = [
  {
    id: 'F13',
    title: 'Redis killed with -9, and everything it knew is gone',
    shape: 'cluster',
    run: async (stage) => {
      for (let time = 1; time <= 3; time += 1) {
        await stage.fault(`F13 ${String(time)}`, () => killAndForget(stage, time === 1 ? AWAY_MS : 0));
        await sleep(3_000);
      }
    },
  },
  {
    id: 'F14',
    title: 'FLUSHALL, again and again',
    shape: 'cluster',
    short: true,
    run: async (stage) => {
      for (let time = 1; time <= (stage.short ? 4 : 10); time += 1) {
        await stage.fault(`F14 ${String(time)}`, () => tell(stage, 'FLUSHALL'));
        await sleep(800);
      }
    },
  },
  {
    id: 'F15',
    title: 'Redis out of memory',
    shape: 'cluster',
    run: (stage) =>
      stage.fault('F15', async () => {
        await tell(stage, 'CONFIG', 'SET', 'maxmemory', '1mb');
        await sleep(AWAY_MS);
        await tell(stage, 'CONFIG', 'SET', 'maxmemory', '0');
      }),
  },
  {
    id: 'F17',
    title: 'connections to the queue stand half open, and nothing passes',
    shape: 'cluster',
    run: async (stage) => {
      const { queueGate } = stage.cluster;
      await stage.fault('F17', async () => {
        queueGate.swallow();
        const late = await stage.cluster.addNode('api');
        late.start();
        await sleep(AWAY_MS * 2);
        const isUp = await stage.cluster.isReady(late);
        queueGate.heal();
        expect(isUp, 'an API that starts meanwhile becomes ready');
      });
    },
  },
];
