import type { Role, UserId } from '#protocol';

/** One row of the current roster, with what was true at the heads its ROTATE states. */
export interface RosterRow {
  readonly userId: UserId;
  /** 32 bytes, the person's binding identity. */
  readonly genesisHash: Uint8Array;
  readonly role: Role;
  readonly basis: Uint8Array;
  /** Genesis hash (hex) of the stated organisation that gave the row. */
  readonly organisation: string;
  readonly headSeq: number;
  readonly headHash: Uint8Array;
  readonly generation: number;
  readonly keyHash: Uint8Array;
  readonly expiresMs: number;
  /** He wrote LEAVE: writes nothing more, and the next ROTATE drops the row. */
  readonly left: boolean;
  /** Signing keys of the devices active at the stated head, by device id (hex). */
  readonly devices: ReadonlyMap<string, Uint8Array>;
}

/** Whatever holds a roster: a thread's state, or the context of a fold. */
export interface Roster {
  readonly rows: readonly RosterRow[];
}

/** The current row of a person, a leaver's too. `userId` is hex. */
export function rowOf(state: Roster, userId: string): RosterRow | undefined {
  return state.rows.find((row) => row.userId === userId);
}

/** The row of somebody who is in the roster and has not left. */
export function presentRowOf(state: Roster, userId: string): RosterRow | undefined {
  const row = rowOf(state, userId);
  return row?.left === true ? undefined : row;
}
