import {
  applyIdentity,
  applyOrganisation,
  applyThread,
  loadThread,
  signInBytes,
  verifySignIn,
  type Verdict,
} from '#chain';
import { LENGTH, ROLE, THREAD, concatBytes } from '#protocol';
import {
  HOUR,
  T0,
  TestThread,
  newCase,
  newOrganisation,
  newPerson,
  rowFor,
  withRows,
} from '../../support/chain.factories.js';
import { newKey, randomBytes, signBytes } from '../../support/chain.signer.js';

type Judged = { readonly ok: true } | { readonly ok: false; readonly verdict: Verdict };

function verdictOf(outcome: Judged): Verdict | undefined {
  return outcome.ok ? undefined : outcome.verdict;
}

const invalid = (rule: string): object => ({ kind: 'invalid', rule });

describe('A5: the server forks two views', () => {
  it('of a thread: the other entry at a seq I hold is a fork, and told to be signed', () => {
    const { thread, client, prescriber } = newCase();
    const other = thread.copy();
    thread.accept(thread.message(client));
    const elsewhere = other.message(prescriber);
    expect(verdictOf(thread.apply(elsewhere))).toEqual({
      kind: 'fork',
      chainId: thread.state.threadId,
      seq: 3,
      signed: true,
    });
    const noise = other.message(prescriber, {}, { key: newKey() });
    expect(verdictOf(thread.apply(noise))).toMatchObject({ kind: 'fork', signed: false });
  });

  it('of a thread: an entry on top of the other branch never joins mine', () => {
    const { thread, client, prescriber } = newCase();
    const other = thread.copy();
    thread.accept(thread.message(client));
    other.accept(other.message(client));
    expect(verdictOf(thread.apply(other.message(prescriber)))).toEqual(invalid('prev_hash_mismatch'));
  });

  it('of a person: a head stated on the other branch is a fork', () => {
    const { thread, therapist, client, bases } = newCase();
    const twin = client.copy();
    client.accept(client.userKey());
    twin.accept(twin.userKey());
    const record = withRows(thread.roster(), rowFor(twin, ROLE.client, bases.client));
    expect(verdictOf(thread.apply(thread.rotate(therapist, record)))).toEqual({
      kind: 'fork',
      chainId: client.userId,
      seq: 3,
      signed: true,
    });
  });

  it('of a person or an organisation: both branches shown to me are a fork', () => {
    const person = newPerson();
    const other = person.userKey();
    person.accept(person.userKey());
    expect(verdictOf(applyIdentity(person.state, other))).toMatchObject({
      kind: 'fork',
      seq: 3,
      signed: true,
    });
    const organisation = newOrganisation();
    const hidden = organisation.attest({ subject: randomBytes(LENGTH.hash) });
    organisation.accept(organisation.attest({ subject: randomBytes(LENGTH.hash) }));
    expect(verdictOf(applyOrganisation(organisation.state, hidden))).toMatchObject({
      kind: 'fork',
      seq: 3,
      signed: true,
    });
  });
});

describe('A6: the server reorders', () => {
  it('two entries in a batch: the chain stops before the first one out of place', () => {
    const { thread, client, prescriber, world } = newCase();
    thread.accept(thread.message(client));
    thread.accept(thread.message(prescriber));
    const [genesis, rotate, first, second] = thread.entries;
    const swapped = [genesis, rotate, second, first].filter((bytes) => bytes !== undefined);
    const load = loadThread(undefined, swapped, world);
    expect(load.stopped).toEqual({ index: 2, verdict: invalid('seq_gap') });
    expect(load.state?.seq).toBe(2);
  });
});

describe('A7: the server drops an entry in the middle', () => {
  it('and is found by the gap', () => {
    const { thread, client, prescriber } = newCase();
    const behind = thread.copy();
    thread.accept(thread.message(client));
    expect(verdictOf(behind.apply(thread.message(prescriber)))).toEqual(invalid('seq_gap'));
  });

  it('and cannot renumber what follows', () => {
    const { thread, client, prescriber } = newCase();
    const behind = thread.copy();
    thread.accept(thread.message(client));
    const renumbered = thread.message(prescriber, {}, { seq: 3 });
    expect(verdictOf(behind.apply(renumbered))).toEqual(invalid('prev_hash_mismatch'));
  });
});

describe('A9: the server replays', () => {
  it('an entry in the same chain', () => {
    const { thread, client } = newCase();
    const bytes = thread.message(client);
    thread.accept(bytes);
    expect(verdictOf(thread.apply(bytes))).toEqual(invalid('replayed'));
    thread.accept(thread.message(client));
    expect(verdictOf(thread.apply(bytes))).toEqual(invalid('replayed'));
  });

  it('an entry of one thread in another thread of the same people', () => {
    const made = newCase();
    const { thread, therapist, client, world, wishes } = made;
    const other = new TestThread(world, therapist);
    other.accept(other.genesis());
    other.accept(other.rotate(therapist, other.roster({ put: Object.values(wishes) })));
    expect(verdictOf(other.apply(thread.message(client)))).toEqual(invalid('wrong_chain'));
  });

  it('a CLAIM of a used invite', () => {
    const organisation = newOrganisation();
    const [key, person] = [newKey(), newPerson()];
    const attestHash = organisation.accept(organisation.invite(key));
    organisation.accept(organisation.claim(attestHash, { key, person }));
    const again = organisation.claim(attestHash, { key, person });
    expect(verdictOf(applyOrganisation(organisation.state, again))).toEqual(invalid('claim_taken'));
  });
});

describe('A15: labels or record types are confused', () => {
  it('one body under another type of the same chain changes the signature’s meaning and is refused', () => {
    const { thread, therapist } = newCase();
    const close = thread.close(therapist);
    const relabelled = close.slice();
    relabelled[5] = THREAD.leave;
    expect(verdictOf(thread.apply(relabelled))).toEqual(invalid('signature'));
  });

  it('an entry of one kind of chain is no entry of another', () => {
    const { thread, world, organisation, client } = newCase();
    const bytes = [thread.message(client), organisation.admins(), client.userKey()] as const;
    expect(verdictOf(applyIdentity(client.state, bytes[0]))).toEqual(invalid('wrong_kind'));
    expect(verdictOf(applyThread(thread.state, bytes[1], world))).toEqual(invalid('wrong_kind'));
    expect(verdictOf(applyOrganisation(organisation.state, bytes[2]))).toEqual(invalid('wrong_kind'));
  });

  it('a sign-in signature is never that of an entry, nor the other way round', () => {
    const { key, deviceId } = newPerson();
    const claim = {
      origin: 'https://a.example',
      keyId: deviceId,
      challenge: randomBytes(32),
      expiresAtMs: T0,
    };
    const signature = signBytes(signInBytes(claim), key);
    expect(verifySignIn(key.publicKey, signature, claim)).toBe(true);
    expect(verifySignIn(key.publicKey, signature, { ...claim, origin: 'https://b.example' })).toBe(false);
    expect(verifySignIn(key.publicKey, signature, { ...claim, expiresAtMs: T0 + 1 })).toBe(false);
    const person = newPerson();
    const bytes = person.userKey();
    const pasted = concatBytes(bytes.slice(0, -64), signBytes(signInBytes(claim), person.key));
    expect(verdictOf(applyIdentity(person.state, pasted))).toEqual(invalid('signature'));
  });

  it('numbers that are reserved are refused in every chain', () => {
    const { thread, world, organisation, client } = newCase();
    for (const type of [3, 4, 5, 6, 7, 8, 9, 255]) {
      expect(verdictOf(applyIdentity(client.state, client.write(type, new Uint8Array(40))))).toEqual(
        invalid('reserved_type'),
      );
    }
    for (const type of [7, 8, 9, 10, 255]) {
      const bytes = organisation.write(type, new Uint8Array(40), organisation.admin);
      expect(verdictOf(applyOrganisation(organisation.state, bytes))).toEqual(invalid('reserved_type'));
    }
    for (const type of [0, 6, 7, 8, 9, 10, 11]) {
      const bytes = thread.write(client, type, new Uint8Array(40));
      expect(verdictOf(applyThread(thread.state, bytes, world))).toEqual(invalid('reserved_type'));
    }
  });
});

describe('A17: suite or parameters are downgraded', () => {
  it.each([0, 2, 255])('suite byte %i is not this protocol', (suite) => {
    const person = newPerson();
    const bytes = person.userKey();
    bytes[3] = suite;
    expect(verdictOf(applyIdentity(person.state, bytes))).toEqual({
      kind: 'malformed',
      rule: 'wire.unknown_magic',
    });
  });

  it('a flag, for a choice there might be one day, is refused today', () => {
    const person = newPerson();
    const bytes = person.userKey();
    bytes[6] = 0x80;
    expect(verdictOf(applyIdentity(person.state, bytes))).toEqual({
      kind: 'malformed',
      rule: 'wire.reserved_not_zero',
    });
  });
});

describe('A20: something is backdated by whoever lost the right to write it', () => {
  it('a revoked member cannot write into the past of a thread that has stated the revoke', () => {
    const { thread, therapist, client, organisation, bases } = newCase();
    organisation.accept(organisation.revoke(bases.client));
    thread.accept(thread.rotate(therapist));
    const backdated = thread.message(client, { epoch: 1 }, { tsMs: T0 - HOUR });
    expect(verdictOf(thread.apply(backdated))).toEqual(invalid('author_has_no_row'));
  });

  it('an administrator who was replaced cannot backdate an ATTEST', () => {
    const organisation = newOrganisation();
    const former = organisation.admin;
    organisation.accept(organisation.admins([newKey()]));
    const subject = randomBytes(LENGTH.hash);
    const backdated = organisation.attest({ subject }, { tsMs: T0 - HOUR, key: former });
    expect(verdictOf(applyOrganisation(organisation.state, backdated))).toEqual(invalid('not_admin'));
  });

  it('a withdrawn invite cannot be claimed with an earlier time', () => {
    const organisation = newOrganisation();
    const [key, person] = [newKey(), newPerson()];
    const attestHash = organisation.accept(organisation.invite(key));
    organisation.accept(organisation.revoke(attestHash));
    const backdated = organisation.claim(attestHash, { key, person }, { tsMs: T0 - HOUR });
    expect(verdictOf(applyOrganisation(organisation.state, backdated))).toEqual(invalid('attest_revoked'));
  });

  it('somebody who left cannot write into the time before he left', () => {
    const { thread, client } = newCase();
    thread.accept(thread.leave(client));
    const backdated = thread.message(client, {}, { tsMs: T0 });
    expect(verdictOf(thread.apply(backdated))).toEqual(invalid('author_left'));
  });
});

describe('A23: malformed bytes', () => {
  it.each([0, 1, 103, 104, 107, 108, 171])(
    '%i bytes of an entry are a verdict, never an exception',
    (length) => {
      const { thread, client, organisation, world } = newCase();
      const bytes = thread.message(client).slice(0, length);
      const expected = { kind: 'malformed', rule: 'wire.truncated' };
      expect(verdictOf(applyThread(thread.state, bytes, world))).toEqual(expected);
      expect(verdictOf(applyIdentity(client.state, bytes))).toEqual(expected);
      expect(verdictOf(applyOrganisation(organisation.state, bytes))).toEqual(expected);
    },
  );

  it('a body length that promises more than there is allocates nothing and is refused', () => {
    const { thread, client } = newCase();
    const bytes = thread.message(client);
    bytes.set([0xff, 0xff, 0xff, 0xff], LENGTH.header);
    expect(verdictOf(thread.apply(bytes))).toEqual({ kind: 'malformed', rule: 'wire.too_long' });
  });

  it('leaves the state as it was', () => {
    const { thread, client } = newCase();
    const before = { ...thread.state };
    thread.apply(randomBytes(500));
    thread.apply(thread.message(client, { epoch: 9 }));
    expect(thread.state).toEqual(before);
  });
});
