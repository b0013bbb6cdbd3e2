import type { RefusedOp, Verdict, World } from '#chain';
import { chainIdOf } from '#chain';
import { toHex, type ChainId, type Entry } from '#protocol';
import type { AppliedEntry } from './applied.js';
import { isIdentity, isOrganisation, isThread, type ChainState } from './state.cache.js';
import { applyTo } from './state.loader.js';

/** The result of checking one entry against everything checked before it in the same batch. */
export type Checked =
  | { readonly ok: true; readonly applied: AppliedEntry }
  | { readonly ok: false; readonly verdict: Verdict }
  | { readonly ok: false; readonly refusedOps: readonly RefusedOp[] };

/**
 * One batch's view of the chains: loaded states, moved on by each entry that verifies. Nothing outside sees the
 * moves until they are committed.
 */
export class Verification {
  private readonly states: Map<string, ChainState>;
  private readonly touched: AppliedEntry[] = [];

  constructor(loaded: ReadonlyMap<string, ChainState>) {
    this.states = new Map(loaded);
  }

  /** Where the chain stands now, with what this batch added. */
  headOf(chainId: string): ChainState | undefined {
    return this.states.get(chainId);
  }

  /** Everything that verified so far, in order. */
  get applied(): readonly AppliedEntry[] {
    return this.touched;
  }

  /** Judges one entry and moves nothing. @param world what the author of a ROTATE may be assumed to know */
  check(entry: Entry, world: World): Checked {
    const chainId = chainIdIn(entry);
    const before = this.states.get(chainId);
    const outcome = applyTo(entry.header.kind, before, { bytes: entry.bytes, world });
    if (!outcome.ok) return { ok: false, verdict: outcome.verdict };
    if ('refusedOps' in outcome && outcome.refusedOps.length > 0) {
      return { ok: false, refusedOps: outcome.refusedOps };
    }
    const changes = 'changes' in outcome ? outcome.changes : [];
    const { state, entryHash } = outcome;
    return {
      ok: true,
      applied: describe({ chainId, before, state, entry: outcome.entry, changes, entryHash }),
    };
  }

  /** Takes up what was checked last: the next entries build on it. */
  take({ applied }: Extract<Checked, { ok: true }>): void {
    this.states.set(applied.chainId, applied.state);
    this.touched.push(applied);
  }
}

/** A GENESIS names no chain: it is the chain. */
export function chainIdIn(entry: Entry): ChainId {
  return toHex(entry.header.seq === 1 ? chainIdOf(entry) : entry.header.chainId) as ChainId;
}

interface Step {
  readonly chainId: ChainId;
  readonly before: ChainState | undefined;
  readonly state: ChainState;
  readonly entry: Entry;
  readonly changes: Extract<AppliedEntry, { kind: 'thread' }>['changes'];
  readonly entryHash: Uint8Array;
}

function describe(step: Step): AppliedEntry {
  const { chainId, entry, entryHash, state, before, changes } = step;
  const common = { chainId, entry, entryHash };
  if (isThread(state)) {
    return {
      kind: 'thread',
      ...common,
      state,
      before: before && isThread(before) ? before : undefined,
      changes,
    };
  }
  if (isOrganisation(state)) {
    return {
      kind: 'organisation',
      ...common,
      state,
      before: before && isOrganisation(before) ? before : undefined,
    };
  }
  return { kind: 'identity', ...common, state, before: before && isIdentity(before) ? before : undefined };
}
