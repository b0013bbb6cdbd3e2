import { equalBytes, parseEntry, toHex, type Entry, type Kind } from '#protocol';
import { chainIdOf, entryHashOf, verifyEntrySignature } from './hashing.js';
import type { HashLog } from './hash.log.js';
import { Refusal, demand } from './verdict.js';

/** What every chain has: who it is, and where it stands. */
export interface ChainHead {
  /** 32 bytes; the binding identity of the chain. */
  readonly genesisHash: Uint8Array;
  /** 16 bytes; the routing handle. */
  readonly chainId: Uint8Array;
  readonly seq: number;
  /** Entry hash at `seq`. */
  readonly head: Uint8Array;
  /** Entry hashes at 1…seq. */
  readonly hashes: HashLog;
  /** The author's claim in the last entry; never a validity rule of its own. */
  readonly lastTsMs: number;
}

/** An entry that stands at the right place of the right chain; its author is still to be checked. */
export interface LinkedEntry<Parsed> {
  readonly entry: Entry;
  readonly entryHash: Uint8Array;
  readonly parsed: Parsed;
}

interface LinkRules<Parsed> {
  readonly kind: Kind;
  /** Reads the body by the header's type; refuses reserved types. */
  readonly parseBody: (entry: Entry) => Parsed;
  /** Keys under which an entry of that author may have been signed, to tell a proven fork from noise. */
  readonly keysOf: (entry: Entry) => readonly Uint8Array[];
}

/** Strict parse → chain and seq = last + 1, prev_hash = last hash. */
export function linkEntry<Parsed>(
  held: ChainHead | undefined,
  bytes: Uint8Array,
  rules: LinkRules<Parsed>,
): LinkedEntry<Parsed> {
  const entry = parseEntry(bytes);
  demand(entry.header.kind === rules.kind, 'wrong_kind');
  const linked = { entry, parsed: rules.parseBody(entry), entryHash: entryHashOf(entry) };
  if (held === undefined) {
    demand(entry.header.seq === 1, 'not_genesis');
    return linked;
  }
  checkPlace(held, linked, rules.keysOf);
  return linked;
}

function checkPlace(
  held: ChainHead,
  { entry, entryHash }: LinkedEntry<unknown>,
  keysOf: (entry: Entry) => readonly Uint8Array[],
): void {
  const { seq, prevHash, chainId } = entry.header;
  const self = seq === 1 ? chainIdOf(entry) : chainId;
  const before = held.hashes.at(seq);
  demand(before === undefined || !equalBytes(before, entryHash), 'replayed');
  demand(equalBytes(self, held.chainId), 'wrong_chain');
  if (before !== undefined) {
    const signed = keysOf(entry).some((key) => verifyEntrySignature(entry, key));
    throw new Refusal({ kind: 'fork', chainId: toHex(held.chainId), seq, signed });
  }
  demand(seq === held.seq + 1, 'seq_gap');
  demand(equalBytes(prevHash, held.head), 'prev_hash_mismatch');
}

/** The part of a chain's state that every accepted entry moves on. */
export function advance(
  held: ChainHead,
  linked: LinkedEntry<unknown>,
): Pick<ChainHead, 'seq' | 'head' | 'hashes' | 'lastTsMs'> {
  return {
    seq: linked.entry.header.seq,
    head: linked.entryHash,
    hashes: held.hashes.append(linked.entryHash),
    lastTsMs: linked.entry.header.tsMs,
  };
}

/**
 * Whether (seq, hash), stated in another chain, stands in the chain I hold: throws `missing` beyond it and `fork`
 * for another hash. `isSigned` tells whether the entry that states it carries a signature that verifies.
 */
export function requireStatedHead(
  held: ChainHead,
  stated: { readonly seq: number; readonly hash: Uint8Array },
  isSigned: () => boolean,
): void {
  const known = held.hashes.at(stated.seq);
  const { seq, hash } = stated;
  const chainId = toHex(held.chainId);
  if (known === undefined) throw new Refusal({ kind: 'missing', chainId, seq });
  if (!equalBytes(known, hash)) throw new Refusal({ kind: 'fork', chainId, seq, signed: isSigned() });
}
