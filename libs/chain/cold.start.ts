import { equalBytes, parseEntry, toHex, type Entry } from '#protocol';
import { entryHashOf, verifyEntrySignature } from './hashing.js';
import { applyIdentity, type IdentityState } from './identity.chain.js';
import { applyOrganisation } from './organisation.chain.js';
import type { OrganisationState } from './organisation.state.js';
import { applyThread, applyThreadEntry } from './thread.chain.js';
import type { DeferredSignature, ThreadOutcome, ThreadState, World } from './thread.state.js';
import type { Outcome, Refused, Verdict } from './verdict.js';

/** Where a batch stopped: the entry at `index` of it was refused; `state` is the verified prefix before it. */
export interface Stop {
  readonly index: number;
  readonly verdict: Verdict;
}

export interface ChainLoad<State, Applied> {
  readonly state: State | undefined;
  readonly applied: readonly Applied[];
  readonly stopped: Stop | undefined;
}

type Applied<Result> = Extract<Result, { readonly ok: true }>;
export type AppliedThread = Applied<ThreadOutcome>;
export type ThreadLoad = ChainLoad<ThreadState, AppliedThread>;

/** Applies entries in order until one is refused. */
function loadInOrder<State, Result extends { readonly ok: true; readonly state: State }>(
  held: State | undefined,
  entries: readonly Uint8Array[],
  apply: (state: State | undefined, bytes: Uint8Array) => Result | Refused,
): ChainLoad<State, Result> {
  let state = held;
  const applied: Result[] = [];
  for (const [index, bytes] of entries.entries()) {
    const outcome = apply(state, bytes);
    if (!outcome.ok) return { state, applied, stopped: { index, verdict: outcome.verdict } };
    state = outcome.state;
    applied.push(outcome);
  }
  return { state, applied, stopped: undefined };
}

/** A person's entries in order; every signature is checked. */
export function loadIdentity(
  held: IdentityState | undefined,
  entries: readonly Uint8Array[],
): ChainLoad<IdentityState, Applied<Outcome<IdentityState>>> {
  return loadInOrder(held, entries, applyIdentity);
}

/** An organisation's entries in order; every signature is checked. */
export function loadOrganisation(
  held: OrganisationState | undefined,
  entries: readonly Uint8Array[],
): ChainLoad<OrganisationState, Applied<Outcome<OrganisationState>>> {
  return loadInOrder(held, entries, applyOrganisation);
}

interface Waiting {
  readonly entry: Entry;
  readonly signingKey: Uint8Array;
}

/**
 * A thread's entries in order, fast: every rule runs on every entry, but the Ed25519 check of a MESSAGE without ops
 * waits (`state.deferred`) if its device has a later, checked signature in the batch. Sound for honest devices by
 * induction over prev_hash; a dishonest author is found by `checkDeferred`. Until that is done, treat nothing
 * deferred as a clinical event, sign nothing into the thread and export nothing.
 */
export function loadThread(
  held: ThreadState | undefined,
  entries: readonly Uint8Array[],
  world: World,
): ThreadLoad {
  const waiting: Waiting[] = [];
  const checkSignature = (entry: Entry, signingKey: Uint8Array): boolean => {
    waiting.push({ entry, signingKey });
    return true;
  };
  const load = loadInOrder<ThreadState, AppliedThread>(held, entries, (state, bytes) =>
    applyThreadEntry(state, bytes, { world, checkSignature }),
  );
  if (load.state === undefined) return load;
  const deferred = afterAnchors(load, waiting);
  if (deferred === undefined) return loadFully(held, entries, world);
  const state = { ...load.state, deferred: [...load.state.deferred, ...deferred] };
  return { ...load, state };
}

/** Every signature at once: what a batch with a bad anchor gets, so that its prefix ends at the first bad one. */
function loadFully(held: ThreadState | undefined, entries: readonly Uint8Array[], world: World): ThreadLoad {
  return loadInOrder<ThreadState, AppliedThread>(held, entries, (state, bytes) =>
    applyThread(state, bytes, world),
  );
}

/**
 * Checks the last waiting signature of each device that wrote nothing checked after it, and gives the rest, which
 * may wait behind those anchors; undefined if an anchor does not verify.
 */
function afterAnchors(
  load: ThreadLoad,
  waiting: readonly Waiting[],
): readonly DeferredSignature[] | undefined {
  const accepted = waiting.filter(({ entry }) => entry.header.seq <= (load.state?.seq ?? 0));
  const last = new Map<string, number>();
  for (const { entry } of load.applied) last.set(toHex(entry.header.authorDevice), entry.header.seq);
  const deferred: DeferredSignature[] = [];
  for (const { entry, signingKey } of accepted) {
    const { seq, authorDevice } = entry.header;
    if (last.get(toHex(authorDevice)) !== seq) deferred.push({ seq, signingKey });
    else if (!verifyEntrySignature(entry, signingKey)) return undefined;
  }
  return deferred;
}

/** `state` has fewer deferred signatures, none once all are checked; or the first entry that does not verify. */
export type DeferredOutcome =
  | { readonly ok: true; readonly state: ThreadState }
  | { readonly ok: false; readonly seq: number; readonly verdict: Verdict };

/**
 * Checks deferred signatures against stored entry bytes, any number at a time, in any order; entries that wait for
 * nothing are passed over. A RangeError: bytes that are not those the chain was verified with.
 * After `ok: false` freeze: the verified prefix is what a full check of the entries before `seq` gives.
 */
export function checkDeferred(state: ThreadState, entries: readonly Uint8Array[]): DeferredOutcome {
  const waiting = new Map(state.deferred.map((item) => [item.seq, item]));
  for (const bytes of entries) {
    const entry = parseEntry(bytes);
    const { seq } = entry.header;
    const item = waiting.get(seq);
    if (item === undefined) continue;
    const known = state.hashes.at(seq);
    if (known === undefined || !equalBytes(known, entryHashOf(entry))) {
      throw new RangeError(`the bytes of entry ${seq} are not those that were verified`);
    }
    if (!verifyEntrySignature(entry, item.signingKey)) {
      return { ok: false, seq, verdict: { kind: 'invalid', rule: 'signature' } };
    }
    waiting.delete(seq);
  }
  return { ok: true, state: { ...state, deferred: [...waiting.values()] } };
}
