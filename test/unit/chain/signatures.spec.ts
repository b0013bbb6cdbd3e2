import { applyIdentity, applyOrganisation, type Verdict } from '#chain';
import { OP } from '#protocol';
import {
  HOUR,
  T0,
  TestPerson,
  newCase,
  newPerson,
  op,
  type Overrides,
  type TestCase,
} from '../../support/chain.factories.js';
import { newKey } from '../../support/chain.signer.js';

type Judged = { readonly ok: true } | { readonly ok: false; readonly verdict: Verdict };

/** Writes a record, as its author or (with a key in the overrides) as somebody who only claims to be. */
const RECORDS: Readonly<Record<string, (made: TestCase, overrides: Overrides) => Judged>> = {
  'identity GENESIS': (_made, overrides) =>
    applyIdentity(undefined, new TestPerson('new').genesis(overrides)),
  USER_KEY: ({ client }, overrides) => applyIdentity(client.state, client.userKey({}, overrides)),
  'organisation GENESIS': ({ organisation }, overrides) =>
    applyOrganisation(undefined, organisation.genesis(overrides)),
  ADMINS: ({ organisation }, overrides) =>
    applyOrganisation(organisation.state, organisation.admins(undefined, undefined, overrides)),
  ATTEST: ({ organisation, client }, overrides) =>
    applyOrganisation(
      organisation.state,
      organisation.attest({ subject: client.state.genesisHash }, overrides),
    ),
  CLAIM: ({ organisation }, overrides) => {
    const key = newKey();
    const attestHash = organisation.accept(organisation.invite(key));
    const bytes = organisation.claim(attestHash, { key, person: newPerson() }, overrides);
    return applyOrganisation(organisation.state, bytes);
  },
  REVOKE: ({ organisation, bases }, overrides) =>
    applyOrganisation(organisation.state, organisation.revoke(bases.client, overrides)),
  SUSPEND: ({ organisation, bases }, overrides) =>
    applyOrganisation(organisation.state, organisation.suspend(bases.client, true, overrides)),
  ROTATE: ({ thread, therapist }, overrides) => thread.apply(thread.rotate(therapist, undefined, overrides)),
  MESSAGE: ({ thread, client }, overrides) => thread.apply(thread.message(client, {}, overrides)),
  'MESSAGE with ops': ({ thread, client, therapist }, overrides) => {
    const ops = [op(OP.open, { responder: therapist.state.chainId, dueMs: T0 + HOUR })];
    return thread.apply(thread.message(client, { ops }, overrides));
  },
  LEAVE: ({ thread, client }, overrides) => thread.apply(thread.leave(client, overrides)),
  CLOSE: ({ thread, therapist }, overrides) => thread.apply(thread.close(therapist, overrides)),
};

describe.each(Object.entries(RECORDS))('%s', (_record, write) => {
  it('is taken from its author', () => {
    expect(write(newCase(), {})).toMatchObject({ ok: true });
  });

  it('is refused under any other key, however right the rest is', () => {
    const verdict = { kind: 'invalid', rule: 'signature' };
    expect(write(newCase(), { key: newKey() })).toEqual({ ok: false, verdict });
  });
});
