/**
 * Fixed binary layouts, big-endian, length-prefixed tails. A reader refuses whatever a writer would not
 * have written: short input, trailing bytes, numbers beyond 2^53 − 1.
 */

/** Input that does not follow the wire page. `code` is stable; the bytes themselves are never echoed. */
export class WireError extends Error {
  constructor(readonly code: `wire.${string}`) {
    super(code);
    this.name = 'WireError';
  }
}

export class ByteReader {
  private offset = 0;
  private readonly view: DataView;

  constructor(private readonly source: Uint8Array) {
    this.view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }

  private advance(length: number): number {
    const start = this.offset;
    if (start + length > this.source.length) throw new WireError('wire.truncated');
    this.offset = start + length;
    return start;
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2));
  }

  u32(): number {
    return this.view.getUint32(this.advance(4));
  }

  /** An unsigned 64-bit field; values above 2^53 − 1 are refused, so that a number holds it exactly. */
  u64(): number {
    const at = this.advance(8);
    const high = this.view.getUint32(at);
    if (high > 0x1fffff) throw new WireError('wire.number_too_large');
    return high * 0x1_0000_0000 + this.view.getUint32(at + 4);
  }

  /** A copy of the next `length` bytes: the caller may keep it after the source is gone. */
  bytes(length: number): Uint8Array {
    const start = this.advance(length);
    return this.source.slice(start, start + length);
  }

  lp16(maximum: number): Uint8Array {
    return this.prefixed(this.u16(), maximum);
  }

  lp32(maximum: number): Uint8Array {
    return this.prefixed(this.u32(), maximum);
  }

  private prefixed(length: number, maximum: number): Uint8Array {
    if (length > maximum) throw new WireError('wire.too_long');
    return this.bytes(length);
  }

  /** How many bytes have been read: where a signed or authenticated part ends. */
  position(): number {
    return this.offset;
  }

  end(): void {
    if (this.offset !== this.source.length) throw new WireError('wire.trailing_bytes');
  }
}

export class ByteWriter {
  private readonly parts: Uint8Array[] = [];

  u8(value: number): this {
    return this.number(value, 1);
  }

  u16(value: number): this {
    return this.number(value, 2);
  }

  u32(value: number): this {
    return this.number(value, 4);
  }

  u64(value: number): this {
    return this.number(value, 8);
  }

  private number(value: number, width: number): this {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (width * 8)) {
      throw new RangeError(`not an unsigned integer of ${width} bytes`);
    }
    const part = new Uint8Array(width);
    let rest = value;
    for (let index = width - 1; index >= 0; index -= 1) {
      part[index] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.parts.push(part);
    return this;
  }

  bytes(value: Uint8Array, length: number): this {
    if (value.length !== length) throw new RangeError(`expected ${length} bytes, got ${value.length}`);
    this.parts.push(value);
    return this;
  }

  /** Bytes whose length stands elsewhere in the layout or is the whole rest. */
  raw(value: Uint8Array): this {
    this.parts.push(value);
    return this;
  }

  lp16(value: Uint8Array): this {
    return this.u16(value.length).raw(value);
  }

  lp32(value: Uint8Array): this {
    return this.u32(value.length).raw(value);
  }

  finish(): Uint8Array {
    return concatBytes(...this.parts);
  }
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Equality of PUBLIC bytes (ids, hashes, public keys). Secrets are compared by the façade, in constant time. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** −1, 0 or 1: the ascending order of ids and hashes inside records. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(left.length - right.length);
}

export function isZero(value: Uint8Array): boolean {
  return value.every((byte) => byte === 0);
}

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Strict UTF-8; malformed input is a WireError, never a replacement character. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    throw new WireError('wire.not_utf8');
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}

export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/u.test(text)) throw new WireError('wire.not_hex');
  return Uint8Array.from(text.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Unpadded base64url (RFC 4648 §5): how bytes travel in JSON. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/u, '');
}

/** Only the canonical form is accepted, so that one value has one spelling. */
export function fromBase64Url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/u.test(text) || text.length % 4 === 1) throw new WireError('wire.not_base64url');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (toBase64Url(bytes) !== text) throw new WireError('wire.not_base64url');
  return bytes;
}
