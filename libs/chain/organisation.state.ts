import { toHex, type Attest, type KeyId, type OrganisationId } from '#protocol';
import type { ChainHead } from './chain.link.js';
import type { LayeredMap } from './layered.map.js';

export interface AdminFact {
  readonly keyId: KeyId;
  readonly publicKey: Uint8Array;
  /** Role mask. */
  readonly mayAttest: number;
  readonly fromSeq: number;
}

/** Who claimed an invite, from the entry at `seq` on. */
export interface ClaimFact {
  readonly hash: Uint8Array;
  readonly genesisHash: Uint8Array;
  readonly seq: number;
  readonly tsMs: number;
}

/** One ATTEST with everything the chain said of it later, each with the seq at which it became true. */
export interface AttestationFact extends Attest {
  readonly hash: Uint8Array;
  readonly seq: number;
  readonly tsMs: number;
  /** Key id (hex) of the administrator who wrote it. */
  readonly attestedBy: KeyId;
  readonly claim: ClaimFact | undefined;
  readonly suspensions: readonly { readonly seq: number; readonly suspended: boolean }[];
  readonly revokedSeq: number | undefined;
}

export type Standing = 'live' | 'suspended' | 'revoked';

/** A verified organisation chain. Immutable. Keys of the maps are hex. */
export interface OrganisationState extends ChainHead {
  readonly organisationId: OrganisationId;
  readonly name: string;
  readonly rootKey: Uint8Array;
  /** As the last ADMINS stated them. */
  readonly admins: readonly AdminFact[];
  /** By ATTEST hash. */
  readonly attestations: LayeredMap<string, AttestationFact>;
  /** By what a row may rest on: ATTEST hash of a known person, CLAIM hash of an invited one → its ATTEST hash. */
  readonly bases: LayeredMap<string, { readonly attestHash: string }>;
}

/** What an attestation was worth at `seq` of its chain; undefined before it was written. */
export function standingAt(attestation: AttestationFact, seq: number): Standing | undefined {
  if (attestation.seq > seq) return undefined;
  if (attestation.revokedSeq !== undefined && attestation.revokedSeq <= seq) return 'revoked';
  const last = attestation.suspensions.findLast((change) => change.seq <= seq);
  return last?.suspended === true ? 'suspended' : 'live';
}

/** An attestation found through the basis of a row. `personGenesisHash`: whom it names, directly or by CLAIM. */
export interface Basis {
  readonly attestation: AttestationFact;
  readonly personGenesisHash: Uint8Array;
  readonly standing: Standing;
}

/** The attestation a row rests on, as it stood at `seq`; undefined if it did not exist or was not claimed then. */
export function basisAt(organisation: OrganisationState, basis: Uint8Array, seq: number): Basis | undefined {
  const found = organisation.bases.get(toHex(basis));
  const attestation = found && organisation.attestations.get(found.attestHash);
  const standing = attestation && standingAt(attestation, seq);
  if (attestation === undefined || standing === undefined) return undefined;
  if (attestation.claim === undefined) {
    return { attestation, standing, personGenesisHash: attestation.subject };
  }
  if (attestation.claim.seq > seq) return undefined;
  return { attestation, standing, personGenesisHash: attestation.claim.genesisHash };
}

/** An organisation at the head that a ROTATE states. `genesisHash` is hex. */
export interface OrganisationAtHead {
  readonly genesisHash: string;
  readonly state: OrganisationState;
  readonly seq: number;
}
