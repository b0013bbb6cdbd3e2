import { chainIdOf, entryHashOf } from '#chain';
import {
  ALL_ROLES_MASK,
  ByteWriter,
  KIND,
  LENGTH,
  ORGANISATION,
  encodeAdmins,
  encodeOrganisationGenesis,
  type Entry,
} from '#protocol';
import type { Randomness } from './randomness.js';
import { Secret, Unprintable } from './secret.js';
import { Signer } from './signer.js';

/** The root key (names administrators, kept apart when it can be) and one administrator key of an organisation. */
export class OrganisationKeys extends Unprintable {
  /** Entry hash of the organisation GENESIS (32). */
  readonly genesisHash: Uint8Array;
  /** Chain id of the organisation (16); author_user of every entry after its GENESIS. */
  readonly organisationId: Uint8Array;
  readonly root: Signer;
  readonly admin: Signer;

  constructor(
    ids: { readonly genesisHash: Uint8Array; readonly organisationId: Uint8Array },
    keys: { readonly root: Signer; readonly admin: Signer },
  ) {
    super();
    this.genesisHash = ids.genesisHash;
    this.organisationId = ids.organisationId;
    this.root = keys.root;
    this.admin = keys.admin;
  }

  /** Everything, in the clear, for a sealed key store; read back by `importKeys('organisation', …)`. */
  export(): Uint8Array {
    return new ByteWriter()
      .raw(this.genesisHash)
      .raw(this.organisationId)
      .raw(this.root.seed.reveal())
      .raw(this.admin.seed.reveal())
      .finish();
  }

  destroy(): void {
    this.root.destroy();
    this.admin.destroy();
  }
}

export interface OrganisationDraft {
  readonly name: string;
  readonly tsMs: number;
  /** Role mask the first administrator may attest; every role by default. */
  readonly mayAttest?: number;
}

export interface NewOrganisation {
  /** The organisation's first two entries. */
  readonly genesis: Entry;
  readonly admins: Entry;
  readonly keys: OrganisationKeys;
}

/** Draws: root signing seed 32, administrator signing seed 32. */
export function createOrganisation(draft: OrganisationDraft, random: Randomness): NewOrganisation {
  const root = new Signer(new Secret('signingSeed', random(32)));
  const admin = new Signer(new Secret('signingSeed', random(32)));
  const none = new Uint8Array(LENGTH.id);
  const base = { kind: KIND.organisation, tsMs: draft.tsMs };
  const start = { chainId: none, authorUser: none, seq: 1, prevHash: new Uint8Array(LENGTH.hash) };
  const genesis = root.signEntry(
    { ...base, ...start, type: ORGANISATION.genesis },
    encodeOrganisationGenesis({ rootKey: root.publicKey, name: draft.name }),
  );
  const organisationId = chainIdOf(genesis);
  const genesisHash = entryHashOf(genesis);
  const next = { chainId: organisationId, authorUser: organisationId, seq: 2, prevHash: genesisHash };
  const mayAttest = draft.mayAttest ?? ALL_ROLES_MASK;
  const admins = root.signEntry(
    { ...base, ...next, type: ORGANISATION.admins },
    encodeAdmins({ admins: [{ publicKey: admin.publicKey, mayAttest }] }),
  );
  return { genesis, admins, keys: new OrganisationKeys({ genesisHash, organisationId }, { root, admin }) };
}
