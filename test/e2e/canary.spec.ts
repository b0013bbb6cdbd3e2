import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OwnService } from '../../libs/cli/demo/own.service.js';
import { CANARIES } from '../../libs/cli/demo/script.js';
import { clusterOf, databaseRows, filesUnder, heapSnapshot, memoryOf, type Piece } from './canary.places.js';
import { CanarySearch } from './canary.search.js';
import { sealedEvents } from './canary.sealed.js';
import { runDemo, settingsOf, startBuiltService } from './demo.run.js';

/** What the service does know: found by the same search, or the search finds nothing at all. */
const KNOWN_TO_THE_SERVICE = ['@trial.example', 'Demo practice '];

const secrets = new CanarySearch(CANARIES);
const known = new CanarySearch(KNOWN_TO_THE_SERVICE);

let service: OwnService;
let snapshots = '';
let transcript = '';

beforeAll(async () => {
  snapshots = mkdtempSync(join(tmpdir(), 'trialogue-heap-'));
  service = await startBuiltService(`--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${snapshots}`);
  const { code, text } = await runDemo({ args: [], env: settingsOf(service) });
  if (code !== 0) throw new Error(`the demo ended with ${String(code)}:\n${text}`);
  transcript = text;
}, 300_000);

afterAll(async () => {
  await service.stop();
  rmSync(snapshots, { recursive: true, force: true });
}, 60_000);

const servicePid = (): number =>
  (JSON.parse(readFileSync(join(service.dataDir, 'service.json'), 'utf8')) as { pid: number }).pid;

interface Found {
  readonly secrets: string[];
  readonly known: Set<string>;
  readonly bytes: number;
}

async function lookInto(pieces: AsyncIterable<Piece> | Iterable<Piece>): Promise<Found> {
  const found: Found = { secrets: [], known: new Set(), bytes: 0 };
  let bytesSeen = 0;
  for await (const { place, bytes } of pieces) {
    bytesSeen += bytes.length;
    for (const { word, encoding } of secrets.in(bytes))
      found.secrets.push(`“${word}” as ${encoding} in ${place}`);
    for (const { word } of known.in(bytes)) found.known.add(word);
  }
  return { ...found, bytes: bytesSeen };
}

describe('the search of the canary', () => {
  const planted = 'Jory Vellacombe';
  const surroundings = (bytes: Buffer) =>
    Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]);
  const foundAs = (bytes: Buffer) => [
    ...new Set(new CanarySearch([planted]).in(surroundings(bytes)).map(({ encoding }) => encoding)),
  ];
  const utf16 = Buffer.from(planted, 'utf16le');
  const utf16be = Buffer.from(utf16).swap16();

  it.each([
    ['utf8', Buffer.from(planted)],
    ['utf16le', utf16],
    ['utf16be', utf16be],
    ['utf8 hex', Buffer.from(Buffer.from(planted).toString('hex'))],
    ['utf8 HEX', Buffer.from(Buffer.from(planted).toString('hex').toUpperCase())],
    ['utf16le hex', Buffer.from(utf16.toString('hex'))],
    ['utf16be hex', Buffer.from(utf16be.toString('hex'))],
  ])('finds a planted name written as %s', (encoding, bytes) => {
    expect(foundAs(bytes)).toEqual([encoding]);
  });

  it.each(['base64', 'base64url'] as const)('finds it in %s wherever it begins and ends', (spelling) => {
    for (const before of ['', 'x', 'xy', 'xyz']) {
      for (const after of ['', 'x', 'xy']) {
        const text = Buffer.from(`${before}${planted}?>?>${after}`).toString(spelling);
        expect(foundAs(Buffer.from(text))).toEqual([`utf8 base64+${before.length % 3}`]);
        const wide = Buffer.concat([Buffer.from(before), utf16, Buffer.from(after)]).toString(spelling);
        expect(foundAs(Buffer.from(wide))).toEqual([`utf16le base64+${before.length % 3}`]);
      }
    }
  });

  it('finds a dose as it stands in JSON, also in JSON within JSON', () => {
    const dose = { total_ug: 125_625 };
    const search = new CanarySearch(['"total_ug":125625']);
    expect(search.in(Buffer.from(JSON.stringify(dose)))).toHaveLength(1);
    expect(search.in(Buffer.from(JSON.stringify(JSON.stringify(dose))))).toHaveLength(1);
    expect(search.in(Buffer.from(JSON.stringify({ total_ug: 125_626 })))).toHaveLength(0);
  });

  it('looks for nothing that the demo does not print or seal, and finds all of it there', () => {
    const readable = Buffer.from(`${transcript}${JSON.stringify(sealedEvents())}`);
    const found = new Set(secrets.in(readable).map(({ word }) => word));
    expect(CANARIES.filter((word) => !found.has(word))).toEqual([]);
  });
});

describe('after the demo nobody finds a name, a sentence or a dose', () => {
  it('in the database, the tables of the queue included', async () => {
    const found = await lookInto(databaseRows(service.dataDir));
    expect(found.secrets).toEqual([]);
    expect([...found.known].sort()).toEqual([...KNOWN_TO_THE_SERVICE].sort());
  });

  it('in any file it keeps: the database’s own with their log, e-mails, logs, settings', async () => {
    const { home } = clusterOf(service.dataDir);
    const folders = home === undefined ? [service.dataDir] : [service.dataDir, join(home, 'postgres')];
    const found = await lookInto(folders.flatMap((folder) => [...filesUnder(folder)]));
    expect(found.secrets).toEqual([]);
    expect(found.known.size).toBe(KNOWN_TO_THE_SERVICE.length);
    const mails = await lookInto(filesUnder(join(service.dataDir, 'mail')));
    expect([...mails.known]).toEqual(['@trial.example']);
  });

  it('in what the service and its launcher wrote', async () => {
    const output = Buffer.from(service.output());
    expect(output.includes('service.started')).toBe(true);
    expect((await lookInto([{ place: 'output', bytes: output }])).secrets).toEqual([]);
  });

  it('in a heap snapshot of the service', async () => {
    const found = await lookInto([await heapSnapshot(servicePid(), snapshots)]);
    expect(found.bytes).toBeGreaterThan(10_000_000);
    expect(found.secrets).toEqual([]);
  }, 120_000);

  it('in its memory, where the system lets us look', async () => {
    if (process.platform !== 'linux') {
      console.warn('SKIPPED: the memory of a process can be read on Linux only');
      return;
    }
    const found = await lookInto(memoryOf(servicePid()));
    expect(found.bytes).toBeGreaterThan(10_000_000);
    expect(found.secrets).toEqual([]);
    expect(found.known.size).toBeGreaterThan(0);
  }, 120_000);
});
