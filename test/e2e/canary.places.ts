import { Buffer } from 'node:buffer';
import { existsSync, openSync, closeSync, readFileSync, readSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Everything the service keeps or holds, one piece at a time. */
export interface Piece {
  readonly place: string;
  readonly bytes: Buffer;
}

interface ClusterRecord {
  readonly port: number;
  readonly password: string;
  readonly home?: string;
}

export function clusterOf(dataDir: string): ClusterRecord {
  return JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as ClusterRecord;
}

/** All rows of all tables of all schemas, the queue's too: as PostgreSQL prints them, and every bytea as it is. */
export async function* databaseRows(dataDir: string): AsyncGenerator<Piece> {
  const { port, password } = clusterOf(dataDir);
  const client = new pg.Client({
    connectionString: `postgres://trialogue:${password}@127.0.0.1:${port}/trialogue`,
  });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`);
      for (const { line } of rows) {
        yield { place: `table ${name}`, bytes: Buffer.from(line) };
        for (const [hex] of line.matchAll(/(?<=\\x)[0-9a-f]{8,}/gu)) {
          yield { place: `table ${name}, bytes`, bytes: Buffer.from(hex, 'hex') };
        }
      }
    }
  } finally {
    await client.end();
  }
}

/** Every file under a folder: logs, mails, settings, and the database's own files with its write-ahead log. */
export function* filesUnder(folder: string): Generator<Piece> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !existsSync(path)) continue;
    const bytes = readFileSync(path);
    yield { place: path, bytes };
    // Quoted-printable breaks lines in the middle of words.
    if (path.endsWith('.eml'))
      yield { place: path, bytes: Buffer.from(bytes.toString('latin1').replaceAll('=\r\n', ''), 'latin1') };
  }
}

/** The heap snapshot a process writes into `folder` when it gets SIGUSR2 (--heapsnapshot-signal). */
export async function heapSnapshot(pid: number, folder: string): Promise<Piece> {
  process.kill(pid, 'SIGUSR2');
  const find = () =>
    readdirSync(folder).find((name) => name.endsWith('.heapsnapshot') && name.includes(`.${pid}.`));
  let size = -1;
  for (let waited = 0; waited < 60_000; waited += 500) {
    await sleep(500);
    const name = find();
    if (name === undefined) continue;
    const path = join(folder, name);
    const now = statSync(path).size;
    if (now > 0 && now === size) return { place: path, bytes: readFileSync(path) };
    size = now;
  }
  throw new Error('no heap snapshot was written');
}

const CHUNK_BYTES = 32 * 1024 * 1024;
/** Words that straddle two chunks are found in the second: it begins this much earlier. */
const OVERLAP_BYTES = 4_096;

/** All writable memory of a Linux process: unlike a heap snapshot, buffers and long strings too. */
export function* memoryOf(pid: number): Generator<Piece> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [first, last] of writableRanges(pid)) {
      for (let from = first; from < last; from += CHUNK_BYTES - OVERLAP_BYTES) {
        const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, last - from));
        yield {
          place: `memory at ${from.toString(16)}`,
          bytes: bytes.subarray(0, readAt(memory, bytes, from)),
        };
        if (from + bytes.length >= last) break;
      }
    }
  } finally {
    closeSync(memory);
  }
}

function writableRanges(pid: number): [number, number][] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line): [number, number][] => {
      const match = /^([0-9a-f]+)-([0-9a-f]+) rw.. .*$/u.exec(line);
      return match === null || line.includes('[v')
        ? []
        : [[parseInt(match[1] ?? '', 16), parseInt(match[2] ?? '', 16)]];
    });
}

/** Memory moves while it is read: what is gone by now counts as empty. */
function readAt(file: number, bytes: Buffer, position: number): number {
  try {
    return readSync(file, bytes, 0, bytes.length, position);
  } catch {
    return 0;
  }
}
