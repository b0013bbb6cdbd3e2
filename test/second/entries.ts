import { H, be, join, labelled, lp32, sign, type Bytes } from './primitives.js';

/** WIRE §3. */
export const WORD = { 1: 'identity', 2: 'org', 3: 'thread' } as const;
export type KindNumber = keyof typeof WORD;

export interface HeaderFields {
  readonly kind: KindNumber;
  readonly type: number;
  readonly chainId: Bytes;
  readonly seq: number;
  readonly prevHash: Bytes;
  readonly authorUser: Bytes;
  readonly authorDevice: Bytes;
  readonly tsMs: number;
}

export function header(fields: HeaderFields): Bytes {
  return join(
    Uint8Array.of(0x54, 0x52, 0x49, 0x01, fields.kind, fields.type, 0, 0),
    fields.chainId,
    be(fields.seq, 8),
    fields.prevHash,
    fields.authorUser,
    fields.authorDevice,
    be(fields.tsMs, 8),
  );
}

export function toSign(kind: KindNumber, head: Bytes, body: Bytes): Bytes {
  return join(labelled(`sig/${WORD[kind]}`), H(`tosign/${WORD[kind]}`, head, lp32(body)));
}

export function entry(fields: HeaderFields, body: Bytes, seed: Bytes): Bytes {
  const head = header(fields);
  return join(head, lp32(body), sign(toSign(fields.kind, head, body), seed));
}

export const entryHash = (kind: KindNumber, bytes: Bytes): Bytes => H(`hash/${WORD[kind]}`, bytes);
export const chainId = (kind: KindNumber, genesis: Bytes): Bytes =>
  H(`id/${WORD[kind]}`, genesis).slice(0, 16);
export const deviceId = (signingKey: Bytes, kemKey: Bytes): Bytes =>
  H('id/device', signingKey, kemKey).slice(0, 16);
export const keyId = (publicKey: Bytes): Bytes => H('id/key', publicKey).slice(0, 16);
export const keyHash = (kemKey: Bytes): Bytes => H('key-hash', kemKey);
export const ctHash = (ct: Bytes): Bytes => H('wrap/ct', ct);
export const wrapContext = (head: Bytes, prefix: Bytes): Bytes => H('wrap/context', head, prefix);

/** A cursor over received bytes, for opening. */
export class Cursor {
  private at = 0;
  constructor(private readonly source: Bytes) {}
  take(length: number): Bytes {
    if (this.at + length > this.source.length) throw new RangeError('short');
    const part = this.source.slice(this.at, this.at + length);
    this.at += length;
    return part;
  }
  number(width: 1 | 2 | 4 | 8): number {
    return Number(this.take(width).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
  }
  rest(): Bytes {
    return this.take(this.source.length - this.at);
  }
  behind(): Bytes {
    return this.source.slice(0, this.at);
  }
}

export function split(bytes: Bytes): {
  head: Bytes;
  kind: KindNumber;
  type: number;
  seq: number;
  body: Bytes;
  signature: Bytes;
} {
  const cursor = new Cursor(bytes);
  const head = cursor.take(104);
  const body = cursor.take(cursor.number(4));
  const inHead = new Cursor(head);
  inHead.take(4);
  const kind = inHead.number(1) as KindNumber;
  const type = inHead.number(1);
  inHead.take(18);
  return { head, kind, type, seq: inHead.number(8), body, signature: cursor.take(64) };
}
