import { applyOrganisation, standingAt } from '#chain';
import { ROLE, roleMask, toHex } from '#protocol';
import { newOrganisation, newPerson } from '../../support/chain.factories.js';
import { newKey } from '../../support/chain.signer.js';

const refusedBy = (rule: string): object => ({ ok: false, verdict: { kind: 'invalid', rule } });

describe('an administrator key', () => {
  it('may revoke and suspend what it may attest, and nothing else', () => {
    const organisation = newOrganisation();
    const therapist = organisation.attested(newPerson(), ROLE.therapist);
    const prescriber = organisation.attested(newPerson(), ROLE.prescriber);
    organisation.accept(organisation.admins(undefined, roleMask([ROLE.therapist])));
    const { state } = organisation;
    expect(applyOrganisation(state, organisation.revoke(therapist)).ok).toBe(true);
    expect(applyOrganisation(state, organisation.suspend(therapist, true)).ok).toBe(true);
    expect(applyOrganisation(state, organisation.revoke(prescriber))).toEqual(
      refusedBy('role_not_permitted'),
    );
    expect(applyOrganisation(state, organisation.suspend(prescriber, true))).toEqual(
      refusedBy('role_not_permitted'),
    );
  });

  it('is one only while the latest ADMINS names it; what it attested before stands', () => {
    const organisation = newOrganisation();
    const basis = organisation.attested(newPerson(), ROLE.client);
    const successor = newKey();
    organisation.accept(organisation.admins([successor]));
    expect(applyOrganisation(organisation.state, organisation.revoke(basis))).toEqual(refusedBy('not_admin'));
    expect(organisation.state.admins.map(({ keyId }) => keyId)).toEqual([toHex(successor.keyId)]);
    const fact = organisation.state.attestations.get(toHex(basis));
    expect(fact && standingAt(fact, organisation.state.seq)).toBe('live');
  });
});

describe('a CLAIM', () => {
  it('is the person’s from the invite on: revoking the ATTEST ends it', () => {
    const organisation = newOrganisation();
    const [key, person] = [newKey(), newPerson()];
    const attestHash = organisation.accept(organisation.invite(key));
    organisation.accept(organisation.claim(attestHash, { key, person }));
    organisation.accept(organisation.revoke(attestHash));
    const fact = organisation.state.attestations.get(toHex(attestHash));
    expect(fact?.claim?.genesisHash).toEqual(person.state.genesisHash);
    expect(fact && standingAt(fact, organisation.state.seq)).toBe('revoked');
  });

  it('is possible again after a suspension was lifted', () => {
    const organisation = newOrganisation();
    const key = newKey();
    const attestHash = organisation.accept(organisation.invite(key));
    for (const suspended of [true, false]) organisation.accept(organisation.suspend(attestHash, suspended));
    const claim = organisation.claim(attestHash, { key, person: newPerson() });
    expect(applyOrganisation(organisation.state, claim).ok).toBe(true);
  });
});
