import { rowOf, type Obligation, type ObligationStateName } from '#chain';
import { OP, fromHex } from '#protocol';
import type { AppliedThread } from './entry-notices.policy.js';
import { isOwed } from './phase.policy.js';
import type { Parties } from './step-notices.policy.js';
import { firstStep, type Schedule } from './step.policy.js';

/** One obligation as the fold of its thread has it, with the schedule it would start with now. */
export interface MirroredObligation extends Parties {
  readonly responderRole: number;
  /** To whom it is being handed over; effective when he acknowledges. */
  readonly pendingId: Uint8Array | null;
  readonly state: ObligationStateName;
  /** Unix milliseconds of the database clock at (re)opening. */
  readonly openedAtMs: number;
  readonly dueAtMs: number;
  readonly schedule: Schedule | undefined;
}

export interface MirrorContext {
  /** Unix milliseconds of the database clock. */
  readonly nowMs: number;
  /** Organisation ids by genesis hash (hex). */
  readonly organisations: ReadonlyMap<string, Uint8Array>;
}

/**
 * The rows a batch of entries leaves behind: one per obligation it touched, as the fold has it in the end.
 * Only an opening or reopening in this batch brings a schedule.
 */
export function mirroredObligations(
  applied: readonly AppliedThread[],
  context: MirrorContext,
): MirroredObligation[] {
  const touched = new Map<string, MirroredObligation>();
  for (const { state, entry, changes } of applied) {
    for (const { op, after } of changes) {
      const key = `${state.threadId}/${after.id}`;
      const restarts = op === OP.open || op === OP.reopen;
      const openedSeq = restarts ? entry.header.seq : (touched.get(key)?.openedSeq ?? 0);
      const organisation = context.organisations.get(rowOf(state, after.responder)?.organisation ?? '');
      touched.set(key, {
        ...rowFor(after, { openedSeq, nowMs: context.nowMs }),
        threadId: fromHex(state.threadId),
        organisationId: organisation ?? null,
      });
    }
  }
  return [...touched.values()];
}

function rowFor(
  obligation: Obligation,
  { openedSeq, nowMs }: { openedSeq: number; nowMs: number },
): Omit<MirroredObligation, 'threadId' | 'organisationId'> {
  const { owner, pendingHandOver } = obligation;
  const starts = openedSeq > 0 && isOwed(obligation.state);
  return {
    id: obligation.id,
    openerId: fromHex(obligation.opener),
    responderId: fromHex(obligation.responder),
    responderRole: obligation.responderRole,
    ownerId: owner === undefined ? null : fromHex(owner),
    pendingId: pendingHandOver === undefined ? null : fromHex(pendingHandOver),
    urgency: obligation.urgency,
    state: obligation.state,
    openedSeq,
    openedAtMs: nowMs,
    dueAtMs: obligation.dueMs,
    schedule: starts ? firstStep(nowMs, obligation.dueMs) : undefined,
  };
}
