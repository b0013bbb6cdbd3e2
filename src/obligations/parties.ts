import type { Role, Urgency } from '#protocol';
import type { Progress } from './ladder.times.policy.js';

/** The parts of a row that decide who is told. Ids 16 bytes. */
export interface Parties {
  readonly threadId: Uint8Array;
  readonly id: number;
  readonly openerId: Uint8Array;
  readonly responderId: Uint8Array;
  /** Whoever acknowledged and answers for it; may be another row of the responder's role. */
  readonly ownerId: Uint8Array | null;
  /** The organisation that attested the responder. */
  readonly organisationId: Uint8Array | null;
  readonly urgency: Urgency;
  readonly openedSeq: number;
}

/** One to look at: how far it has come, and who of its people still has a place. `nowMs`: of the transaction. */
export interface DueObligation extends Parties, Progress {
  readonly responderRole: Role;
  readonly ladderId: number | null;
  readonly hastened: boolean;
  /** Until when the last acknowledgement holds; null: there was none. */
  readonly heldUntilMs: number | null;
  readonly nowMs: number;
  readonly openerPresent: boolean;
  readonly responderPresent: boolean;
  readonly ownerPresent: boolean;
}

export interface EndedWait extends Parties {
  readonly waitedUntilMs: number;
}
