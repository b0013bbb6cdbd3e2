import {
  IDENTITY,
  KIND,
  equalBytes,
  parseIdentityGenesis,
  parseUserKey,
  toHex,
  type DeviceId,
  type Entry,
  type IdentityGenesis,
  type UserId,
  type UserKey,
} from '#protocol';
import { advance, linkEntry, type ChainHead, type LinkedEntry } from './chain.link.js';
import { HashLog } from './hash.log.js';
import { chainIdOf, deviceIdOf, keyHashOf, verifyEntrySignature } from './hashing.js';
import { Refusal, demand, judge, type Outcome } from './verdict.js';

/** A device of a person; active from the entry at `activeFromSeq` on. */
export interface DeviceFact {
  readonly deviceId: DeviceId;
  readonly signingKey: Uint8Array;
  readonly kemKey: Uint8Array;
  readonly activeFromSeq: number;
}

/** One generation of a person's key; the newest one from the entry at `fromSeq` on. */
export interface GenerationFact {
  readonly generation: number;
  readonly publicKey: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly commitment: Uint8Array;
  readonly fromSeq: number;
}

/** A verified identity chain. Immutable; facts carry the seq at which they became true. */
export interface IdentityState extends ChainHead {
  readonly userId: UserId;
  readonly devices: readonly DeviceFact[];
  /** Ascending. Empty until USER_KEY 1: such a person cannot have a row. */
  readonly generations: readonly GenerationFact[];
  readonly recoverySigningKey: Uint8Array;
  readonly archiveKey: Uint8Array;
  readonly displayCommitment: Uint8Array;
}

/** The device, if it is active at `seq` of its chain. `deviceId` is hex. */
export function deviceAt(identity: IdentityState, deviceId: string, seq: number): DeviceFact | undefined {
  return identity.devices.find((device) => device.deviceId === deviceId && device.activeFromSeq <= seq);
}

export function devicesAt(identity: IdentityState, seq: number): readonly DeviceFact[] {
  return identity.devices.filter((device) => device.activeFromSeq <= seq);
}

/** The newest generation at `seq`. */
export function generationAt(identity: IdentityState, seq: number): GenerationFact | undefined {
  return identity.generations.findLast((generation) => generation.fromSeq <= seq);
}

type IdentityRecord =
  | { readonly type: typeof IDENTITY.genesis; readonly record: IdentityGenesis }
  | { readonly type: typeof IDENTITY.userKey; readonly record: UserKey };

function parseBody({ header, body }: Entry): IdentityRecord {
  switch (header.type) {
    case IDENTITY.genesis:
      return { type: IDENTITY.genesis, record: parseIdentityGenesis(body) };
    case IDENTITY.userKey:
      return { type: IDENTITY.userKey, record: parseUserKey(body) };
    default:
      throw new Refusal({ kind: 'invalid', rule: 'reserved_type' });
  }
}

/**
 * Applies one entry to a person's chain; `state` undefined expects a GENESIS. The verdicts are in `RULES`.
 * Source: libs/protocol/WIRE.md, "Identity chain".
 */
export function applyIdentity(state: IdentityState | undefined, bytes: Uint8Array): Outcome<IdentityState> {
  return judge(() => {
    const keysOf = (): Uint8Array[] => (state?.devices ?? []).map((device) => device.signingKey);
    const linked = linkEntry(state, bytes, { kind: KIND.identity, parseBody, keysOf });
    const { entry, entryHash, parsed } = linked;
    const next =
      parsed.type === IDENTITY.genesis
        ? found(linked, parsed.record)
        : addGeneration(state, linked, parsed.record);
    return { ok: true, state: next, entry, entryHash };
  });
}

function found({ entry, entryHash }: LinkedEntry<unknown>, record: IdentityGenesis): IdentityState {
  const deviceId = deviceIdOf(record.deviceSigningKey, record.deviceKemKey);
  demand(equalBytes(entry.header.authorDevice, deviceId), 'device_id_mismatch');
  demand(verifyEntrySignature(entry, record.deviceSigningKey), 'signature');
  const chainId = chainIdOf(entry);
  return {
    genesisHash: entryHash,
    chainId,
    userId: toHex(chainId) as UserId,
    seq: 1,
    head: entryHash,
    hashes: HashLog.empty.append(entryHash),
    lastTsMs: entry.header.tsMs,
    devices: [
      {
        deviceId: toHex(deviceId) as DeviceId,
        signingKey: record.deviceSigningKey,
        kemKey: record.deviceKemKey,
        activeFromSeq: 1,
      },
    ],
    generations: [],
    recoverySigningKey: record.recoverySigningKey,
    archiveKey: record.archiveKey,
    displayCommitment: record.displayCommitment,
  };
}

function addGeneration(
  state: IdentityState | undefined,
  linked: LinkedEntry<unknown>,
  record: UserKey,
): IdentityState {
  demand(state !== undefined, 'not_genesis');
  const { header } = linked.entry;
  demand(equalBytes(header.authorUser, state.chainId), 'wrong_author');
  const device = deviceAt(state, toHex(header.authorDevice), state.seq);
  demand(device !== undefined, 'device_not_active');
  demand(verifyEntrySignature(linked.entry, device.signingKey), 'signature');
  demand(record.generation === (state.generations.at(-1)?.generation ?? 0) + 1, 'generation_not_next');
  demand(boxesFit(state, record), 'boxes_not_devices');
  const generation: GenerationFact = {
    generation: record.generation,
    publicKey: record.publicKey,
    keyHash: keyHashOf(record.publicKey),
    commitment: record.commitment,
    fromSeq: header.seq,
  };
  return { ...state, ...advance(state, linked), generations: [...state.generations, generation] };
}

/** Exactly the active devices: one left out would be blind, one too many would read. */
function boxesFit(state: IdentityState, record: UserKey): boolean {
  const active = new Set<string>(devicesAt(state, state.seq).map((device) => device.deviceId));
  return (
    record.devices.length === active.size && record.devices.every((box) => active.has(toHex(box.deviceId)))
  );
}
