import { rowOf, type Obligation, type ObligationStateName } from '#chain';
import { OP, fromHex, type Ladder, type Op } from '#protocol';
import { DEFAULT_LADDERS } from './default-ladders.js';
import type { AppliedThread } from './entry-notices.policy.js';
import { ladderKey, type KeptLadder } from './ladder.policy.js';
import { plannedSteps } from './ladder.times.policy.js';
import { isOwed } from './phase.policy.js';
import type { Parties } from './parties.js';

/** The beginning of a ladder: which one, and when to look for the first time. */
export interface Climb {
  readonly ladderId: number | null;
  readonly taken: readonly number[];
  readonly ackHoldsMs: number;
  readonly lookAtMs: number | null;
}

/** One obligation as the fold of its thread has it. */
export interface MirroredObligation extends Parties {
  readonly responderRole: number;
  /** To whom it is being handed over; effective when he acknowledges. */
  readonly pendingId: Uint8Array | null;
  readonly state: ObligationStateName;
  /** Unix milliseconds of the database clock at (re)opening. */
  readonly openedAtMs: number;
  readonly dueAtMs: number;
  readonly waitUntilMs: number | null;
  /** Somebody who may answer has signed in this batch that he has seen to it: by an ack, or by saying whom he waits on. */
  readonly acknowledged: boolean;
  /** Only with an opening or reopening in this batch. */
  readonly climb: Climb | undefined;
}

export interface MirrorContext {
  /** Unix milliseconds of the database clock. */
  readonly nowMs: number;
  /** Organisation ids by genesis hash (hex). */
  readonly organisations: ReadonlyMap<string, Uint8Array>;
  /** Approved ladders by `ladderKey`. */
  readonly ladders: ReadonlyMap<string, KeptLadder>;
}

/** The rows a batch of entries leaves behind: one per obligation it touched, as the fold has it in the end. */
export function mirroredObligations(
  applied: readonly AppliedThread[],
  context: MirrorContext,
): MirroredObligation[] {
  const touched = new Map<string, MirroredObligation>();
  for (const { state, entry, changes } of applied) {
    for (const { op, after } of changes) {
      const key = `${state.threadId}/${after.id}`;
      const before = touched.get(key);
      const organisationId =
        context.organisations.get(rowOf(state, after.responder)?.organisation ?? '') ?? null;
      touched.set(key, {
        ...peopleOf(after),
        threadId: fromHex(state.threadId),
        organisationId,
        ...(opens(op)
          ? { openedSeq: entry.header.seq, climb: firstClimb(after, organisationId, context) }
          : { openedSeq: before?.openedSeq ?? 0, climb: before?.climb }),
        openedAtMs: context.nowMs,
        acknowledged: acknowledges(op) || (!opens(op) && (before?.acknowledged ?? false)),
      });
    }
  }
  return [...touched.values()].map((row) => (isOwed(row.state) ? row : withoutLook(row)));
}

function opens(op: Op): boolean {
  return op === OP.open || op === OP.reopen;
}

function acknowledges(op: Op): boolean {
  return op === OP.ack || op === OP.wait;
}

function peopleOf(obligation: Obligation) {
  const { owner, pendingHandOver, waitUntilMs } = obligation;
  return {
    id: obligation.id,
    openerId: fromHex(obligation.opener),
    responderId: fromHex(obligation.responder),
    responderRole: obligation.responderRole,
    ownerId: owner === undefined ? null : fromHex(owner),
    pendingId: pendingHandOver === undefined ? null : fromHex(pendingHandOver),
    urgency: obligation.urgency,
    state: obligation.state,
    dueAtMs: obligation.dueMs,
    waitUntilMs: obligation.state === 'waiting' ? (waitUntilMs ?? null) : null,
  };
}

function firstClimb(
  { urgency, dueMs }: Obligation,
  organisationId: Uint8Array | null,
  { nowMs, ladders }: MirrorContext,
): Climb {
  const kept = organisationId === null ? undefined : ladders.get(ladderKey(organisationId, urgency));
  const { steps, ackHoldsMinutes }: Ladder = kept?.content ?? DEFAULT_LADDERS[urgency];
  const taken = steps.map(() => 0);
  const progress = { openedAtMs: nowMs, dueAtMs: dueMs, taken, earlyMs: [], pausedMs: 0 };
  const [first] = plannedSteps({ steps, ackHoldsMinutes }, progress, { nowMs });
  return {
    ladderId: kept?.id ?? null,
    taken,
    ackHoldsMs: ackHoldsMinutes * 60_000,
    lookAtMs: first?.atMs ?? null,
  };
}

function withoutLook(row: MirroredObligation): MirroredObligation {
  return row.climb === undefined ? row : { ...row, climb: { ...row.climb, lookAtMs: null } };
}
