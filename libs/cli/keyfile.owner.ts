import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ClientProblem } from '#client';
import { z } from 'zod';

/** Who uses a key file, told to whoever finds it locked. The lock itself is the key store's; this only names. */
const owner = z.strictObject({
  pid: z.int(),
  host: z.string(),
  command: z.string(),
  since: z.iso.datetime(),
});

function ownerFileOf(keyFile: string): string {
  return `${keyFile}.user`;
}

/** Says who has it from now on; answers the way to take that back. */
export function noteOwner(keyFile: string, command: string): () => void {
  const note = { pid: process.pid, host: hostname(), command, since: new Date().toISOString() };
  writeFileSync(ownerFileOf(keyFile), JSON.stringify(note), { mode: 0o600 });
  return () => {
    rmSync(ownerFileOf(keyFile), { force: true });
  };
}

/** The same refusal, with the name of who holds the file when that is known. */
export function withOwner(error: unknown, keyFile: string): unknown {
  if (!(error instanceof ClientProblem) || error.code !== 'store.locked') return error;
  const found = readOwner(keyFile);
  if (found === undefined) return error;
  const holder = `process ${found.pid} on ${found.host} ("trialogue ${found.command}", since ${found.since})`;
  return new ClientProblem('store.locked', { ...error.detail, fields: [holder] }, { cause: error });
}

function readOwner(keyFile: string): z.infer<typeof owner> | undefined {
  try {
    return owner.parse(JSON.parse(readFileSync(ownerFileOf(keyFile), 'utf8')));
  } catch {
    return undefined; // the holder is no terminal client, or is just starting
  }
}
