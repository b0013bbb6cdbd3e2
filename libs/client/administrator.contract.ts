import type { OrganisationId, RoleName, UserId } from '#protocol';
import type { ContactBook, DeliveryView } from './contact.contract.js';
import type { OpenOptions, VerifyReport } from './member.contract.js';
import type { CoverageBook } from './coverage.contract.js';
import type { AdministratorLadders } from './ladder.contract.js';
import type { KeyStore } from './store.contract.js';
import type { Transport } from './transport.contract.js';

export interface FoundOptions {
  readonly url: string;
  readonly foundingToken: string;
  readonly name: string;
  /** An empty store (it will hold the root and administrator keys), or one in which this founding was interrupted. */
  readonly store: KeyStore;
  readonly transport?: Transport;
  readonly patienceMs?: number;
}

export interface AdministratorDoor {
  /** Errors: store.not_empty, Problem organisation.founding_closed. */
  found(options: FoundOptions): Promise<AdministratorSession>;
  /** Errors: store.empty, store.other_kind. */
  open(options: OpenOptions): Promise<AdministratorSession>;
}

export interface InviteOptions {
  readonly role: RoleName;
  /** How long the role lasts once claimed, in milliseconds from now. Default one year. */
  readonly validForMs?: number;
  /** How long the link may be used, in milliseconds from now. Default seven days. */
  readonly claimWithinMs?: number;
}

export interface Invitation {
  /** One-time link; whoever holds it can claim it. Kept nowhere. */
  readonly link: string;
  /** Hex of the ATTEST entry: what revoke takes as long as nobody claimed it. */
  readonly attestHash: string;
  readonly role: RoleName;
  readonly claimBy: Date;
}

/** One attestation of this organisation. */
export interface Attestation {
  /** Hex of the ATTEST entry. */
  readonly attestHash: string;
  readonly role: RoleName;
  readonly state: 'invited' | 'live' | 'suspended' | 'revoked' | 'expired';
  readonly validTo: Date;
  readonly claimBy: Date | undefined;
  /** Undefined as long as an invitation is not claimed. */
  readonly userId: UserId | undefined;
  readonly genesisHash: string | undefined;
}

/** An organisation's root and administrator keys. It attests and subtracts; alone it can never add a reader. */
export interface AdministratorSession {
  readonly organisationId: OrganisationId;
  readonly organisationName: string;
  /** Hex. */
  readonly genesisHash: string;
  readonly url: string;
  sync(): Promise<void>;
  invite(options: InviteOptions): Promise<Invitation>;
  /** Attests a person who has an identity already (`genesisHash` in hex, as Member.genesisHash gives it). */
  attest(options: {
    readonly genesisHash: string;
    readonly role: RoleName;
    readonly validForMs?: number;
  }): Promise<Attestation>;
  /** Takes an attestation back for good. Threads drop the row with their next rotation. */
  revoke(
    attestHash: string,
    reason?: 'unspecified' | 'left_organisation' | 'licence' | 'security',
  ): Promise<void>;
  suspend(attestHash: string): Promise<void>;
  liftSuspension(attestHash: string): Promise<void>;
  people(nowMs?: number): readonly Attestation[];
  /** Lets members of the other organisation read this organisation's chain. */
  introduce(guestOrganisationId: string): Promise<void>;
  verify(): Promise<VerifyReport>;
  readonly contacts: ContactBook;
  readonly coverage: CoverageBook;
  readonly ladders: AdministratorLadders;
  deliveries(): Promise<readonly DeliveryView[]>;
  close(): Promise<void>;
}
