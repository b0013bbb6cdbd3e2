import type { OrganisationState } from '#chain';
import { SUBJECT, toHex } from '#protocol';
import type { Attestation } from './administrator.contract.js';
import type { Ledger } from './ledger.js';
import { personOf, roleWord, stateOf } from './people.js';

/** Every attestation of an organisation, as its chain has it now. */
export function attestationsOf(
  organisation: OrganisationState,
  ledger: Ledger,
  nowMs: number,
): readonly Attestation[] {
  const people = new Map(
    ledger.all().flatMap((held) => {
      const known = held.kind === 'identity' ? held.state : undefined;
      return known === undefined ? [] : [[toHex(known.genesisHash), known.userId] as const];
    }),
  );
  return [...organisation.attestations.values()].map((attestation) => {
    const genesisHash = personOf(attestation);
    const hex = genesisHash && toHex(genesisHash);
    const standing = stateOf(attestation, organisation, nowMs);
    const unclaimed = attestation.subjectKind === SUBJECT.invite && attestation.claim === undefined;
    const late = unclaimed && attestation.claimByMs < nowMs;
    return {
      attestHash: toHex(attestation.hash),
      role: roleWord(attestation),
      state: standing === 'live' && unclaimed ? (late ? 'expired' : 'invited') : standing,
      validTo: new Date(attestation.validToMs),
      claimBy: unclaimed ? new Date(attestation.claimByMs) : undefined,
      userId: hex === undefined ? undefined : people.get(hex),
      genesisHash: hex,
    };
  });
}
