import { readFileSync } from 'node:fs';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { KindNumber } from './entries.js';
import type { Bytes } from './primitives.js';

/** The frozen files, as their README describes them. */
export interface VectorEntry {
  readonly name: string;
  readonly signerSeed: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly randomness: readonly { readonly for: string; readonly hex: string }[];
  readonly header: {
    readonly kind: KindNumber;
    readonly type: number;
    readonly chainId: string;
    readonly seq: number;
    readonly prevHash: string;
    readonly authorUser: string;
    readonly authorDevice: string;
    readonly tsMs: number;
  };
  readonly fields: Readonly<Record<string, unknown>>;
  readonly entry: string;
  readonly entryHash: string;
  readonly chainId: string;
}

export interface VectorPerson {
  readonly name: string;
  readonly genesisHash: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly recoveryWords: readonly string[];
  readonly secrets: readonly { readonly for: string; readonly hex: string }[];
}

export interface VectorThread {
  readonly threadId: string;
  readonly genesisHash: string;
  readonly headHash: string;
  readonly epochs: readonly {
    readonly epoch: number;
    readonly secret: string;
    readonly holders: readonly string[];
  }[];
  readonly entries: readonly VectorEntry[];
}

export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as unknown;
}

/** Fields of vectors are hex text unless they are numbers; these two read one by name or fail by name. */
export function bytesOf(fields: Readonly<Record<string, unknown>>, name: string): Bytes {
  const value = fields[name];
  if (typeof value !== 'string') throw new TypeError(`vector without bytes ${name}`);
  return hexToBytes(value);
}

export function numberOf(fields: Readonly<Record<string, unknown>>, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw new TypeError(`vector without number ${name}`);
  return value;
}

export function listOf(
  fields: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new TypeError(`vector without list ${name}`);
  return value as readonly Readonly<Record<string, unknown>>[];
}
