import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario.js';

/** Whoever carries the notifications is away, slow, or has had enough. */

const AWAY_MS = 30_000;

export const PROVIDER_SCENARIOS: readonly Scenario[] = [
  {
    id: 'F26',
    title: 'the provider is down, then slow, then answers 429 and 500',
    shape: 'cluster',
    run: async (stage) => {
      const { provider } = stage;
      const { port } = provider;
      await stage.fault('F26 down', async () => {
        await provider.close();
        await sleep(AWAY_MS);
        await provider.open(port);
      });
      for (const [name, mode] of [
        ['hangs', 'hang'],
        ['slow', { status: 204, afterMs: 9_000 }],
        ['429', { status: 429, retryAfterS: 3 }],
        ['500', { status: 500 }],
      ] as const) {
        await stage.fault(`F26 ${name}`, async () => {
          provider.mode = mode;
          await sleep(AWAY_MS / 2);
          provider.mode = { status: 204 };
        });
      }
    },
  },
];
