/**
 * The secret half of trialogue/1: the only door of this room, and the only code that holds private keys. Ready
 * as soon as it is imported. Randomness is the platform's and cannot be passed in from here.
 *
 * Sealing throws on the caller's own mistakes (RangeError, WireError). Opening takes hostile bytes and never
 * throws: `{ok: true, value}` or `{ok: false, fault}`. Chain rules and signatures are checked by #chain, before.
 */
import type { Entry } from '#protocol';
import * as blob from './blob.js';
import * as epoch from './epoch.js';
import * as identity from './identity.js';
import * as invite from './invite.js';
import * as message from './message.js';
import * as organisation from './organisation.js';
import { platformRandomness } from './randomness.js';
import * as userKeyRecord from './user-key.js';

export type { BlobSeal } from './blob.js';
export type { EpochSecret, RotateDraft, RotateToOpen, SealedRotate, ThreadPlace } from './epoch.js';
export type { IdentityDraft, NewIdentity, RecoveryKit } from './identity.js';
export type { ImportableKeys } from './imported.js';
export type { Invitation, Invite, InviteDraft } from './invite.js';
export type { MessageDraft } from './message.js';
export type { Fault, Opened } from './opened.js';
export type { NewOrganisation, OrganisationDraft, OrganisationKeys } from './organisation.js';
export type { PersonKeys } from './person.js';
export type { EntryHeader, Signer } from './signer.js';
export type { UserKeyDraft } from './user-key.js';

/** A new person on a new device: identity GENESIS, USER_KEY 1, the keys, and the 24-word recovery kit to show once. */
export function createIdentity(draft: identity.IdentityDraft): identity.NewIdentity {
  return identity.createIdentity(draft, platformRandomness);
}

/**
 * The next generation of a person's key as a USER_KEY entry. Once it is acked, `person.openUserKey(entry)` takes
 * it up. RangeError if a device's or the archive's key is not an X-Wing public key.
 */
export function sealUserKey(draft: userKeyRecord.UserKeyDraft): Entry {
  const { entry, userKey } = userKeyRecord.sealUserKey(draft, platformRandomness);
  userKey.destroy();
  return entry;
}

/** A new organisation: GENESIS and ADMINS, both signed by its root, and its root and administrator keys. */
export function createOrganisation(draft: organisation.OrganisationDraft): organisation.NewOrganisation {
  return organisation.createOrganisation(draft, platformRandomness);
}

/** A fresh invite key. Its public half is the subject of an ATTEST; `link()` is for the person alone. */
export function createInvite(draft: invite.InviteDraft): invite.Invite {
  return invite.createInvite(draft, platformRandomness);
}

/**
 * Reads an invitation link. Fault: malformed. `address` and `organisationId` say whom to ask for the GENESIS;
 * `accept(genesisBytes)` gives the invite's Signer, or fault pin if it is not the one the link was made for.
 */
export { openInvite } from './invite.js';

/**
 * A ROTATE: a fresh epoch secret, wrapped once to each row's user key. RangeError if a given key is not the one
 * its row names. Rows whose key is unusable are told in `unreachable` and do not stop the rotation.
 */
export function sealRotate(draft: epoch.RotateDraft): epoch.SealedRotate {
  return epoch.sealRotate(draft, platformRandomness);
}

/**
 * The epoch secret of a verified ROTATE. Faults: malformed, no_row, generation, wrap, commit (its author gave
 * this row another secret than he committed to).
 */
export { openRotate } from './epoch.js';

/** A MESSAGE under an epoch secret, with its visible urgency and obligation ops. RangeError: content too long. */
export function sealMessage(draft: message.MessageDraft): Entry {
  return message.sealMessage(draft, platformRandomness);
}

/**
 * What a verified MESSAGE says. The content is authentic JSON, not yet judged by its schema. Faults: malformed,
 * epoch, commit (another key), open, plaintext, unknown_content.
 */
export { openMessage } from './message.js';

/** Seals bytes for a key store: nonce ‖ ciphertext under a 32-byte key, bound to `aad`. */
export function sealBlob(under: blob.BlobSeal, bytes: Uint8Array): Uint8Array {
  return blob.sealBlob(under, bytes, platformRandomness);
}

/** Faults: malformed (too short), open (another key, another place, altered). */
export { openBlob } from './blob.js';

/**
 * Reads back what `export()` of PersonKeys, OrganisationKeys or EpochSecret gave: `importKeys('person', bytes)`.
 * Fault: malformed.
 */
export { importKeys } from './imported.js';
