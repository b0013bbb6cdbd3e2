import { Cursor, ctHash, keyHash, wrapContext } from './entries.js';
import {
  H,
  KDF,
  aeadOpen,
  aeadSeal,
  be,
  decapsulate,
  encapsulate,
  join,
  lp16,
  lp32,
  labelled,
  text,
  zeros,
  type Bytes,
} from './primitives.js';

/** WIRE §6. */
export interface ThreadGenesisInput {
  readonly random: Bytes;
  readonly caseId: Bytes;
  readonly lane: number;
  readonly allowedRoles: number;
  readonly adderRoles: number;
  readonly clientApproval: boolean;
  readonly retentionDays: number;
  readonly predecessorGenesis: Bytes;
  readonly predecessorHead: Bytes;
  readonly clientGenesis: Bytes;
}

export const genesisBody = (input: ThreadGenesisInput): Bytes =>
  join(
    input.random,
    input.caseId,
    be(input.lane, 1),
    be(input.allowedRoles, 2),
    be(input.adderRoles, 2),
    be(input.clientApproval ? 1 : 0, 1),
    be(input.retentionDays, 4),
    input.predecessorGenesis,
    input.predecessorHead,
    input.clientGenesis,
  );

export interface RowInput {
  readonly holderId: Bytes;
  readonly role: number;
  readonly basis: Bytes;
  readonly headSeq: number;
  readonly headHash: Bytes;
  readonly generation: number;
  readonly userKey: Bytes;
  readonly expiresMs: number;
}

export interface RotateInput {
  readonly head: Bytes;
  readonly threadGenesis: Bytes;
  readonly epoch: number;
  readonly reason: number;
  readonly organisations: readonly {
    readonly genesisHash: Bytes;
    readonly headSeq: number;
    readonly headHash: Bytes;
  }[];
  readonly rows: readonly RowInput[];
  readonly epochSecret: Bytes;
  /** 64 bytes per row, in row order. */
  readonly randomness: readonly Bytes[];
}

const rowBytes = (row: RowInput): Bytes =>
  join(
    be(1, 1),
    row.holderId,
    be(row.role, 1),
    row.basis,
    be(row.headSeq, 8),
    row.headHash,
    be(row.generation, 4),
    keyHash(row.userKey),
    be(row.expiresMs, 8),
  );

const esCommit = (threadGenesis: Bytes, epoch: number, secret: Bytes): Bytes =>
  H('es-commit', threadGenesis, be(epoch, 4), secret);

export function rotateBody(input: RotateInput): Bytes {
  const { threadGenesis, epoch, epochSecret } = input;
  const prefix = join(
    be(epoch, 4),
    be(input.reason, 1),
    be(input.organisations.length, 1),
    ...input.organisations.map((stated) => join(stated.genesisHash, be(stated.headSeq, 8), stated.headHash)),
    be(input.rows.length, 1),
    ...input.rows.map(rowBytes),
    be(0, 8),
    zeros(32),
    esCommit(threadGenesis, epoch, epochSecret),
  );
  const A = wrapContext(input.head, prefix);
  const wraps = input.rows.map((row, index) => {
    const { ct, ss } = encapsulate(row.userKey, input.randomness[index] ?? zeros(64));
    const context = [
      threadGenesis,
      be(epoch, 4),
      row.holderId,
      be(row.generation, 4),
      ctHash(ct),
      keyHash(row.userKey),
      A,
    ];
    return join(ct, aeadSeal(KDF(ss, 'wrap/epoch', ...context), zeros(24), A, epochSecret));
  });
  return join(prefix, ...wraps);
}

interface OpenRotateInput {
  readonly head: Bytes;
  readonly body: Bytes;
  readonly threadGenesis: Bytes;
  readonly holderId: Bytes;
  readonly userKey: Bytes;
  readonly userSecret: Bytes;
}

export function openRotate(input: OpenRotateInput): Bytes {
  const cursor = new Cursor(input.body);
  const epoch = cursor.take(4);
  cursor.take(1);
  cursor.take(cursor.number(1) * 72);
  const rows = Array.from({ length: cursor.number(1) }, () => cursor.take(134));
  cursor.take(8 + 32 + 32);
  const A = wrapContext(input.head, cursor.behind());
  const wraps = rows.map(() => ({ ct: cursor.take(1120), box: cursor.take(48) }));
  const index = rows.findIndex((row) => row.slice(1, 17).every((byte, at) => byte === input.holderId[at]));
  const row = rows[index];
  const wrap = wraps[index];
  if (row === undefined || wrap === undefined) throw new RangeError('no row');
  const ss = decapsulate(wrap.ct, input.userSecret);
  const generation = row.slice(90, 94);
  const context = [
    input.threadGenesis,
    epoch,
    input.holderId,
    generation,
    ctHash(wrap.ct),
    keyHash(input.userKey),
    A,
  ];
  return aeadOpen(KDF(ss, 'wrap/epoch', ...context), zeros(24), A, wrap.box);
}

export interface OpInput {
  readonly op: number;
  readonly obligation: number;
  readonly responder: Bytes;
  readonly dueMs: number;
}

export interface MessageInput {
  readonly head: Bytes;
  readonly epoch: number;
  readonly epochSecret: Bytes;
  readonly urgency: number;
  readonly ops: readonly OpInput[];
  readonly nonce: Bytes;
  readonly contentType: number;
  readonly content: unknown;
}

function padded(contentType: number, content: unknown, hasOps: boolean): Bytes {
  const inner = join(be(contentType, 2), text(JSON.stringify(content)), Uint8Array.of(0x80));
  let size = contentType === 1 && !hasOps ? 256 : 4096;
  while (size < inner.length) size *= 2;
  return join(inner, zeros(size - inner.length));
}

const messageKey = (epochSecret: Bytes, head: Bytes, prefix: Bytes): Bytes =>
  KDF(epochSecret, 'msg-key', head, prefix);
const messageCommit = (key: Bytes): Bytes => H('msg-commit', key);

export function messageBody(input: MessageInput): Bytes {
  const prefix = join(
    be(input.epoch, 4),
    be(input.urgency, 1),
    be(input.ops.length, 1),
    ...input.ops.map((one) => join(be(one.op, 1), be(one.obligation, 8), one.responder, be(one.dueMs, 8))),
    input.nonce,
  );
  const key = messageKey(input.epochSecret, input.head, prefix);
  const commit = messageCommit(key);
  const plaintext = padded(input.contentType, input.content, input.ops.length > 0);
  return join(prefix, commit, lp32(aeadSeal(key, input.nonce, join(input.head, prefix, commit), plaintext)));
}

export function openMessage(
  head: Bytes,
  body: Bytes,
  epochSecret: Bytes,
): { contentType: number; content: unknown } {
  const cursor = new Cursor(body);
  cursor.take(5);
  cursor.take(cursor.number(1) * 33);
  const nonce = cursor.take(24);
  const prefix = cursor.behind();
  const commit = cursor.take(32);
  const sealed = cursor.take(cursor.number(4));
  const key = messageKey(epochSecret, head, prefix);
  if (!messageCommit(key).every((byte, at) => byte === commit[at])) throw new Error('commitment');
  const plaintext = aeadOpen(key, nonce, join(head, prefix, commit), sealed);
  const marker = plaintext.lastIndexOf(0x80);
  const json = new TextDecoder('utf-8', { fatal: true }).decode(plaintext.slice(2, marker));
  return {
    contentType: (plaintext[0] ?? 0) * 256 + (plaintext[1] ?? 0),
    content: JSON.parse(json) as unknown,
  };
}

export const reasonBody = (reason: number): Bytes => be(reason, 1);

/** WIRE §8. */
export const signInBytes = (origin: string, key: Bytes, challenge: Bytes, expiresAtMs: number): Bytes =>
  join(labelled('sig/auth'), H('sig/auth', lp16(text(origin)), key, challenge, be(expiresAtMs, 8)));

function decimal(hash: Bytes, digits: number): string {
  const value = hash.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return (value % 10n ** BigInt(digits)).toString().padStart(digits, '0');
}

export function safetyNumber(genesisHashes: readonly Bytes[]): string {
  const sorted = [...genesisHashes].sort((a, b) => Buffer.compare(a, b));
  return decimal(H('sas', ...sorted), 60);
}

export const headCode = (headHash: Bytes): string => decimal(H('head-code', headHash), 12);
