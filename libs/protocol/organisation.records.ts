import { ByteReader, ByteWriter, WireError, fromUtf8, isZero, utf8 } from './bytes.js';
import { requireAscending } from './identity.records.js';
import { LENGTH, LIMITS } from './limits.js';
import { ALL_ROLES_MASK, REVOKE_REASON, ROLE, SUBJECT, nameOf, type Role } from './numbers.js';

export interface OrganisationGenesis {
  readonly rootKey: Uint8Array;
  readonly name: string;
}

/** The whole set of administrator keys, restated; `mayAttest` is a role mask. */
export interface Admins {
  readonly admins: readonly { readonly publicKey: Uint8Array; readonly mayAttest: number }[];
}

export interface Attest {
  readonly subjectKind: (typeof SUBJECT)[keyof typeof SUBJECT];
  /** A person's genesis hash, or an invite public key. */
  readonly subject: Uint8Array;
  readonly role: Role;
  /** Pool id, zeros for none (pools are reserved: only zeros are valid today). */
  readonly pool: Uint8Array;
  readonly validToMs: number;
  /** Until when an invite may be claimed; zero for a known person. */
  readonly claimByMs: number;
}

export interface Claim {
  readonly attestHash: Uint8Array;
  readonly genesisHash: Uint8Array;
}

export interface Revoke {
  readonly attestHash: Uint8Array;
  readonly reason: number;
}

/** A suspension is lifted by a further SUSPEND with suspended = false. */
export interface Suspend {
  readonly attestHash: Uint8Array;
  readonly suspended: boolean;
}

export function encodeOrganisationGenesis(record: OrganisationGenesis): Uint8Array {
  return new ByteWriter().bytes(record.rootKey, LENGTH.signingKey).lp16(utf8(record.name)).finish();
}

export function parseOrganisationGenesis(body: Uint8Array): OrganisationGenesis {
  const reader = new ByteReader(body);
  const record = {
    rootKey: reader.bytes(LENGTH.signingKey),
    name: fromUtf8(reader.lp16(LIMITS.organisationName)),
  };
  reader.end();
  if (record.name.length === 0) throw new WireError('wire.empty_name');
  return record;
}

export function encodeAdmins(record: Admins): Uint8Array {
  const writer = new ByteWriter().u8(record.admins.length);
  for (const admin of record.admins) writer.bytes(admin.publicKey, LENGTH.signingKey).u16(admin.mayAttest);
  return writer.finish();
}

export function parseAdmins(body: Uint8Array): Admins {
  const reader = new ByteReader(body);
  const count = reader.u8();
  if (count === 0 || count > LIMITS.admins) throw new WireError('wire.count_out_of_range');
  const admins = Array.from({ length: count }, () => ({
    publicKey: reader.bytes(LENGTH.signingKey),
    mayAttest: readRoleMask(reader),
  }));
  reader.end();
  requireAscending(admins.map((admin) => admin.publicKey));
  return { admins };
}

export function encodeAttest(record: Attest): Uint8Array {
  return new ByteWriter()
    .u8(record.subjectKind)
    .bytes(record.subject, LENGTH.hash)
    .u8(record.role)
    .bytes(record.pool, LENGTH.id)
    .u64(record.validToMs)
    .u64(record.claimByMs)
    .finish();
}

export function parseAttest(body: Uint8Array): Attest {
  const reader = new ByteReader(body);
  const subjectKind = reader.u8();
  const subject = reader.bytes(LENGTH.hash);
  const role = readRole(reader);
  const pool = reader.bytes(LENGTH.id);
  const validToMs = reader.u64();
  const claimByMs = reader.u64();
  reader.end();
  if (!isZero(pool)) throw new WireError('wire.reserved_not_zero');
  if (subjectKind !== SUBJECT.user && subjectKind !== SUBJECT.invite)
    throw new WireError('wire.unknown_subject');
  if ((claimByMs === 0) !== (subjectKind === SUBJECT.user)) throw new WireError('wire.claim_by_misplaced');
  return { subjectKind, subject, role, pool, validToMs, claimByMs };
}

export function encodeClaim(record: Claim): Uint8Array {
  return new ByteWriter()
    .bytes(record.attestHash, LENGTH.hash)
    .bytes(record.genesisHash, LENGTH.hash)
    .finish();
}

export function parseClaim(body: Uint8Array): Claim {
  const reader = new ByteReader(body);
  const record = { attestHash: reader.bytes(LENGTH.hash), genesisHash: reader.bytes(LENGTH.hash) };
  reader.end();
  return record;
}

export function encodeRevoke(record: Revoke): Uint8Array {
  return new ByteWriter().bytes(record.attestHash, LENGTH.hash).u8(record.reason).finish();
}

export function parseRevoke(body: Uint8Array): Revoke {
  const reader = new ByteReader(body);
  const record = { attestHash: reader.bytes(LENGTH.hash), reason: reader.u8() };
  reader.end();
  if (nameOf(REVOKE_REASON, record.reason) === undefined) throw new WireError('wire.unknown_reason');
  return record;
}

export function encodeSuspend(record: Suspend): Uint8Array {
  return new ByteWriter()
    .bytes(record.attestHash, LENGTH.hash)
    .u8(record.suspended ? 1 : 0)
    .finish();
}

export function parseSuspend(body: Uint8Array): Suspend {
  const reader = new ByteReader(body);
  const attestHash = reader.bytes(LENGTH.hash);
  const flag = reader.u8();
  reader.end();
  if (flag > 1) throw new WireError('wire.reserved_not_zero');
  return { attestHash, suspended: flag === 1 };
}

export function readRole(reader: ByteReader): Role {
  const role = reader.u8();
  if (nameOf(ROLE, role) === undefined) throw new WireError('wire.unknown_role');
  return role as Role;
}

export function readRoleMask(reader: ByteReader): number {
  const mask = reader.u16();
  if (mask === 0 || (mask & ~ALL_ROLES_MASK) !== 0) throw new WireError('wire.unknown_role');
  return mask;
}
