import {
  applyIdentity,
  applyOrganisation,
  applyThread,
  checkDeferred,
  loadThread,
  type AppliedThread,
  type IdentityState,
  type OrganisationState,
  type RosterRow,
  type Verdict,
  type World,
} from '#chain';
import { WireError, parseEntry, toHex } from '#protocol';
import type {
  Frozen,
  HeldChain,
  HeldIdentity,
  HeldKind,
  HeldOrganisation,
  HeldThread,
  ThreadFact,
} from './held.chain.js';
import type { StoreChange } from './store.contract.js';

/** What became of offered bytes. `known`: they stand in the chain already. */
export type Acceptance =
  | { readonly result: 'applied'; readonly change: StoreChange; readonly fact: ThreadFact | undefined }
  | { readonly result: 'known' }
  | { readonly result: 'refused'; readonly verdict: Verdict; readonly atSeq: number };

/** Several entries at once: how many were taken, and what stopped the rest. */
export interface Batch {
  readonly changes: readonly StoreChange[];
  readonly facts: readonly ThreadFact[];
  readonly taken: number;
  readonly refused: Extract<Acceptance, { result: 'refused' }> | undefined;
}

/** An entry whose signature was left for later and does not hold. */
export interface BadSignature {
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** From this many entries on a thread is loaded by the rule for cold starts. */
const COLD_BATCH = 16;

const ENTRY_KEY = /^chain\/(identity|organisation|thread)\/([0-9a-f]{32})\/[0-9a-f]{10}$/u;
const FROZEN_KEY = /^frozen\/([0-9a-f]{32})$/u;

function entryKey(chain: HeldChain, seq: number): string {
  return `chain/${chain.kind}/${chain.chainId}/${seq.toString(16).padStart(10, '0')}`;
}

/** Every chain I hold: verified, as received bytes, in memory. It applies and remembers; it never asks anybody. */
export class Ledger implements World {
  private readonly chains = new Map<string, HeldChain>();
  private readonly byGenesis = new Map<string, HeldOrganisation>();

  identity(userId: string): IdentityState | undefined {
    const held = this.chains.get(userId);
    return held?.kind === 'identity' ? held.state : undefined;
  }

  organisation(genesisHash: string): OrganisationState | undefined {
    return this.byGenesis.get(genesisHash)?.state;
  }

  find(chainId: string): HeldChain | undefined {
    return this.chains.get(chainId);
  }

  thread(threadId: string): HeldThread | undefined {
    const held = this.chains.get(threadId);
    return held?.kind === 'thread' ? held : undefined;
  }

  all(): readonly HeldChain[] {
    return [...this.chains.values()];
  }

  threads(): readonly HeldThread[] {
    return this.all().filter((held) => held.kind === 'thread');
  }

  organisations(): readonly OrganisationState[] {
    return [...this.byGenesis.values()].flatMap((held) => held.state ?? []);
  }

  organisationChain(genesisHash: string): HeldOrganisation | undefined {
    return this.byGenesis.get(genesisHash);
  }

  /** A place for a chain somebody named; it stays empty until a first entry verifies. */
  ensure(kind: HeldKind, chainId: string): HeldChain {
    const known = this.chains.get(chainId);
    if (known !== undefined) return known;
    const base = { chainId, entries: [], health: { state: 'current' } as const, state: undefined };
    const held: HeldChain = kind === 'thread' ? { ...base, kind, facts: [] } : { ...base, kind };
    this.chains.set(chainId, held);
    return held;
  }

  /** Nothing of it was ever served: as if it had not been named. */
  forgetEmpty(held: HeldChain): void {
    if (held.state === undefined && held.health.state !== 'frozen') this.chains.delete(held.chainId);
  }

  /** Applies one entry. Applied means verified and remembered here; the caller stores `change`. */
  accept(held: HeldChain, bytes: Uint8Array): Acceptance {
    switch (held.kind) {
      case 'identity':
        return this.acceptIdentity(held, bytes);
      case 'organisation':
        return this.acceptOrganisation(held, bytes);
      case 'thread':
        return this.acceptThread(held, bytes);
    }
  }

  private acceptIdentity(held: HeldIdentity, bytes: Uint8Array): Acceptance {
    const outcome = applyIdentity(held.state, bytes);
    if (!outcome.ok) return refusal(held, bytes, outcome.verdict);
    if (toHex(outcome.state.chainId) !== held.chainId) return otherChain(held);
    held.state = outcome.state;
    return this.remember(held, bytes);
  }

  private acceptOrganisation(held: HeldOrganisation, bytes: Uint8Array): Acceptance {
    const outcome = applyOrganisation(held.state, bytes);
    if (!outcome.ok) return refusal(held, bytes, outcome.verdict);
    if (toHex(outcome.state.chainId) !== held.chainId) return otherChain(held);
    held.state = outcome.state;
    this.byGenesis.set(toHex(outcome.state.genesisHash), held);
    return this.remember(held, bytes);
  }

  private acceptThread(held: HeldThread, bytes: Uint8Array): Acceptance {
    const outcome = applyThread(held.state, bytes, this);
    if (!outcome.ok) return refusal(held, bytes, outcome.verdict);
    if (toHex(outcome.state.chainId) !== held.chainId) return otherChain(held);
    const fact = factOf(outcome, held.state?.rows ?? []);
    held.state = outcome.state;
    held.facts.push(fact);
    return this.remember(held, bytes, fact);
  }

  /** In order until one is refused; a thread's plain messages may leave their signature for later. */
  acceptAll(held: HeldChain, entries: readonly Uint8Array[]): Batch {
    const changes: StoreChange[] = [];
    const facts: ThreadFact[] = [];
    let taken = 0;
    for (;;) {
      // What froze a chain must not come back in by a door that checks signatures later.
      if (held.kind === 'thread' && held.health.state !== 'frozen') {
        const cold = this.loadCold(held, entries.slice(taken));
        changes.push(...cold.changes);
        facts.push(...cold.facts);
        taken += cold.taken;
      }
      const bytes = entries[taken];
      if (bytes === undefined) return { changes, facts, taken, refused: undefined };
      const acceptance = this.accept(held, bytes);
      if (acceptance.result === 'refused') return { changes, facts, taken, refused: acceptance };
      if (acceptance.result === 'applied') {
        changes.push(acceptance.change);
        if (acceptance.fact !== undefined) facts.push(acceptance.fact);
      }
      taken += 1;
    }
  }

  private loadCold(held: HeldThread, entries: readonly Uint8Array[]): Omit<Batch, 'refused'> {
    if (entries.length < COLD_BATCH) return { changes: [], facts: [], taken: 0 };
    let rowsBefore = held.state?.rows ?? [];
    const load = loadThread(held.state, entries, this);
    const state = load.state;
    if (state === undefined || load.applied.length === 0 || toHex(state.chainId) !== held.chainId) {
      return { changes: [], facts: [], taken: 0 };
    }
    held.state = state;
    const facts = load.applied.map((applied) => {
      const fact = factOf(applied, rowsBefore);
      rowsBefore = applied.state.rows;
      return fact;
    });
    const changes = facts.map(({ bytes, seq }) => {
      held.entries.push(bytes);
      return { key: entryKey(held, seq), value: bytes };
    });
    held.facts.push(...facts);
    return { changes, facts, taken: load.applied.length };
  }

  /**
   * Checks signatures a cold start left for later: of the entries given, or all. False: one does not hold, and the
   * chain has been taken back to the prefix before it.
   */
  checkSignatures(held: HeldThread, seqs?: readonly number[]): BadSignature | undefined {
    if (held.state === undefined || held.state.deferred.length === 0) return undefined;
    const wanted = seqs?.filter((seq) => waits(held, seq)) ?? held.state.deferred.map(({ seq }) => seq);
    if (wanted.length === 0) return undefined;
    const entries = wanted.flatMap((seq) => held.entries[seq - 1] ?? []);
    const outcome = checkDeferred(held.state, entries);
    if (outcome.ok) {
      held.state = outcome.state;
      return undefined;
    }
    const bytes = held.entries[outcome.seq - 1] ?? new Uint8Array();
    this.takeBack(held, outcome.seq);
    return { seq: outcome.seq, bytes };
  }

  hasWaitingSignature(held: HeldThread, seq: number): boolean {
    return waits(held, seq);
  }

  private takeBack(held: HeldThread, toBefore: number): void {
    const prefix = held.entries.slice(0, toBefore - 1);
    held.entries.length = 0;
    held.facts.length = 0;
    held.state = undefined;
    for (const bytes of prefix) this.accept(held, bytes);
  }

  private remember(held: HeldChain, bytes: Uint8Array, fact?: ThreadFact): Acceptance {
    held.entries.push(bytes);
    return { result: 'applied', change: { key: entryKey(held, held.entries.length), value: bytes }, fact };
  }

  /** The verified prefix stays; nothing is sent; `bytes` are kept as evidence. */
  freeze(held: HeldChain, why: Frozen, bytes: Uint8Array): StoreChange {
    held.health = { state: 'frozen', ...why };
    const record = JSON.stringify({ kind: held.kind, ...why, bytes: toHex(bytes) });
    return { key: `frozen/${held.chainId}`, value: new TextEncoder().encode(record) };
  }

  thaw(held: HeldChain): StoreChange {
    held.health = { state: 'current' };
    return { key: `frozen/${held.chainId}`, value: undefined };
  }

  /**
   * Warm start: what a store held, verified again from the first byte, people and organisations before threads.
   * Entries behind a gap (a batch that never reached the disk) are answered back to be forgotten.
   */
  rehydrate(stored: ReadonlyMap<string, Uint8Array>): readonly StoreChange[] {
    const byChain = new Map<HeldChain, { key: string; bytes: Uint8Array }[]>();
    for (const key of [...stored.keys()].filter((name) => ENTRY_KEY.test(name)).sort()) {
      const [, kind, chainId] = ENTRY_KEY.exec(key) ?? [];
      const bytes = stored.get(key);
      if (kind === undefined || chainId === undefined || bytes === undefined) continue;
      const held = this.ensure(kind as HeldKind, chainId);
      const known = byChain.get(held);
      if (known === undefined) byChain.set(held, [{ key, bytes }]);
      else known.push({ key, bytes });
    }
    for (const [key, value] of stored) this.rehydrateFrozen(key, value);
    const useless: StoreChange[] = [];
    for (const [held, kept] of byChain) {
      const entries = kept.slice(0, trustedLength(held, kept.length));
      const { taken } = this.acceptAll(
        held,
        entries.map(({ bytes }) => bytes),
      );
      useless.push(...entries.slice(taken).map(({ key }) => ({ key, value: undefined })));
    }
    return useless;
  }

  private rehydrateFrozen(key: string, value: Uint8Array): void {
    const [, chainId] = FROZEN_KEY.exec(key) ?? [];
    if (chainId === undefined) return;
    const record = JSON.parse(new TextDecoder().decode(value)) as Frozen & { kind: HeldKind };
    const { kind, atSeq, rule, signedFork } = record;
    this.ensure(kind, chainId).health = { state: 'frozen', atSeq, rule, signedFork };
  }
}

/** A chain that froze at a bad signature of its own holds nothing beyond it; other freezes leave the prefix whole. */
function trustedLength(held: HeldChain, length: number): number {
  const { health } = held;
  const cut = health.state === 'frozen' && health.rule === 'signature' && !health.signedFork;
  return cut ? Math.min(length, health.atSeq - 1) : length;
}

/** Whether the signature at `seq` is still unchecked; the list is ascending. */
function waits(held: HeldThread, seq: number): boolean {
  const deferred = held.state?.deferred ?? [];
  let [low, high] = [0, deferred.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((deferred[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return deferred[low]?.seq === seq;
}

function factOf(applied: AppliedThread, rowsBefore: readonly RosterRow[]): ThreadFact {
  const { entry, entryHash, state, author, changes, refusedOps } = applied;
  const { seq, type, tsMs, authorUser } = entry.header;
  return {
    bytes: entry.bytes,
    entryHash,
    seq,
    type,
    tsMs,
    authorUser: toHex(authorUser),
    author,
    rowsBefore,
    rows: state.rows,
    epoch: state.epoch,
    changes,
    refusedOps,
  };
}

function otherChain(held: HeldChain): Acceptance {
  return {
    result: 'refused',
    verdict: { kind: 'invalid', rule: 'wrong_chain' },
    atSeq: (held.state?.seq ?? 0) + 1,
  };
}

function refusal(held: HeldChain, bytes: Uint8Array, verdict: Verdict): Acceptance {
  if (verdict.kind === 'invalid' && verdict.rule === 'replayed') return { result: 'known' };
  return { result: 'refused', verdict, atSeq: seqOf(bytes) ?? (held.state?.seq ?? 0) + 1 };
}

/** The seq these bytes claim, if they are an entry at all. */
export function seqOf(bytes: Uint8Array): number | undefined {
  try {
    return parseEntry(bytes).header.seq;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
