import { GATE } from '#protocol';
import { generationAt } from './identity.chain.js';
import { basisAt } from './organisation.state.js';
import type { RosterRow } from './roster.row.js';
import type { ThreadState, World } from './thread.state.js';

/** Why the next thing written into a thread must be a ROTATE. People are user ids (hex). */
export type RotateCause =
  | { readonly kind: 'row_left' | 'row_expired' | 'row_not_live'; readonly userId: string }
  | { readonly kind: 'head_moved' | 'generation_moved'; readonly userId: string }
  | { readonly kind: 'epoch_old' | 'epoch_full' };

/** Why a row must go, by the newest heads I can see and my clock; undefined if it may stay. */
export function mustGo(row: RosterRow, world: World, nowMs: number): RotateCause | undefined {
  const { userId } = row;
  if (row.left) return { kind: 'row_left', userId };
  if (row.expiresMs <= nowMs) return { kind: 'row_expired', userId };
  const giver = world.organisation(row.organisation);
  const live = giver === undefined || basisAt(giver, row.basis, giver.seq)?.standing === 'live';
  return live ? undefined : { kind: 'row_not_live', userId };
}

function moved(row: RosterRow, world: World): RotateCause | undefined {
  const person = world.identity(row.userId);
  if (person === undefined || person.seq === row.headSeq) return undefined;
  const newest = generationAt(person, person.seq)?.generation;
  const kind = newest === row.generation ? 'head_moved' : 'generation_moved';
  return { kind, userId: row.userId };
}

/**
 * The send gate: every reason to ROTATE before the next message, none if the message may go. Fetch the newest heads
 * into the world first. The server never has to prompt a rotation, so it cannot suppress one.
 */
export function mustRotate(state: ThreadState, world: World, nowMs: number): readonly RotateCause[] {
  const rows = state.rows.flatMap((row) => mustGo(row, world, nowMs) ?? moved(row, world) ?? []);
  const old = nowMs - state.epochTsMs > GATE.epochAgeMs;
  const full = state.epochMessages >= GATE.epochMessages;
  return [
    ...rows,
    ...(old ? [{ kind: 'epoch_old' as const }] : []),
    ...(full ? [{ kind: 'epoch_full' as const }] : []),
  ];
}
