import type { RowWish } from '#chain';
import { ROLE, SUBJECT, toHex, type RoleName } from '#protocol';
import type { ServiceDouble } from './service.double.js';

/** The row an attested person could have; the last attestation in that role, or the last at all. */
export function rowWishOf(service: ServiceDouble, userId: string, role?: RoleName): RowWish {
  const person = service.identity(userId);
  for (const organisation of service.organisations()) {
    for (const attestation of [...organisation.attestations.values()].reverse()) {
      const known = attestation.subjectKind === SUBJECT.user;
      const genesisHash = known ? attestation.subject : attestation.claim?.genesisHash;
      const hers = genesisHash && person && toHex(genesisHash) === toHex(person.genesisHash);
      if (!hers || (role !== undefined && attestation.role !== ROLE[role])) continue;
      return {
        userId,
        role: attestation.role,
        basis: attestation.claim?.hash ?? attestation.hash,
        expiresMs: attestation.validToMs,
        organisation: toHex(organisation.genesisHash),
      };
    }
  }
  throw new Error('nobody attested this person');
}
