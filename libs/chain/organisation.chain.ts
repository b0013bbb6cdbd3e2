import {
  KIND,
  ORGANISATION,
  equalBytes,
  parseAdmins,
  parseAttest,
  parseClaim,
  parseOrganisationGenesis,
  parseRevoke,
  parseSuspend,
  toHex,
  type Admins,
  type Attest,
  type Claim,
  type Entry,
  type KeyId,
  type OrganisationGenesis,
  type OrganisationId,
  type Revoke,
  type Suspend,
} from '#protocol';
import { recordClaim, recordAttest, recordRevoke, recordSuspend } from './attestation.facts.js';
import type { AdminFact, OrganisationState } from './organisation.state.js';
import { advance, linkEntry, type LinkedEntry } from './chain.link.js';
import { HashLog } from './hash.log.js';
import { chainIdOf, keyIdOf, verifyEntrySignature } from './hashing.js';
import { LayeredMap } from './layered.map.js';
import { Refusal, demand, judge, type Outcome } from './verdict.js';

type OrganisationRecord =
  | { readonly type: typeof ORGANISATION.genesis; readonly record: OrganisationGenesis }
  | { readonly type: typeof ORGANISATION.admins; readonly record: Admins }
  | { readonly type: typeof ORGANISATION.attest; readonly record: Attest }
  | { readonly type: typeof ORGANISATION.claim; readonly record: Claim }
  | { readonly type: typeof ORGANISATION.revoke; readonly record: Revoke }
  | { readonly type: typeof ORGANISATION.suspend; readonly record: Suspend };

function parseBody({ header, body }: Entry): OrganisationRecord {
  switch (header.type) {
    case ORGANISATION.genesis:
      return { type: ORGANISATION.genesis, record: parseOrganisationGenesis(body) };
    case ORGANISATION.admins:
      return { type: ORGANISATION.admins, record: parseAdmins(body) };
    case ORGANISATION.attest:
      return { type: ORGANISATION.attest, record: parseAttest(body) };
    case ORGANISATION.claim:
      return { type: ORGANISATION.claim, record: parseClaim(body) };
    case ORGANISATION.revoke:
      return { type: ORGANISATION.revoke, record: parseRevoke(body) };
    case ORGANISATION.suspend:
      return { type: ORGANISATION.suspend, record: parseSuspend(body) };
    default:
      throw new Refusal({ kind: 'invalid', rule: 'reserved_type' });
  }
}

/**
 * Applies one entry to an organisation's chain; `state` undefined expects a GENESIS. The verdicts are in `RULES`.
 * Source: libs/protocol/WIRE.md, "Organisation chain".
 */
export function applyOrganisation(
  state: OrganisationState | undefined,
  bytes: Uint8Array,
): Outcome<OrganisationState> {
  return judge(() => {
    const keysOf = (): Uint8Array[] =>
      state === undefined ? [] : [state.rootKey, ...state.admins.map((admin) => admin.publicKey)];
    const linked = linkEntry(state, bytes, { kind: KIND.organisation, parseBody, keysOf });
    const { entry, entryHash, parsed } = linked;
    if (parsed.type === ORGANISATION.genesis) {
      return { ok: true, state: found(linked, parsed.record), entry, entryHash };
    }
    demand(state !== undefined, 'not_genesis');
    demand(equalBytes(entry.header.authorUser, state.chainId), 'wrong_author');
    return { ok: true, state: follow(state, linked, parsed), entry, entryHash };
  });
}

function found({ entry, entryHash }: LinkedEntry<unknown>, record: OrganisationGenesis): OrganisationState {
  demand(equalBytes(entry.header.authorDevice, keyIdOf(record.rootKey)), 'not_root');
  demand(verifyEntrySignature(entry, record.rootKey), 'signature');
  const chainId = chainIdOf(entry);
  return {
    genesisHash: entryHash,
    chainId,
    organisationId: toHex(chainId) as OrganisationId,
    seq: 1,
    head: entryHash,
    hashes: HashLog.empty.append(entryHash),
    lastTsMs: entry.header.tsMs,
    name: record.name,
    rootKey: record.rootKey,
    admins: [],
    attestations: LayeredMap.empty(),
    bases: LayeredMap.empty(),
  };
}

function follow(
  state: OrganisationState,
  linked: LinkedEntry<unknown>,
  parsed: Exclude<OrganisationRecord, { type: typeof ORGANISATION.genesis }>,
): OrganisationState {
  const { entry } = linked;
  demand(entry.header.seq !== 2 || parsed.type === ORGANISATION.admins, 'admins_first');
  const moved = { ...state, ...advance(state, linked) };
  switch (parsed.type) {
    case ORGANISATION.admins:
      return { ...moved, admins: appointAdmins(state, entry, parsed.record) };
    case ORGANISATION.attest:
      return { ...moved, ...recordAttest(state, linked, parsed.record, requireAdmin(state, entry)) };
    case ORGANISATION.claim:
      return { ...moved, ...recordClaim(state, linked, parsed.record) };
    case ORGANISATION.revoke:
      return { ...moved, ...recordRevoke(state, linked, parsed.record, requireAdmin(state, entry)) };
    case ORGANISATION.suspend:
      return { ...moved, ...recordSuspend(state, linked, parsed.record, requireAdmin(state, entry)) };
  }
}

/** ADMINS restates the whole set: a key left out is no administrator from this entry on. */
function appointAdmins(state: OrganisationState, entry: Entry, record: Admins): readonly AdminFact[] {
  demand(equalBytes(entry.header.authorDevice, keyIdOf(state.rootKey)), 'not_root');
  demand(verifyEntrySignature(entry, state.rootKey), 'signature');
  return record.admins.map(({ publicKey, mayAttest }) => ({
    keyId: toHex(keyIdOf(publicKey)) as KeyId,
    publicKey,
    mayAttest,
    fromSeq: entry.header.seq,
  }));
}

function requireAdmin(state: OrganisationState, entry: Entry): AdminFact {
  const keyId = toHex(entry.header.authorDevice);
  const admin = state.admins.find((candidate) => candidate.keyId === keyId);
  demand(admin !== undefined, 'not_admin');
  demand(verifyEntrySignature(entry, admin.publicKey), 'signature');
  return admin;
}
