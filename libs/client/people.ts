import {
  standingAt,
  type AttestationFact,
  type IdentityState,
  type OrganisationState,
  type RowWish,
} from '#chain';
import { ROLE, SUBJECT, nameOf, toHex, type RoleName, type UserId } from '#protocol';
import type { Ledger } from './ledger.js';
import type { KnownPerson } from './member.contract.js';
import type { Names } from './names.js';
import { ClientProblem } from './problem.js';

/** Somebody an attestation names, with what a roster row would rest on. */
interface Attested {
  readonly organisation: OrganisationState;
  readonly attestation: AttestationFact;
  readonly person: IdentityState;
  readonly basis: Uint8Array;
}

/** Everybody attested in an organisation I hold whose identity I hold too. */
function attestedPeople(ledger: Ledger): readonly Attested[] {
  const people = new Map<string, IdentityState>();
  for (const held of ledger.all()) {
    if (held.kind === 'identity' && held.state !== undefined) {
      people.set(toHex(held.state.genesisHash), held.state);
    }
  }
  return ledger.organisations().flatMap((organisation) =>
    [...organisation.attestations.values()].flatMap((attestation) => {
      const genesisHash = personOf(attestation);
      const person = genesisHash && people.get(toHex(genesisHash));
      if (person === undefined) return [];
      const basis = attestation.claim?.hash ?? attestation.hash;
      return [{ organisation, attestation, person, basis }];
    }),
  );
}

/** Genesis hash of the person an attestation names, directly or by the CLAIM of its invite. */
export function personOf(attestation: AttestationFact): Uint8Array | undefined {
  return attestation.subjectKind === SUBJECT.user ? attestation.subject : attestation.claim?.genesisHash;
}

export function stateOf(
  attestation: AttestationFact,
  organisation: OrganisationState,
  nowMs: number,
): KnownPerson['state'] {
  const standing = standingAt(attestation, organisation.seq);
  if (standing !== 'live') return standing ?? 'revoked';
  return attestation.validToMs <= nowMs ? 'expired' : 'live';
}

export function listPeople(
  ledger: Ledger,
  names: Names,
  viewer: { readonly me: UserId; readonly nowMs: number },
): readonly KnownPerson[] {
  return attestedPeople(ledger).map(({ organisation, attestation, person }) => ({
    userId: person.userId,
    genesisHash: toHex(person.genesisHash),
    organisationId: organisation.organisationId,
    organisationName: organisation.name,
    role: roleWord(attestation),
    validTo: new Date(attestation.validToMs),
    state: stateOf(attestation, organisation, viewer.nowMs),
    displayName: names.of(person.userId),
    me: person.userId === viewer.me,
  }));
}

export function roleWord({ role }: AttestationFact): RoleName {
  const word = nameOf(ROLE, role);
  if (word === undefined) throw new RangeError('a role that no table gives');
  return word;
}

/** Errors: person.unknown for anything but the hex of an id. */
export function requireUserId(userId: string): string {
  if (!/^[0-9a-f]{32}$/u.test(userId)) throw new ClientProblem('person.unknown');
  return userId;
}

export interface PersonWish {
  readonly userId: string;
  readonly role?: RoleName;
}

/** A row for somebody, as far as a live attestation carries it. Errors: person.unknown. */
export function rowWish(
  ledger: Ledger,
  wish: PersonWish,
  limits: { readonly nowMs: number; readonly rowsForMs?: number },
): RowWish {
  const fitting = attestedPeople(ledger).filter(
    ({ organisation, attestation, person }) =>
      person.userId === wish.userId &&
      (wish.role === undefined || attestation.role === ROLE[wish.role]) &&
      stateOf(attestation, organisation, limits.nowMs) === 'live',
  );
  const lasting = fitting.sort((left, right) => right.attestation.validToMs - left.attestation.validToMs);
  const [best] = lasting;
  const roles = new Set(fitting.map(({ attestation }) => attestation.role));
  if (best === undefined || roles.size > 1) throw new ClientProblem('person.unknown');
  const { organisation, attestation, basis } = best;
  const wishedMs = limits.rowsForMs === undefined ? attestation.validToMs : limits.nowMs + limits.rowsForMs;
  return {
    userId: wish.userId,
    role: attestation.role,
    basis,
    expiresMs: Math.min(attestation.validToMs, wishedMs),
    organisation: toHex(organisation.genesisHash),
  };
}
