import type { IdentityState, ObligationChange, OrganisationState, ThreadState } from '#chain';
import type { ChainId, Entry } from '#protocol';

interface Applied<State> {
  /** Lower-case hex. */
  readonly chainId: ChainId;
  /** Undefined for the first entry of a chain. */
  readonly before: State | undefined;
  readonly state: State;
  readonly entry: Entry;
  readonly entryHash: Uint8Array;
}

export interface AppliedIdentity extends Applied<IdentityState> {
  readonly kind: 'identity';
}

export interface AppliedOrganisation extends Applied<OrganisationState> {
  readonly kind: 'organisation';
}

/** A verified thread entry with what its ops did, as the obligation mirror takes it. */
export interface AppliedThread extends Applied<ThreadState> {
  readonly kind: 'thread';
  readonly changes: readonly ObligationChange[];
}

/** One entry that verified against the state before it, ready to be committed. */
export type AppliedEntry = AppliedIdentity | AppliedOrganisation | AppliedThread;

export interface ChainHeadRow {
  readonly chainId: ChainId;
  readonly kind: number;
  readonly genesisHash: Uint8Array;
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** What is asked of a chain after a cursor. */
export interface Cursor {
  readonly chainId: string;
  readonly afterSeq: number;
}

export interface StoredEntry {
  readonly chainId: ChainId;
  readonly seq: number;
  readonly bytes: Uint8Array;
}
