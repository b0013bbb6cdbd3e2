import { ByteReader, ByteWriter, WireError, isZero } from './bytes.js';
import { readWrap, requireAscending, writeWrap, type Wrap } from './identity.records.js';
import { LENGTH, LIMITS } from './limits.js';
import {
  CLOSE_REASON,
  HOLDER,
  LANE,
  LEAVE_REASON,
  OP,
  ROTATE_REASON,
  URGENCY,
  nameOf,
  type Lane,
  type Op,
  type Role,
  type Urgency,
} from './numbers.js';
import { readRole, readRoleMask } from './organisation.records.js';

export interface ThreadGenesis {
  readonly random: Uint8Array;
  readonly caseId: Uint8Array;
  readonly lane: Lane;
  readonly allowedRoles: number;
  readonly adderRoles: number;
  readonly clientApproval: boolean;
  readonly retentionDays: number;
  /** Genesis hash and last good hash of the thread this one succeeds, or zeros. */
  readonly predecessorGenesis: Uint8Array;
  readonly predecessorHead: Uint8Array;
  /** Clinicians lane: genesis hash of the case's client, who never gets a row. Care-team lane: zeros. */
  readonly clientGenesis: Uint8Array;
}

export interface StatedOrganisation {
  readonly genesisHash: Uint8Array;
  readonly headSeq: number;
  readonly headHash: Uint8Array;
}

/** One row of the roster, restated in full by every ROTATE. */
export interface Row {
  readonly holderKind: typeof HOLDER.person;
  readonly holderId: Uint8Array;
  readonly role: Role;
  /** Hash of the ATTEST (known person) or CLAIM (invited person) the row rests on. */
  readonly basis: Uint8Array;
  readonly headSeq: number;
  readonly headHash: Uint8Array;
  readonly generation: number;
  /** H(keyHash, user key) of that generation. */
  readonly keyHash: Uint8Array;
  readonly expiresMs: number;
}

export interface Rotate {
  readonly epoch: number;
  readonly reason: number;
  readonly organisations: readonly StatedOrganisation[];
  readonly rows: readonly Row[];
  /** Gossip for a later transparency log; zeros until it exists. */
  readonly logAnchor: { readonly size: number; readonly root: Uint8Array };
  readonly esCommit: Uint8Array;
  /** One wrap per row, in row order. */
  readonly wraps: readonly Wrap[];
}

/** An obligation op as it stands, visible to the server, in a MESSAGE. Unused fields are zero. */
export interface ObligationOp {
  readonly op: Op;
  /** Zero for open: the id follows from where it stands. */
  readonly obligation: number;
  /** open, hand_over: the new responder's row; ack: the owner's row; else zeros. */
  readonly responder: Uint8Array;
  /** open, reopen: due instant; wait: until when; else zero. Unix milliseconds. */
  readonly dueMs: number;
}

export interface Message {
  readonly epoch: number;
  readonly urgency: Urgency;
  readonly ops: readonly ObligationOp[];
  readonly nonce: Uint8Array;
  readonly commit: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export function encodeThreadGenesis(record: ThreadGenesis): Uint8Array {
  return new ByteWriter()
    .bytes(record.random, LENGTH.id)
    .bytes(record.caseId, LENGTH.id)
    .u8(record.lane)
    .u16(record.allowedRoles)
    .u16(record.adderRoles)
    .u8(record.clientApproval ? 1 : 0)
    .u32(record.retentionDays)
    .bytes(record.predecessorGenesis, LENGTH.hash)
    .bytes(record.predecessorHead, LENGTH.hash)
    .bytes(record.clientGenesis, LENGTH.hash)
    .finish();
}

export function parseThreadGenesis(body: Uint8Array): ThreadGenesis {
  const reader = new ByteReader(body);
  const random = reader.bytes(LENGTH.id);
  const caseId = reader.bytes(LENGTH.id);
  const lane = reader.u8();
  if (lane !== LANE.care_team && lane !== LANE.clinicians) throw new WireError('wire.unknown_lane');
  const allowedRoles = readRoleMask(reader);
  const adderRoles = readRoleMask(reader);
  const approval = reader.u8();
  if (approval > 1) throw new WireError('wire.reserved_not_zero');
  const record: ThreadGenesis = {
    random,
    caseId,
    lane,
    allowedRoles,
    adderRoles,
    clientApproval: approval === 1,
    retentionDays: reader.u32(),
    predecessorGenesis: reader.bytes(LENGTH.hash),
    predecessorHead: reader.bytes(LENGTH.hash),
    clientGenesis: reader.bytes(LENGTH.hash),
  };
  reader.end();
  if (isZero(record.predecessorGenesis) !== isZero(record.predecessorHead)) {
    throw new WireError('wire.predecessor_half_named');
  }
  return record;
}

function writeRow(writer: ByteWriter, row: Row): void {
  writer
    .u8(row.holderKind)
    .bytes(row.holderId, LENGTH.id)
    .u8(row.role)
    .bytes(row.basis, LENGTH.hash)
    .u64(row.headSeq)
    .bytes(row.headHash, LENGTH.hash)
    .u32(row.generation)
    .bytes(row.keyHash, LENGTH.hash)
    .u64(row.expiresMs);
}

function readRow(reader: ByteReader): Row {
  const holderKind = reader.u8();
  if (holderKind !== HOLDER.person) throw new WireError('wire.reserved_holder');
  return {
    holderKind,
    holderId: reader.bytes(LENGTH.id),
    role: readRole(reader),
    basis: reader.bytes(LENGTH.hash),
    headSeq: reader.u64(),
    headHash: reader.bytes(LENGTH.hash),
    generation: reader.u32(),
    keyHash: reader.bytes(LENGTH.hash),
    expiresMs: reader.u64(),
  };
}

/** The part of a ROTATE body in front of its wraps: A = H(wrapContext, header ‖ this). */
export function encodeRotatePrefix(record: Omit<Rotate, 'wraps'>): Uint8Array {
  const writer = new ByteWriter().u32(record.epoch).u8(record.reason).u8(record.organisations.length);
  for (const stated of record.organisations) {
    writer.bytes(stated.genesisHash, LENGTH.hash).u64(stated.headSeq).bytes(stated.headHash, LENGTH.hash);
  }
  writer.u8(record.rows.length);
  for (const row of record.rows) writeRow(writer, row);
  return writer
    .u64(record.logAnchor.size)
    .bytes(record.logAnchor.root, LENGTH.hash)
    .bytes(record.esCommit, LENGTH.hash)
    .finish();
}

export function encodeRotate(record: Rotate): Uint8Array {
  if (record.wraps.length !== record.rows.length) throw new RangeError('one wrap per row');
  const writer = new ByteWriter().raw(encodeRotatePrefix(record));
  for (const wrap of record.wraps) writeWrap(writer, wrap);
  return writer.finish();
}

/** `prefix` is the received part in front of the wraps, for the wrap context. */
export function parseRotate(body: Uint8Array): Rotate & { readonly prefix: Uint8Array } {
  const reader = new ByteReader(body);
  const epoch = reader.u32();
  const reason = reader.u8();
  if (nameOf(ROTATE_REASON, reason) === undefined) throw new WireError('wire.unknown_reason');
  const organisations = readList(reader, LIMITS.organisations, () => ({
    genesisHash: reader.bytes(LENGTH.hash),
    headSeq: reader.u64(),
    headHash: reader.bytes(LENGTH.hash),
  }));
  requireAscending(organisations.map((stated) => stated.genesisHash));
  const rows = readList(reader, LIMITS.rows, () => readRow(reader));
  requireAscending(rows.map((row) => Uint8Array.of(row.holderKind, ...row.holderId)));
  const logAnchor = { size: reader.u64(), root: reader.bytes(LENGTH.hash) };
  const esCommit = reader.bytes(LENGTH.hash);
  const prefix = body.slice(0, reader.position());
  const wraps = rows.map(() => readWrap(reader));
  reader.end();
  return { epoch, reason, organisations, rows, logAnchor, esCommit, wraps, prefix };
}

function readList<T>(reader: ByteReader, maximum: number, read: () => T): T[] {
  const count = reader.u8();
  if (count === 0 || count > maximum) throw new WireError('wire.count_out_of_range');
  return Array.from({ length: count }, read);
}

/** The visible fields up to and with the nonce: with the header, the context of the message key. */
export function encodeMessagePrefix(
  record: Pick<Message, 'epoch' | 'urgency' | 'ops' | 'nonce'>,
): Uint8Array {
  const writer = new ByteWriter().u32(record.epoch).u8(record.urgency).u8(record.ops.length);
  for (const op of record.ops) {
    writer.u8(op.op).u64(op.obligation).bytes(op.responder, LENGTH.id).u64(op.dueMs);
  }
  return writer.bytes(record.nonce, LENGTH.nonce).finish();
}

export function encodeMessage(record: Message): Uint8Array {
  return new ByteWriter()
    .raw(encodeMessagePrefix(record))
    .bytes(record.commit, LENGTH.hash)
    .lp32(record.ciphertext)
    .finish();
}

/** `prefix` is the received part up to and with the nonce. */
export function parseMessage(body: Uint8Array): Message & { readonly prefix: Uint8Array } {
  const reader = new ByteReader(body);
  const epoch = reader.u32();
  const urgency = reader.u8();
  if (nameOf(URGENCY, urgency) === undefined) throw new WireError('wire.unknown_urgency');
  const count = reader.u8();
  if (count > LIMITS.obligationOps) throw new WireError('wire.count_out_of_range');
  const ops = Array.from({ length: count }, () => readOp(reader));
  const nonce = reader.bytes(LENGTH.nonce);
  const prefix = body.slice(0, reader.position());
  const commit = reader.bytes(LENGTH.hash);
  const ciphertext = reader.lp32(LIMITS.plaintext + LENGTH.tag);
  reader.end();
  return { epoch, urgency: urgency as Urgency, ops, nonce, commit, ciphertext, prefix };
}

const NAMES_RESPONDER: readonly number[] = [OP.open, OP.ack, OP.hand_over];
const NAMES_INSTANT: readonly number[] = [OP.open, OP.wait, OP.reopen];

function readOp(reader: ByteReader): ObligationOp {
  const op = reader.u8();
  if (nameOf(OP, op) === undefined) throw new WireError('wire.unknown_op');
  const record = {
    op: op as Op,
    obligation: reader.u64(),
    responder: reader.bytes(LENGTH.id),
    dueMs: reader.u64(),
  };
  const fits =
    (record.obligation === 0) === (op === OP.open) &&
    isZero(record.responder) !== NAMES_RESPONDER.includes(op) &&
    (record.dueMs === 0) !== NAMES_INSTANT.includes(op);
  if (!fits) throw new WireError('wire.op_fields');
  return record;
}

export function encodeReason(reason: number): Uint8Array {
  return new ByteWriter().u8(reason).finish();
}

/** Body of LEAVE and of CLOSE: one reason byte of its table. */
export function parseReason(body: Uint8Array, table: typeof LEAVE_REASON | typeof CLOSE_REASON): number {
  const reader = new ByteReader(body);
  const reason = reader.u8();
  reader.end();
  if (nameOf(table, reason) === undefined) throw new WireError('wire.unknown_reason');
  return reason;
}
