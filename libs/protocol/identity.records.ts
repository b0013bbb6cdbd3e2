import { ByteReader, ByteWriter, WireError, compareBytes } from './bytes.js';
import { LENGTH, LIMITS } from './limits.js';

/** Identity GENESIS: the first device, the recovery key, the archive key whose secret is boxed under it. */
export interface IdentityGenesis {
  readonly deviceSigningKey: Uint8Array;
  readonly deviceKemKey: Uint8Array;
  readonly recoverySigningKey: Uint8Array;
  readonly archiveKey: Uint8Array;
  /** H(display, nonce 16 ‖ UTF-8 name): the name itself travels in sealed profile messages only. */
  readonly displayCommitment: Uint8Array;
  readonly archiveNonce: Uint8Array;
  readonly archiveBox: Uint8Array;
}

/** One KEM wrap: the encapsulation and the 32-byte secret boxed under what it encapsulates. */
export interface Wrap {
  readonly ciphertext: Uint8Array;
  readonly box: Uint8Array;
}

export interface DeviceWrap extends Wrap {
  readonly deviceId: Uint8Array;
}

/** USER_KEY: generation g of a person's key, for exactly the active devices and the archive. */
export interface UserKey {
  readonly generation: number;
  readonly publicKey: Uint8Array;
  readonly commitment: Uint8Array;
  readonly devices: readonly DeviceWrap[];
  readonly archive: Wrap;
}

export function encodeIdentityGenesis(record: IdentityGenesis): Uint8Array {
  return new ByteWriter()
    .raw(encodeIdentityGenesisKeys(record))
    .bytes(record.archiveNonce, LENGTH.nonce)
    .bytes(record.archiveBox, LENGTH.box)
    .finish();
}

/** The part of the GENESIS body in front of the archive box, which the box authenticates. */
export function encodeIdentityGenesisKeys(
  record: Omit<IdentityGenesis, 'archiveNonce' | 'archiveBox'>,
): Uint8Array {
  return new ByteWriter()
    .bytes(record.deviceSigningKey, LENGTH.signingKey)
    .bytes(record.deviceKemKey, LENGTH.kemKey)
    .bytes(record.recoverySigningKey, LENGTH.signingKey)
    .bytes(record.archiveKey, LENGTH.kemKey)
    .bytes(record.displayCommitment, LENGTH.hash)
    .finish();
}

export function parseIdentityGenesis(body: Uint8Array): IdentityGenesis {
  const reader = new ByteReader(body);
  const record: IdentityGenesis = {
    deviceSigningKey: reader.bytes(LENGTH.signingKey),
    deviceKemKey: reader.bytes(LENGTH.kemKey),
    recoverySigningKey: reader.bytes(LENGTH.signingKey),
    archiveKey: reader.bytes(LENGTH.kemKey),
    displayCommitment: reader.bytes(LENGTH.hash),
    archiveNonce: reader.bytes(LENGTH.nonce),
    archiveBox: reader.bytes(LENGTH.box),
  };
  reader.end();
  return record;
}

export function writeWrap(writer: ByteWriter, wrap: Wrap): ByteWriter {
  return writer.bytes(wrap.ciphertext, LENGTH.kemCiphertext).bytes(wrap.box, LENGTH.box);
}

export function readWrap(reader: ByteReader): Wrap {
  return { ciphertext: reader.bytes(LENGTH.kemCiphertext), box: reader.bytes(LENGTH.box) };
}

/** The part of a USER_KEY body in front of its boxes: A = H(wrapContext, header ‖ this). */
export function encodeUserKeyPrefix(
  record: Pick<UserKey, 'generation' | 'publicKey' | 'commitment'>,
): Uint8Array {
  return new ByteWriter()
    .u32(record.generation)
    .bytes(record.publicKey, LENGTH.kemKey)
    .bytes(record.commitment, LENGTH.hash)
    .finish();
}

export function encodeUserKey(record: UserKey): Uint8Array {
  const writer = new ByteWriter().raw(encodeUserKeyPrefix(record)).u8(record.devices.length);
  for (const device of record.devices) writeWrap(writer.bytes(device.deviceId, LENGTH.id), device);
  return writeWrap(writer, record.archive).finish();
}

export function parseUserKey(body: Uint8Array): UserKey {
  const reader = new ByteReader(body);
  const head = {
    generation: reader.u32(),
    publicKey: reader.bytes(LENGTH.kemKey),
    commitment: reader.bytes(LENGTH.hash),
  };
  const count = reader.u8();
  if (count === 0 || count > LIMITS.devices) throw new WireError('wire.count_out_of_range');
  const devices = Array.from({ length: count }, () => ({
    deviceId: reader.bytes(LENGTH.id),
    ...readWrap(reader),
  }));
  requireAscending(devices.map((device) => device.deviceId));
  const archive = readWrap(reader);
  reader.end();
  return { ...head, devices, archive };
}

/** Lists inside records stand in strictly ascending order, so that a set has one encoding and no doubles. */
export function requireAscending(keys: readonly Uint8Array[]): void {
  keys.forEach((key, index) => {
    const before = keys[index - 1];
    if (before !== undefined && compareBytes(before, key) >= 0) throw new WireError('wire.not_ascending');
  });
}
