import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CANARIES } from '../../libs/cli/demo/script.js';
import type { Piece } from './canary.places.js';
import { CanarySearch } from './canary.search.js';

/** What the service does know: found by the same search, or the search finds nothing at all. */
export const KNOWN_TO_THE_SERVICE = ['@trial.example', 'Demo practice '];

export const secrets = new CanarySearch(CANARIES);
const known = new CanarySearch(KNOWN_TO_THE_SERVICE);

interface Found {
  readonly secrets: string[];
  readonly known: Set<string>;
  readonly bytes: number;
}

/** Looks for what was sealed, and for what may be there, in everything the service keeps or holds. */
export async function lookInto(pieces: AsyncIterable<Piece> | Iterable<Piece>): Promise<Found> {
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

/** The process of the service itself, as its launcher noted it. */
export function servicePid(dataDir: string): number {
  return (JSON.parse(readFileSync(join(dataDir, 'service.json'), 'utf8')) as { pid: number }).pid;
}
