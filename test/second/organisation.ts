import { H, be, join, lp16, text, zeros, type Bytes } from './primitives.js';

/** WIRE §5. */
export const genesisBody = (rootKey: Bytes, name: string): Bytes => join(rootKey, lp16(text(name)));

export const adminsBody = (
  admins: readonly { readonly publicKey: Bytes; readonly mayAttest: number }[],
): Bytes =>
  join(be(admins.length, 1), ...admins.map((admin) => join(admin.publicKey, be(admin.mayAttest, 2))));

export interface AttestInput {
  readonly subjectKind: 1 | 2;
  readonly subject: Bytes;
  readonly role: number;
  readonly validToMs: number;
  readonly claimByMs: number;
}

export const attestBody = (input: AttestInput): Bytes =>
  join(
    be(input.subjectKind, 1),
    input.subject,
    be(input.role, 1),
    zeros(16),
    be(input.validToMs, 8),
    be(input.claimByMs, 8),
  );

export const claimBody = (attestHash: Bytes, genesisHash: Bytes): Bytes => join(attestHash, genesisHash);
export const revokeBody = (attestHash: Bytes, reason: number): Bytes => join(attestHash, be(reason, 1));
export const suspendBody = (attestHash: Bytes, suspended: boolean): Bytes =>
  join(attestHash, be(suspended ? 1 : 0, 1));

export const invitePin = (organisationGenesis: Bytes, inviterGenesis: Bytes): Bytes =>
  H('invite-pin', organisationGenesis, inviterGenesis);
export const inviteSeed = (secret: Bytes, organisationGenesis: Bytes): Bytes =>
  H('invite', secret, organisationGenesis);
