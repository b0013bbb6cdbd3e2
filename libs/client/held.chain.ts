import type {
  IdentityState,
  ObligationChange,
  OrganisationState,
  RefusedOp,
  RosterRow,
  ThreadState,
} from '#chain';
import type { ChainHealth } from './member.contract.js';

export type HeldKind = 'identity' | 'organisation' | 'thread';

/** One verified entry of a thread with what was true when it was written; its bytes are the received ones. */
export interface ThreadFact {
  readonly bytes: Uint8Array;
  readonly entryHash: Uint8Array;
  readonly seq: number;
  readonly type: number;
  readonly tsMs: number;
  /** Hex. */
  readonly authorUser: string;
  /** The author's row; undefined for the GENESIS. */
  readonly author: RosterRow | undefined;
  /** The roster before and after: the same list unless the entry changed it. */
  readonly rowsBefore: readonly RosterRow[];
  readonly rows: readonly RosterRow[];
  /** The epoch the entry belongs to, or begins. */
  readonly epoch: number;
  readonly changes: readonly ObligationChange[];
  readonly refusedOps: readonly RefusedOp[];
}

/** Why a chain stands still, with the bytes that made it so. */
export interface Frozen {
  readonly atSeq: number;
  readonly rule: string;
  readonly signedFork: boolean;
}

interface HeldBase {
  /** Hex. */
  readonly chainId: string;
  readonly entries: Uint8Array[];
  health: ChainHealth;
}

export interface HeldIdentity extends HeldBase {
  readonly kind: 'identity';
  state: IdentityState | undefined;
}

export interface HeldOrganisation extends HeldBase {
  readonly kind: 'organisation';
  state: OrganisationState | undefined;
}

export interface HeldThread extends HeldBase {
  readonly kind: 'thread';
  state: ThreadState | undefined;
  readonly facts: ThreadFact[];
}

export type HeldChain = HeldIdentity | HeldOrganisation | HeldThread;
