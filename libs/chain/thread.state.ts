import type { CaseId, Entry, Lane, ObligationId, StatedOrganisation, ThreadId } from '#protocol';
import type { ChainHead } from './chain.link.js';
import type { IdentityState } from './identity.chain.js';
import type { LayeredMap } from './layered.map.js';
import type { Obligation, ObligationChange, RefusedOp } from './obligation.fold.js';
import type { OrganisationState } from './organisation.state.js';
import type { RosterRow } from './roster.row.js';
import type { Outcome } from './verdict.js';

/** The verified chains a thread may be judged by. Ids and hashes are lower-case hex. */
export interface World {
  identity(userId: string): IdentityState | undefined;
  organisation(genesisHash: string): OrganisationState | undefined;
}

/** A MESSAGE whose signature is still to be checked after a cold start. */
export interface DeferredSignature {
  readonly seq: number;
  readonly signingKey: Uint8Array;
}

/** A verified thread. Immutable. */
export interface ThreadState extends ChainHead {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly lane: Lane;
  /** Role masks. */
  readonly allowedRoles: number;
  readonly adderRoles: number;
  readonly clientApproval: boolean;
  readonly retentionDays: number;
  readonly predecessorGenesis: Uint8Array;
  readonly predecessorHead: Uint8Array;
  /** The client who never gets a row in a clinicians lane; zeros in a care-team lane. */
  readonly clientGenesis: Uint8Array;
  /** The GENESIS, until ROTATE 1 states the head by which its signature is checked. */
  readonly founding: Entry | undefined;
  /** 0 before ROTATE 1. */
  readonly epoch: number;
  /** Seq and sealing time of the current ROTATE; 0 before ROTATE 1. */
  readonly epochSeq: number;
  readonly epochTsMs: number;
  readonly epochMessages: number;
  readonly esCommit: Uint8Array;
  /** The current roster in record order, leavers included until a ROTATE drops them. */
  readonly rows: readonly RosterRow[];
  /** As the current ROTATE states them. */
  readonly organisations: readonly StatedOrganisation[];
  /** Highest seq ever stated here, by user id and by organisation genesis hash (hex). */
  readonly statedHeads: ReadonlyMap<string, number>;
  readonly obligations: LayeredMap<ObligationId, Obligation>;
  readonly closed: boolean;
  /** Ascending by seq; empty except between a cold start and the end of its deferred checks. */
  readonly deferred: readonly DeferredSignature[];
}

/** What an accepted thread entry did besides moving the head. */
export interface ThreadEffects {
  /** The author's row (the new one for a ROTATE); undefined for the GENESIS. */
  readonly author: RosterRow | undefined;
  readonly changes: readonly ObligationChange[];
  readonly refusedOps: readonly RefusedOp[];
}

export type ThreadOutcome =
  | (Extract<Outcome<ThreadState>, { readonly ok: true }> & ThreadEffects)
  | Extract<Outcome<ThreadState>, { readonly ok: false }>;
