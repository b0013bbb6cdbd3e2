import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Scenario, Stage } from '../scenario.js';

/** Redis dies, forgets, is full, or hangs. Losing it costs hints only. */

const AWAY_MS = 15_000;

async function tell(stage: Stage, ...command: readonly [string, ...string[]]): Promise<void> {
  const redis = new Redis(stage.cluster.redis?.url ?? '', { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  const [name, ...given] = command;
  await redis.call(name, ...given);
  redis.disconnect();
}

export const QUEUE_SCENARIOS: readonly Scenario[] = [
  {
    id: 'F13',
    title: 'Redis killed, and everything it knew is gone',
    shape: 'cluster',
    run: (stage) =>
      stage.fault('F13', async () => {
        await tell(stage, 'FLUSHALL');
        await stage.cluster.redis?.kill();
        await sleep(AWAY_MS);
        await stage.cluster.redis?.restart();
      }),
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
    title: 'connections to the queue stand, and nothing passes',
    shape: 'cluster',
    run: (stage) =>
      stage.fault('F17', async () => {
        stage.cluster.queueGate.set('hole');
        await sleep(AWAY_MS * 2);
        stage.cluster.queueGate.set('open');
      }),
  },
];
