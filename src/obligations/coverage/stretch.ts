import type { Slot } from '#calendar';
import type { Role } from '#protocol';

/** A stretch of time as its row tells it, in Unix milliseconds. */
export const STRETCH = `round(extract(epoch FROM from_at) * 1000)::float8 AS "fromMs",
  round(extract(epoch FROM to_at) * 1000)::float8 AS "toMs"`;

/** Ids of rows are 16 bytes in hex outside, as all ids are. */
export const ID = `replace(id::text, '-', '') AS id`;

/** A slot of a pool for some time. */
export interface SlotStretch {
  readonly organisationId: Uint8Array;
  readonly role: Role;
  readonly slot: Slot;
  readonly fromMs: number;
  readonly toMs: number;
}
