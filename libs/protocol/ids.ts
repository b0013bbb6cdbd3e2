/**
 * 16-byte ids are routing handles; every security binding uses the 32-byte hash. Inside the program both are
 * bytes; as keys of maps and in JSON they are text: hex for map keys, base64url at the wire.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Lower-case hex of a 16-byte id, the key under which state is held in memory and in the database. */
export type UserId = Branded<'UserId'>;
export type DeviceId = Branded<'DeviceId'>;
export type OrganisationId = Branded<'OrganisationId'>;
export type ThreadId = Branded<'ThreadId'>;
export type CaseId = Branded<'CaseId'>;
/** Any chain's id: a user's, an organisation's or a thread's. */
export type ChainId = UserId | OrganisationId | ThreadId | Branded<'ChainId'>;
/** Device id, administrator key id or invite key id: whatever can sign in. */
export type KeyId = DeviceId | Branded<'KeyId'>;

/** (seq of the entry that opened it) × 256 + index of the op in that entry. */
export type ObligationId = number & { readonly [brand]: 'ObligationId' };

export function obligationId(seq: number, index: number): ObligationId {
  return (seq * 256 + index) as ObligationId;
}
