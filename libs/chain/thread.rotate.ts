import {
  equalBytes,
  inRoleMask,
  toHex,
  type Entry,
  type Rotate,
  type Row,
  type StatedOrganisation,
  type UserId,
} from '#protocol';
import { requireStatedHead, type LinkedEntry } from './chain.link.js';
import { verifyEntrySignature } from './hashing.js';
import { devicesAt, generationAt, type IdentityState } from './identity.chain.js';
import { basisAt, type Basis, type OrganisationAtHead } from './organisation.state.js';
import { requireChanges } from './roster.change.js';
import { rowOf, type RosterRow } from './roster.row.js';
import type { ThreadState, World } from './thread.state.js';
import { Refusal, demand } from './verdict.js';

type Turned = Pick<
  ThreadState,
  | 'founding'
  | 'epoch'
  | 'epochSeq'
  | 'epochTsMs'
  | 'epochMessages'
  | 'esCommit'
  | 'rows'
  | 'organisations'
  | 'statedHeads'
>;

/** Judges a ROTATE by the heads it states and gives what it turns, with the author's new row. */
export function applyRotate(
  state: ThreadState,
  { entry }: LinkedEntry<unknown>,
  record: Rotate,
  world: World,
): Turned & { readonly author: RosterRow } {
  demand(record.epoch === state.epoch + 1, 'epoch_not_next');
  requireMember(state, entry);
  const statedHeads = statedAfter(state, record);
  const heads = statedHeadsReader(world, entry);
  const organisations = record.organisations.map((stated) => heads.organisation(stated));
  const people = record.rows.map((row) => heads.person(row));
  const author = requireSigner(record, people, entry);
  if (state.founding !== undefined) requireFounder(state.founding, entry, author.signingKey);
  const rows = record.rows.map((row, index) =>
    judgeRow(row, { state, organisations, person: people[index], tsMs: entry.header.tsMs }),
  );
  const own = rows[author.index];
  demand(own !== undefined, 'author_not_in_roster');
  requireChanges({ state, entry, record, rows, organisations });
  return {
    founding: undefined,
    epoch: record.epoch,
    epochSeq: entry.header.seq,
    epochTsMs: entry.header.tsMs,
    epochMessages: 0,
    esCommit: record.esCommit,
    rows,
    organisations: record.organisations,
    statedHeads,
    author: own,
  };
}

/** After the founding only a current member turns the epoch; the roster he states cannot make him one. */
function requireMember(state: ThreadState, entry: Entry): void {
  if (state.founding !== undefined) return;
  const row = rowOf(state, toHex(entry.header.authorUser));
  demand(row !== undefined, 'author_has_no_row');
  demand(!row.left, 'author_left');
  demand(row.expiresMs > entry.header.tsMs, 'author_expired');
}

/** Stated heads never go back, not even across a ROTATE that leaves somebody out. */
function statedAfter(state: ThreadState, record: Rotate): ReadonlyMap<string, number> {
  const after = new Map(state.statedHeads);
  const stated = [
    ...record.organisations.map(({ genesisHash, headSeq }) => [toHex(genesisHash), headSeq] as const),
    ...record.rows.map(({ holderId, headSeq }) => [toHex(holderId), headSeq] as const),
  ];
  for (const [key, seq] of stated) {
    demand(seq >= (after.get(key) ?? 1), 'head_back');
    after.set(key, seq);
  }
  return after;
}

interface StatedHeadsReader {
  readonly organisation: (stated: StatedOrganisation) => OrganisationAtHead;
  readonly person: (row: Row) => IdentityState;
}

/** Looks stated heads up in the world: `missing` if not held yet, `fork` if another entry is held there. */
function statedHeadsReader(world: World, entry: Entry): StatedHeadsReader {
  const author = world.identity(toHex(entry.header.authorUser));
  const isSigned = (): boolean =>
    author?.devices.some((device) => verifyEntrySignature(entry, device.signingKey)) === true;
  return {
    organisation: ({ genesisHash, headSeq: seq, headHash: hash }) => {
      const key = toHex(genesisHash);
      const state = world.organisation(key);
      if (state === undefined) throw new Refusal({ kind: 'missing', genesisHash: key, seq });
      requireStatedHead(state, { seq, hash }, isSigned);
      return { genesisHash: key, state, seq };
    },
    person: ({ holderId, headSeq: seq, headHash: hash }) => {
      const chainId = toHex(holderId);
      const state = world.identity(chainId);
      if (state === undefined) throw new Refusal({ kind: 'missing', chainId, seq });
      requireStatedHead(state, { seq, hash }, isSigned);
      return state;
    },
  };
}

interface Signer {
  readonly index: number;
  readonly signingKey: Uint8Array;
}

/** The author has a row in the roster he states, and his device is active at the head that row states. */
function requireSigner(record: Rotate, people: readonly IdentityState[], entry: Entry): Signer {
  const { authorUser, authorDevice } = entry.header;
  const index = record.rows.findIndex((row) => equalBytes(row.holderId, authorUser));
  const row = record.rows[index];
  const person = people[index];
  demand(row !== undefined && person !== undefined, 'author_not_in_roster');
  const deviceId = toHex(authorDevice);
  const device = devicesAt(person, row.headSeq).find((candidate) => candidate.deviceId === deviceId);
  demand(device !== undefined, 'device_not_active');
  demand(verifyEntrySignature(entry, device.signingKey), 'signature');
  return { index, signingKey: device.signingKey };
}

/** The GENESIS states no heads: its author and signature are checked here, with ROTATE 1. */
function requireFounder(genesis: Entry, entry: Entry, signingKey: Uint8Array): void {
  const { authorUser, authorDevice } = genesis.header;
  const same =
    equalBytes(authorUser, entry.header.authorUser) && equalBytes(authorDevice, entry.header.authorDevice);
  demand(same, 'founder_mismatch');
  demand(verifyEntrySignature(genesis, signingKey), 'founding_signature');
}

interface RowContext {
  readonly state: ThreadState;
  readonly organisations: readonly OrganisationAtHead[];
  readonly person: IdentityState | undefined;
  readonly tsMs: number;
}

function judgeRow(row: Row, { state, organisations, person, tsMs }: RowContext): RosterRow {
  demand(person !== undefined, 'author_not_in_roster');
  const held = generationAt(person, row.headSeq);
  demand(held !== undefined, 'no_user_key');
  const keyFits = held.generation === row.generation && equalBytes(held.keyHash, row.keyHash);
  demand(keyFits, 'row_key_mismatch');
  demand(!equalBytes(person.genesisHash, state.clientGenesis), 'client_in_clinicians_lane');
  demand(inRoleMask(state.allowedRoles, row.role), 'role_not_allowed');
  const { basis, organisation } = findBasis(row, organisations);
  demand(equalBytes(basis.personGenesisHash, person.genesisHash), 'basis_other_person');
  demand(basis.attestation.role === row.role, 'basis_other_role');
  demand(basis.standing === 'live', 'row_not_live');
  demand(row.expiresMs > tsMs, 'row_expired');
  demand(row.expiresMs <= basis.attestation.validToMs, 'expiry_beyond_attestation');
  const devices = devicesAt(person, row.headSeq);
  return {
    userId: toHex(row.holderId) as UserId,
    genesisHash: person.genesisHash,
    role: row.role,
    basis: row.basis,
    organisation,
    headSeq: row.headSeq,
    headHash: row.headHash,
    generation: row.generation,
    keyHash: row.keyHash,
    expiresMs: row.expiresMs,
    left: false,
    devices: new Map(devices.map((device) => [device.deviceId, device.signingKey])),
  };
}

function findBasis(
  row: Row,
  organisations: readonly OrganisationAtHead[],
): { readonly basis: Basis; readonly organisation: string } {
  for (const { state, seq, genesisHash } of organisations) {
    const basis = basisAt(state, row.basis, seq);
    if (basis !== undefined) return { basis, organisation: genesisHash };
  }
  throw new Refusal({ kind: 'invalid', rule: 'basis_unknown' });
}
