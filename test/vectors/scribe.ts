import { chainIdOf, entryHashOf } from '#chain';
import {
  CLOSE_REASON,
  IDENTITY,
  KIND,
  LEAVE_REASON,
  ORGANISATION,
  THREAD,
  parseAdmins,
  parseAttest,
  parseClaim,
  parseIdentityGenesis,
  parseMessage,
  parseOrganisationGenesis,
  parseReason,
  parseRevoke,
  parseRotate,
  parseSuspend,
  parseThreadGenesis,
  parseUserKey,
  toHex,
  type Entry,
} from '#protocol';
import type { Signer } from '../../libs/vault/signer.js';
import { Draws, type Draw } from './draws.js';

/** One signed entry with everything that went into it. */
export interface EntryVector {
  readonly name: string;
  readonly signerSeed: string;
  readonly inputs: Plain;
  readonly randomness: readonly Draw[];
  readonly header: Plain;
  readonly fields: Plain;
  readonly entry: string;
  readonly entryHash: string;
  readonly chainId: string;
}

export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** Bytes as hex, everything else as JSON has it. */
export function plain(value: unknown): Plain {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Error('not a plain value');
}

type BodyReader = (body: Uint8Array) => object;

const READERS: Readonly<Record<number, Readonly<Record<number, BodyReader>>>> = {
  [KIND.identity]: { [IDENTITY.genesis]: parseIdentityGenesis, [IDENTITY.userKey]: parseUserKey },
  [KIND.organisation]: {
    [ORGANISATION.genesis]: parseOrganisationGenesis,
    [ORGANISATION.admins]: parseAdmins,
    [ORGANISATION.attest]: parseAttest,
    [ORGANISATION.claim]: parseClaim,
    [ORGANISATION.revoke]: parseRevoke,
    [ORGANISATION.suspend]: parseSuspend,
  },
  [KIND.thread]: {
    [THREAD.genesis]: parseThreadGenesis,
    [THREAD.rotate]: (body) => without(parseRotate(body), ['prefix', 'wraps']),
    [THREAD.message]: (body) => without(parseMessage(body), ['prefix', 'ciphertext']),
    [THREAD.leave]: (body) => ({ reason: parseReason(body, LEAVE_REASON) }),
    [THREAD.close]: (body) => ({ reason: parseReason(body, CLOSE_REASON) }),
  },
};

/** The long parts that follow from everything else stand in the entry only. */
function without(record: object, left: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !left.includes(field)));
}

/** Writes vectors down as entries are made from one stream of draws. */
export class Scribe {
  readonly vectors: EntryVector[] = [];
  readonly draws: Draws;

  constructor(stream: string) {
    this.draws = new Draws(stream);
  }

  note(
    entry: Entry,
    how: {
      readonly name: string;
      readonly signer: Signer;
      readonly inputs?: unknown;
      readonly randomness?: readonly Draw[];
    },
  ): void {
    const read = READERS[entry.header.kind]?.[entry.header.type];
    if (read === undefined) throw new Error('no reader for this record');
    this.vectors.push({
      name: how.name,
      signerSeed: toHex(how.signer.seed.reveal()),
      inputs: plain(how.inputs ?? {}),
      randomness: how.randomness ?? this.draws.named([]),
      header: plain(entry.header),
      fields: plain(read(entry.body)),
      entry: toHex(entry.bytes),
      entryHash: toHex(entryHashOf(entry)),
      chainId: toHex(entry.header.seq === 1 ? chainIdOf(entry) : entry.header.chainId),
    });
  }
}
