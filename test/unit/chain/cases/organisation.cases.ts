import { applyOrganisation } from '#chain';
import { LENGTH, ROLE, roleMask } from '#protocol';
import { HOUR, T0, TestOrganisation, newOrganisation, newPerson } from '../../../support/chain.factories.js';
import { newKey, randomBytes, type TestKey } from '../../../support/chain.signer.js';
import type { RuleCase, RuleCases } from './case.js';

interface Twins {
  readonly good: Uint8Array;
  readonly bad: Uint8Array;
}

const twins = (make: (organisation: TestOrganisation) => Twins) => (): RuleCase => {
  const organisation = newOrganisation();
  const { good, bad } = make(organisation);
  return {
    control: applyOrganisation(organisation.state, good),
    broken: applyOrganisation(organisation.state, bad),
  };
};

/** Claims of two invites; `spoil` does to the second what makes its CLAIM invalid. */
const claims = (spoil: (organisation: TestOrganisation, attestHash: Uint8Array, key: TestKey) => void) =>
  twins((organisation) => {
    const [first, second] = [newKey(), newKey()];
    const firstHash = organisation.accept(organisation.invite(first));
    const secondHash = organisation.accept(organisation.invite(second));
    spoil(organisation, secondHash, second);
    return {
      good: organisation.claim(firstHash, { key: first, person: newPerson() }),
      bad: organisation.claim(secondHash, { key: second, person: newPerson() }),
    };
  });

const attestOf = (organisation: TestOrganisation): Uint8Array =>
  organisation.attest({ subject: randomBytes(LENGTH.hash) });

export const ORGANISATION_CASES = {
  not_root: twins((organisation) => ({
    good: organisation.admins(),
    bad: organisation.admins(undefined, undefined, {
      authorDevice: organisation.admin.keyId,
      key: organisation.admin,
    }),
  })),
  admins_first: () => {
    const organisation = new TestOrganisation();
    return {
      control: applyOrganisation(organisation.state, organisation.admins()),
      broken: applyOrganisation(organisation.state, attestOf(organisation)),
    };
  },
  not_admin: twins((organisation) => {
    const stranger = newKey();
    const subject = randomBytes(LENGTH.hash);
    return {
      good: attestOf(organisation),
      bad: organisation.attest({ subject }, { authorDevice: stranger.keyId, key: stranger }),
    };
  }),
  role_not_permitted: twins((organisation) => {
    organisation.accept(organisation.admins([organisation.admin], roleMask([ROLE.therapist])));
    const subject = randomBytes(LENGTH.hash);
    return {
      good: organisation.attest({ subject, role: ROLE.therapist }),
      bad: organisation.attest({ subject, role: ROLE.prescriber }),
    };
  }),
  attest_unknown: twins((organisation) => {
    const attestHash = organisation.accept(attestOf(organisation));
    return { good: organisation.revoke(attestHash), bad: organisation.revoke(randomBytes(LENGTH.hash)) };
  }),
  attest_revoked: claims((organisation, attestHash) => organisation.accept(organisation.revoke(attestHash))),
  attest_suspended: claims((organisation, attestHash) =>
    organisation.accept(organisation.suspend(attestHash, true)),
  ),
  not_an_invite: twins((organisation) => {
    const key = newKey();
    const invite = organisation.accept(organisation.invite(key));
    const known = organisation.accept(organisation.attest({ subject: key.publicKey }));
    const person = newPerson();
    return {
      good: organisation.claim(invite, { key, person }),
      bad: organisation.claim(known, { key, person }),
    };
  }),
  not_the_invite: twins((organisation) => {
    const key = newKey();
    const attestHash = organisation.accept(organisation.invite(key));
    const person = newPerson();
    return {
      good: organisation.claim(attestHash, { key, person }),
      bad: organisation.claim(attestHash, { key: newKey(), person }),
    };
  }),
  claim_taken: claims((organisation, attestHash, key) =>
    organisation.accept(organisation.claim(attestHash, { key, person: newPerson() })),
  ),
  claim_late: twins((organisation) => {
    const key = newKey();
    const attestHash = organisation.accept(organisation.invite(key, { claimByMs: T0 + HOUR }));
    const claim = { key, person: newPerson() };
    return {
      good: organisation.claim(attestHash, claim, { tsMs: T0 + HOUR }),
      bad: organisation.claim(attestHash, claim, { tsMs: T0 + HOUR + 1 }),
    };
  }),
} satisfies RuleCases;
