import { chainIdOf, constantTimeEqual, entryHashOf, hash, invitePinOf } from '#chain';
import {
  KIND,
  LABEL,
  WireError,
  concatBytes,
  equalBytes,
  fromBase64Url,
  fromHex,
  parseEntry,
  toBase64Url,
  toHex,
} from '#protocol';
import { opened, parsed, refused, type Opened } from './opened.js';
import type { Randomness } from './randomness.js';
import { Secret, Unprintable } from './secret.js';
import { Signer } from './signer.js';

const SECRET_BYTES = 16;
const LINK = /^(https?:\/\/[^\s#?]+?)\/join\/([0-9a-f]{32})#([A-Za-z0-9_-]{64})$/u;

export interface InviteDraft {
  readonly organisationId: Uint8Array;
  readonly organisationGenesisHash: Uint8Array;
  /** Of the person who invites; an administrator key that is nobody's gives the organisation's again. */
  readonly inviterGenesisHash: Uint8Array;
  /** Address of the service, from the inviter's own configuration. */
  readonly publicUrl: string;
}

/** A fresh invite: the public half goes into an ATTEST, the link goes to the person, never to the server. */
export class Invite extends Unprintable {
  /** Subject of the ATTEST (32). */
  readonly publicKey: Uint8Array;
  readonly #link: string;

  constructor(publicKey: Uint8Array, link: string) {
    super();
    this.publicKey = publicKey;
    this.#link = link;
  }

  /** The one-time link: whoever has it can join in that person's place. */
  link(): string {
    return this.#link;
  }
}

/** Draws: invite secret 16. */
export function createInvite(draft: InviteDraft, random: Randomness): Invite {
  const secret = new Secret('inviteSecret', random(SECRET_BYTES));
  const pin = invitePinOf(draft.organisationGenesisHash, draft.inviterGenesisHash);
  const fragment = toBase64Url(concatBytes(secret.reveal(), pin));
  const signer = inviteSigner(secret, draft.organisationGenesisHash);
  const address = draft.publicUrl.replace(/\/+$/u, '');
  const invite = new Invite(signer.publicKey, `${address}/join/${toHex(draft.organisationId)}#${fragment}`);
  signer.destroy();
  secret.destroy();
  return invite;
}

function inviteSigner(secret: Secret<'inviteSecret'>, organisationGenesisHash: Uint8Array): Signer {
  return new Signer(new Secret('signingSeed', hash(LABEL.invite, secret.reveal(), organisationGenesisHash)));
}

/** A link as received: it says where to ask and for which organisation, and checks the answer. */
export class Invitation extends Unprintable {
  readonly #secret: Secret<'inviteSecret'>;
  readonly #pin: Uint8Array;

  constructor(
    /** Address of the service the link points to, without the path. */
    readonly address: string,
    readonly organisationId: Uint8Array,
    fragment: Uint8Array,
  ) {
    super();
    this.#secret = new Secret('inviteSecret', fragment.slice(0, SECRET_BYTES));
    this.#pin = fragment.slice(SECRET_BYTES);
  }

  /**
   * The invite key, once the organisation GENESIS the server served is the one the link was made for (and the
   * inviter, when it is a person). Signs the CLAIM and the sign-in before it. Faults: malformed, pin.
   */
  accept(organisationGenesis: Uint8Array, inviterGenesisHash?: Uint8Array): Opened<Signer> {
    const genesis = parsed(() => parseEntry(organisationGenesis));
    const fits = genesis?.header.kind === KIND.organisation && genesis.header.seq === 1;
    if (!fits) return refused('malformed');
    const genesisHash = entryHashOf(genesis);
    const pin = invitePinOf(genesisHash, inviterGenesisHash ?? genesisHash);
    if (!equalBytes(chainIdOf(genesis), this.organisationId) || !constantTimeEqual(pin, this.#pin)) {
      return refused('pin');
    }
    return opened(inviteSigner(this.#secret, genesisHash));
  }

  destroy(): void {
    this.#secret.destroy();
  }
}

export function openInvite(link: string): Opened<Invitation> {
  const [, address, organisationId, fragment] = LINK.exec(link.trim()) ?? [];
  if (address === undefined || organisationId === undefined || fragment === undefined) {
    return refused('malformed');
  }
  try {
    return opened(new Invitation(address, fromHex(organisationId), fromBase64Url(fragment)));
  } catch (error) {
    if (error instanceof WireError) return refused('malformed');
    throw error;
  }
}
