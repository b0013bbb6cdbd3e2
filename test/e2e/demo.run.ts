import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { startOwnService, type OwnService } from '../../libs/cli/demo/own.service.js';
import { buildIfNeeded } from '../../libs/launch/build.mjs';

const DIST = resolve(import.meta.dirname, '../../dist');

export interface DemoEnded {
  readonly code: number | null;
  /** Everything it wrote, on both streams. */
  readonly text: string;
}

/** The service as `npm start` runs it, on a free port and a folder of its own. */
export async function startBuiltService(nodeOptions?: string): Promise<OwnService> {
  await buildIfNeeded({ log: () => undefined });
  const launcher = join(DIST, 'libs/launch/start.js');
  return startOwnService({ launcher, ...(nodeOptions === undefined ? {} : { nodeOptions }) });
}

export interface DemoRun {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  /** Sent once the demo has written what `when` looks for. */
  readonly interrupt?: { readonly signal: NodeJS.Signals; readonly when: RegExp };
}

/** `npm run demo`, as the process npm would start. */
export async function runDemo({ args, env, interrupt }: DemoRun): Promise<DemoEnded> {
  const demo = spawn(process.execPath, [join(DIST, 'libs/cli/demo/main.js'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let isInterrupted = false;
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (interrupt === undefined || isInterrupted || !interrupt.when.test(text)) return;
      isInterrupted = true;
      demo.kill(interrupt.signal);
    });
  }
  const [code] = (await once(demo, 'close')) as [number | null];
  return { code, text };
}

export function settingsOf({ url, dataDir }: OwnService): Record<string, string> {
  return { DATA_DIR: dataDir, PORT: new URL(url).port };
}
