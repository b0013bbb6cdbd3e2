import { ByteReader, ByteWriter, WireError, fromUtf8, utf8 } from '#protocol';
import type { StoreChange } from './store.contract.js';

/**
 * The key file: magic "TRIK\x01" ‖ log2(N) u8 ‖ r u8 ‖ p u8 ‖ salt 16, then frames: length u32 ‖ sealed batch.
 * A frame's associated data is the file's header, its number and the end of the frame before it, so frames cannot
 * be reordered, dropped in the middle or taken from another file.
 */
const MAGIC = Uint8Array.of(0x54, 0x52, 0x49, 0x4b, 0x01);
export const FILE_HEADER_BYTES = 24;
const SALT_BYTES = 16;
const TAIL_BYTES = 16;
/** A batch is small; compaction writes frames of about this size. */
export const FRAME_BYTES = 1_048_576;
const MAX_FRAME_BYTES = 64 * FRAME_BYTES;

/** Cost of one guess: N = 2^17, r = 8, p = 1 takes 128 MiB and a few tenths of a second (RFC 7914). */
export const SCRYPT = { logN: 17, r: 8, p: 1 } as const;

export interface ScryptSetting {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
}

export function encodeFileHeader(setting: ScryptSetting): Uint8Array {
  return new ByteWriter()
    .raw(MAGIC)
    .u8(setting.logN)
    .u8(setting.r)
    .u8(setting.p)
    .bytes(setting.salt, SALT_BYTES)
    .finish();
}

/** Settings far beyond ours are refused: a planted header must not be able to exhaust the machine. */
export function parseFileHeader(bytes: Uint8Array): ScryptSetting {
  const reader = new ByteReader(bytes);
  const magic = reader.bytes(MAGIC.length);
  if (magic.some((byte, index) => byte !== MAGIC[index])) throw new WireError('wire.unknown_magic');
  const setting = { logN: reader.u8(), r: reader.u8(), p: reader.u8(), salt: reader.bytes(SALT_BYTES) };
  reader.end();
  const bearable = setting.logN >= 10 && setting.logN <= 20 && setting.r === 8 && setting.p === 1;
  if (!bearable) throw new WireError('wire.scrypt_setting');
  return setting;
}

export function frameContext(header: Uint8Array, index: number, before: Uint8Array | undefined): Uint8Array {
  const tail = before === undefined ? new Uint8Array(TAIL_BYTES) : before.slice(-TAIL_BYTES);
  return new ByteWriter().raw(header).u64(index).bytes(tail, TAIL_BYTES).finish();
}

export function encodeFrame(sealed: Uint8Array): Uint8Array {
  return new ByteWriter().lp32(sealed).finish();
}

/** Whole frames of a file's rest; `torn`: bytes at the end that are no whole frame (a write that was cut off). */
export function splitFrames(rest: Uint8Array): { readonly frames: Uint8Array[]; readonly torn: number } {
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at + 4 <= rest.length) {
    const length = view.getUint32(at);
    if (length === 0 || length > MAX_FRAME_BYTES || at + 4 + length > rest.length) break;
    frames.push(rest.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { frames, torn: rest.length - at };
}

export function encodeBatch(changes: readonly StoreChange[]): Uint8Array {
  const writer = new ByteWriter().u32(changes.length);
  for (const { key, value } of changes) {
    writer
      .lp16(utf8(key))
      .u8(value === undefined ? 0 : 1)
      .lp32(value ?? new Uint8Array());
  }
  return writer.finish();
}

export function parseBatch(bytes: Uint8Array): readonly StoreChange[] {
  const reader = new ByteReader(bytes);
  const changes = Array.from({ length: reader.u32() }, () => {
    const key = fromUtf8(reader.lp16(1024));
    const present = reader.u8() === 1;
    const value = reader.lp32(MAX_FRAME_BYTES);
    return { key, value: present ? value : undefined };
  });
  reader.end();
  return changes;
}
