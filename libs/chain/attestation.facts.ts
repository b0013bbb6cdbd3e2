import {
  SUBJECT,
  equalBytes,
  inRoleMask,
  toHex,
  type Attest,
  type Claim,
  type Revoke,
  type Suspend,
} from '#protocol';
import type { LinkedEntry } from './chain.link.js';
import { keyIdOf, verifyEntrySignature } from './hashing.js';
import {
  standingAt,
  type AdminFact,
  type AttestationFact,
  type OrganisationState,
} from './organisation.state.js';
import { demand } from './verdict.js';

type Facts = Pick<OrganisationState, 'attestations' | 'bases'>;

export function recordAttest(
  state: OrganisationState,
  { entry, entryHash }: LinkedEntry<unknown>,
  record: Attest,
  admin: AdminFact,
): Facts {
  demand(inRoleMask(admin.mayAttest, record.role), 'role_not_permitted');
  const attestHash = toHex(entryHash);
  const attestation: AttestationFact = {
    ...record,
    hash: entryHash,
    seq: entry.header.seq,
    tsMs: entry.header.tsMs,
    attestedBy: admin.keyId,
    claim: undefined,
    suspensions: [],
    revokedSeq: undefined,
  };
  const known = record.subjectKind === SUBJECT.user;
  return {
    attestations: state.attestations.with(attestHash, attestation),
    bases: known ? state.bases.with(attestHash, { attestHash }) : state.bases,
  };
}

/** The invite key names its person, once, in time, while the ATTEST is live. */
export function recordClaim(
  state: OrganisationState,
  { entry, entryHash }: LinkedEntry<unknown>,
  record: Claim,
): Facts {
  const attestation = requireAttestation(state, record.attestHash);
  demand(attestation.subjectKind === SUBJECT.invite, 'not_an_invite');
  demand(equalBytes(entry.header.authorDevice, keyIdOf(attestation.subject)), 'not_the_invite');
  demand(verifyEntrySignature(entry, attestation.subject), 'signature');
  demand(attestation.claim === undefined, 'claim_taken');
  demand(entry.header.tsMs <= attestation.claimByMs, 'claim_late');
  const standing = standingAt(attestation, state.seq);
  demand(standing !== 'revoked', 'attest_revoked');
  demand(standing !== 'suspended', 'attest_suspended');
  const { seq, tsMs } = entry.header;
  const attestHash = toHex(attestation.hash);
  const claim = { hash: entryHash, genesisHash: record.genesisHash, seq, tsMs };
  return {
    attestations: state.attestations.with(attestHash, { ...attestation, claim }),
    bases: state.bases.with(toHex(entryHash), { attestHash }),
  };
}

export function recordRevoke(
  state: OrganisationState,
  { entry }: LinkedEntry<unknown>,
  record: Revoke,
  admin: AdminFact,
): Facts {
  const attestation = requireGovernable(state, record.attestHash, admin);
  return withAttestation(state, { ...attestation, revokedSeq: entry.header.seq });
}

export function recordSuspend(
  state: OrganisationState,
  { entry }: LinkedEntry<unknown>,
  record: Suspend,
  admin: AdminFact,
): Facts {
  const attestation = requireGovernable(state, record.attestHash, admin);
  const change = { seq: entry.header.seq, suspended: record.suspended };
  return withAttestation(state, { ...attestation, suspensions: [...attestation.suspensions, change] });
}

function withAttestation(state: OrganisationState, attestation: AttestationFact): Facts {
  return {
    attestations: state.attestations.with(toHex(attestation.hash), attestation),
    bases: state.bases,
  };
}

function requireAttestation(state: OrganisationState, attestHash: Uint8Array): AttestationFact {
  const attestation = state.attestations.get(toHex(attestHash));
  demand(attestation !== undefined, 'attest_unknown');
  return attestation;
}

/** An ATTEST this administrator may say something more of: its role is in his mask and it is not revoked. */
function requireGovernable(
  state: OrganisationState,
  attestHash: Uint8Array,
  admin: AdminFact,
): AttestationFact {
  const attestation = requireAttestation(state, attestHash);
  demand(inRoleMask(admin.mayAttest, attestation.role), 'role_not_permitted');
  demand(attestation.revokedSeq === undefined, 'attest_revoked');
  return attestation;
}
