import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { UsageError } from './failure.js';
import type { Context } from './session.js';
import { pathOf } from './settings.js';

/** JSON from a file, or from stdin for `-`. Errors: UsageError. */
export async function readJson(from: string, { shell }: Context): Promise<unknown> {
  const json = from === '-' ? await text(shell.stdin) : readFile(pathOf(from, shell.env));
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new UsageError(`${from === '-' ? 'The input' : from} is not JSON.`);
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const isNowhere = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(isNowhere ? `There is no file ${path}.` : `${path} cannot be read.`);
  }
}
