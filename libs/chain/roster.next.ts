import {
  HOLDER,
  ROTATE_REASON,
  compareBytes,
  fromHex,
  toHex,
  type Role,
  type Row,
  type StatedOrganisation,
} from '#protocol';
import { generationAt } from './identity.chain.js';
import { rowOf } from './roster.row.js';
import { mustGo, type RotateCause } from './send.gate.js';
import type { ThreadState, World } from './thread.state.js';
import { Refusal, demand, judge, type Refused } from './verdict.js';

/** A row to add, or to give another role, basis or expiry: an adder's wish. */
export interface RowWish {
  /** Hex. */
  readonly userId: string;
  readonly role: Role;
  /** ATTEST hash of a known person, CLAIM hash of an invited one. */
  readonly basis: Uint8Array;
  readonly expiresMs: number;
  /** Genesis hash (hex) of the organisation that holds the basis. */
  readonly organisation: string;
}

export interface RosterWishes {
  readonly nowMs: number;
  readonly put?: readonly RowWish[];
  /** User ids (hex) an adder takes out. */
  readonly drop?: readonly string[];
}

/** All a ROTATE restates, at the newest heads, with the key to wrap the new epoch secret to for each row. */
export interface NextRoster {
  readonly ok: true;
  readonly epoch: number;
  /** One of ROTATE_REASON. */
  readonly reason: number;
  readonly organisations: readonly StatedOrganisation[];
  /** In record order. */
  readonly rows: readonly Row[];
  /** User key of each row, in row order. */
  readonly publicKeys: readonly Uint8Array[];
  /** Rows that had to go, and why; without what `wishes.drop` named. */
  readonly dropped: readonly RotateCause[];
}

/**
 * The healed roster: current rows at the newest heads and generations of the world, without those that must go, then
 * the wishes. For ROTATE 1 too (a state after GENESIS alone has no rows). `missing`: the world lacks a chain. The
 * result still has to pass `applyThread`; only a wish can make it fail.
 */
export function nextRoster(state: ThreadState, world: World, wishes: RosterWishes): NextRoster | Refused {
  return judge(() => {
    const put = wishes.put ?? [];
    const named = new Set([...(wishes.drop ?? []), ...put.map((wish) => wish.userId)]);
    for (const wish of put) demand(rowOf(state, wish.userId)?.left !== true, 'leaver_kept');
    const rest = state.rows.filter((row) => !named.has(row.userId));
    const dropped = rest.flatMap((row) => mustGo(row, world, wishes.nowMs) ?? []);
    const kept = rest.filter((row) => mustGo(row, world, wishes.nowMs) === undefined);
    const built = [...kept, ...put].map((wish) =>
      buildRow(world, wish, rowOf(state, wish.userId)?.headSeq ?? 1),
    );
    built.sort((left, right) => compareBytes(left.row.holderId, right.row.holderId));
    return {
      ok: true,
      epoch: state.epoch + 1,
      reason: reasonOf(state, { asked: named.size > 0, dropped: dropped.length > 0 }),
      organisations: organisationsOf(state, world, put),
      rows: built.map(({ row }) => row),
      publicKeys: built.map(({ publicKey }) => publicKey),
      dropped,
    };
  });
}

function reasonOf(
  state: ThreadState,
  change: { readonly asked: boolean; readonly dropped: boolean },
): number {
  if (state.founding !== undefined) return ROTATE_REASON.founding;
  if (change.asked) return ROTATE_REASON.members;
  return change.dropped ? ROTATE_REASON.departure : ROTATE_REASON.refresh;
}

function buildRow(
  world: World,
  wish: RowWish,
  statedSeq: number,
): { readonly row: Row; readonly publicKey: Uint8Array } {
  const person = world.identity(wish.userId);
  if (person === undefined || person.seq < statedSeq) {
    throw new Refusal({ kind: 'missing', chainId: wish.userId, seq: statedSeq });
  }
  const newest = generationAt(person, person.seq);
  demand(newest !== undefined, 'no_user_key');
  const row: Row = {
    holderKind: HOLDER.person,
    holderId: person.chainId,
    role: wish.role,
    basis: wish.basis,
    headSeq: person.seq,
    headHash: person.head,
    generation: newest.generation,
    keyHash: newest.keyHash,
    expiresMs: wish.expiresMs,
  };
  return { row, publicKey: newest.publicKey };
}

/** Those stated now, and those a wish needs besides, at their newest heads. */
function organisationsOf(
  state: ThreadState,
  world: World,
  put: readonly RowWish[],
): readonly StatedOrganisation[] {
  const stated = new Map(state.organisations.map((known) => [toHex(known.genesisHash), known.headSeq]));
  for (const { organisation } of put) if (!stated.has(organisation)) stated.set(organisation, 1);
  const heads = [...stated].map(([genesisHash, seq]) => {
    const held = world.organisation(genesisHash);
    if (held === undefined || held.seq < seq) throw new Refusal({ kind: 'missing', genesisHash, seq });
    return { genesisHash: fromHex(genesisHash), headSeq: held.seq, headHash: held.head };
  });
  return heads.sort((left, right) => compareBytes(left.genesisHash, right.genesisHash));
}
