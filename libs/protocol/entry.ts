import { ByteReader, ByteWriter, WireError, isZero } from './bytes.js';
import { LENGTH, LIMITS } from './limits.js';
import { KIND, type Kind } from './numbers.js';

/** "TRI" and the suite: byte 3 is the whole negotiation there is. */
const MAGIC = Uint8Array.of(0x54, 0x52, 0x49, 0x01);

/** The 104 bytes in front of every entry. Ids 16, prevHash 32; seq from 1; tsMs Unix milliseconds of sealing. */
export interface Header {
  readonly kind: Kind;
  readonly type: number;
  readonly chainId: Uint8Array;
  readonly seq: number;
  readonly prevHash: Uint8Array;
  readonly authorUser: Uint8Array;
  readonly authorDevice: Uint8Array;
  readonly tsMs: number;
}

/** A parsed entry keeps the received bytes: what is hashed, verified and stored is never re-encoded. */
export interface Entry {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  /** header ‖ lp32(body): what the signature covers. */
  readonly signedBytes: Uint8Array;
  readonly bytes: Uint8Array;
}

export function encodeHeader(header: Header): Uint8Array {
  return new ByteWriter()
    .bytes(MAGIC, 4)
    .u8(header.kind)
    .u8(header.type)
    .u16(0)
    .bytes(header.chainId, LENGTH.id)
    .u64(header.seq)
    .bytes(header.prevHash, LENGTH.hash)
    .bytes(header.authorUser, LENGTH.id)
    .bytes(header.authorDevice, LENGTH.id)
    .u64(header.tsMs)
    .finish();
}

/** header ‖ lp32(body), the bytes an author signs. */
export function encodeSignedPart(header: Uint8Array, body: Uint8Array): Uint8Array {
  if (body.length > LIMITS.body) throw new RangeError('body over the limit');
  return new ByteWriter().bytes(header, LENGTH.header).lp32(body).finish();
}

function readHeader(reader: ByteReader): Header {
  const magic = reader.bytes(4);
  if (magic.some((byte, index) => byte !== MAGIC[index])) throw new WireError('wire.unknown_magic');
  const kind = reader.u8();
  if (!isKind(kind)) throw new WireError('wire.unknown_kind');
  const type = reader.u8();
  if (reader.u16() !== 0) throw new WireError('wire.reserved_not_zero');
  const header: Header = {
    kind,
    type,
    chainId: reader.bytes(LENGTH.id),
    seq: reader.u64(),
    prevHash: reader.bytes(LENGTH.hash),
    authorUser: reader.bytes(LENGTH.id),
    authorDevice: reader.bytes(LENGTH.id),
    tsMs: reader.u64(),
  };
  checkGenesisShape(header);
  return header;
}

/** A GENESIS is seq 1, type 1, of no chain and with no predecessor; nothing else is. */
function checkGenesisShape(header: Header): void {
  const genesis = header.type === 1;
  const zeroUser = genesis && header.kind !== KIND.thread;
  const fits =
    (header.seq === 1) === genesis &&
    header.seq > 0 &&
    header.seq < 2 ** 40 &&
    isZero(header.chainId) === genesis &&
    isZero(header.prevHash) === genesis &&
    isZero(header.authorUser) === zeroUser;
  if (!fits) throw new WireError('wire.misplaced_genesis');
}

function isKind(value: number): value is Kind {
  return value === KIND.identity || value === KIND.organisation || value === KIND.thread;
}

/** Strict: wrong magic, lengths beyond the limits and trailing bytes are WireErrors. */
export function parseEntry(bytes: Uint8Array): Entry {
  const reader = new ByteReader(bytes);
  const header = readHeader(reader);
  const body = reader.lp32(LIMITS.body);
  const signedLength = reader.position();
  const signature = reader.bytes(LENGTH.signature);
  reader.end();
  return {
    header,
    headerBytes: bytes.slice(0, LENGTH.header),
    body,
    signature,
    signedBytes: bytes.slice(0, signedLength),
    bytes,
  };
}
