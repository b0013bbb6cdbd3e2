import { rowOf, type ThreadOutcome } from '#chain';
import { ROLE, compareBytes, type Row, type StatedOrganisation } from '#protocol';
import {
  HOUR,
  T0,
  YEAR,
  newCase,
  newFoundingCase,
  newOrganisation,
  newPerson,
  rowFor,
  wishFor,
  withRows,
  type TestOrganisation,
  type TestPerson,
  type RotateRecord,
  type TestCase,
} from '../../support/chain.factories.js';
import { newKey } from '../../support/chain.signer.js';

const refusedBy = (rule: string): object => ({ ok: false, verdict: { kind: 'invalid', rule } });

/** The record with one person's row changed. */
function bent(record: RotateRecord, person: TestPerson, change: Partial<Row>): RotateRecord {
  const mine = (row: Row): boolean => compareBytes(row.holderId, person.state.chainId) === 0;
  return { ...record, rows: record.rows.map((row) => (mine(row) ? { ...row, ...change } : row)) };
}

/** The prescriber, no adder, rotates with a bent roster, then the therapist, an adder, with the same one. */
function byBoth(bend: (made: TestCase) => RotateRecord): Record<'member' | 'adder', ThreadOutcome> {
  const made = newCase();
  const record = bend(made);
  return {
    member: made.thread.apply(made.thread.rotate(made.prescriber, record)),
    adder: made.thread.apply(made.thread.rotate(made.therapist, record)),
  };
}

describe('what any member may do in a ROTATE', () => {
  it('moves heads and generations forward', () => {
    const { thread, client, prescriber } = newCase();
    client.accept(client.userKey());
    const { state } = thread.accept(thread.rotate(prescriber));
    expect(rowOf(state, client.userId)).toMatchObject({ generation: 2, headSeq: 3 });
    expect(state.epoch).toBe(2);
  });

  it('drops somebody who left', () => {
    const { thread, client, prescriber } = newCase();
    thread.accept(thread.leave(client));
    const { state } = thread.accept(thread.rotate(prescriber));
    expect(rowOf(state, client.userId)).toBeUndefined();
  });

  it.each(['revoke', 'suspend'] as const)('drops somebody whose attestation met a %s', (what) => {
    const { thread, client, prescriber, organisation, bases } = newCase();
    const entry =
      what === 'revoke' ? organisation.revoke(bases.client) : organisation.suspend(bases.client, true);
    organisation.accept(entry);
    const { state } = thread.accept(thread.rotate(prescriber));
    expect(state.rows.map((row) => row.userId)).not.toContain(client.userId);
  });

  it('drops a row that has expired', () => {
    const { thread, therapist, prescriber, wishes } = newCase();
    const short = { ...wishes.client, expiresMs: T0 + HOUR };
    thread.accept(thread.rotate(therapist, thread.roster({ put: [short] })));
    const healed = thread.roster({ nowMs: T0 + HOUR });
    expect(thread.apply(thread.rotate(prescriber, healed, { tsMs: T0 + HOUR })).ok).toBe(true);
  });
});

describe('what takes an adder', () => {
  it('adding a row', () => {
    const { member, adder } = byBoth(({ thread, organisation, world }) => {
      const person = newPerson();
      world.add(person);
      const basis = organisation.attested(person, ROLE.prescriber);
      return thread.roster({ put: [wishFor(organisation, person, ROLE.prescriber, basis)] });
    });
    expect(member).toEqual(refusedBy('adder_needed'));
    expect(adder.ok).toBe(true);
  });

  it('changing a role', () => {
    const { member, adder } = byBoth(({ thread, organisation, client }) => {
      const basis = organisation.attested(client, ROLE.prescriber);
      return thread.roster({ put: [wishFor(organisation, client, ROLE.prescriber, basis)] });
    });
    expect(member).toEqual(refusedBy('adder_needed'));
    expect(adder.ok).toBe(true);
  });

  it('extending an expiry', () => {
    const made = newCase();
    const { thread, therapist, prescriber, wishes } = made;
    const short = { ...wishes.client, expiresMs: T0 + HOUR };
    thread.accept(thread.rotate(therapist, thread.roster({ put: [short] })));
    const longer = thread.roster({ put: [wishes.client] });
    expect(thread.apply(thread.rotate(prescriber, longer))).toEqual(refusedBy('adder_needed'));
    expect(thread.apply(thread.rotate(therapist, longer)).ok).toBe(true);
  });

  it('shortening an expiry, which would drop somebody early', () => {
    const { member, adder } = byBoth(({ thread, client }) =>
      bent(thread.roster(), client, { expiresMs: T0 + HOUR }),
    );
    expect(member).toEqual(refusedBy('adder_needed'));
    expect(adder.ok).toBe(true);
  });

  it('dropping somebody who need not go', () => {
    const { member, adder } = byBoth(({ thread, client }) => thread.roster({ drop: [client.userId] }));
    expect(member).toEqual(refusedBy('adder_needed'));
    expect(adder.ok).toBe(true);
  });

  it('resting a row on another attestation', () => {
    const { member, adder } = byBoth(({ thread, client, organisation }) => {
      const basis = organisation.attested(client, ROLE.client);
      return bent(thread.roster(), client, { basis });
    });
    expect(member).toEqual(refusedBy('adder_needed'));
    expect(adder.ok).toBe(true);
  });

  it('naming another organisation', () => {
    const { member, adder } = byBoth(({ thread, world }) => {
      const guest = newOrganisation('Guest');
      world.add(guest);
      return withHeads(thread.roster(), guest);
    });
    expect(member).toEqual(refusedBy('adder_needed'));
    expect(adder.ok).toBe(true);
  });

  it('leaving an organisation out, even one that gives no row', () => {
    const { thread, therapist, prescriber, world } = newCase();
    const guest = newOrganisation('Guest');
    world.add(guest);
    const alone = thread.roster();
    thread.accept(thread.rotate(therapist, withHeads(alone, guest)));
    const shrunk = { ...thread.roster(), organisations: alone.organisations };
    expect(thread.apply(thread.rotate(prescriber, shrunk))).toEqual(refusedBy('adder_needed'));
    expect(thread.apply(thread.rotate(therapist, shrunk)).ok).toBe(true);
    expect(thread.apply(thread.rotate(prescriber)).ok).toBe(true);
  });

  it('putting another organisation in the place of one', () => {
    const { thread, therapist, prescriber, world } = newCase();
    const [first, second] = [newOrganisation('First'), newOrganisation('Second')];
    world.add(first, second);
    const alone = thread.roster();
    thread.accept(thread.rotate(therapist, withHeads(alone, first)));
    const swapped = { ...withHeads(alone, second), epoch: alone.epoch + 1 };
    expect(thread.apply(thread.rotate(prescriber, swapped))).toEqual(refusedBy('adder_needed'));
    expect(thread.apply(thread.rotate(therapist, swapped)).ok).toBe(true);
  });

  it('is judged by the row the author had before, not by the one he gives himself', () => {
    const { thread, prescriber, organisation } = newCase();
    const basis = organisation.attested(prescriber, ROLE.therapist);
    const promoted = thread.roster({ put: [wishFor(organisation, prescriber, ROLE.therapist, basis)] });
    expect(thread.apply(thread.rotate(prescriber, promoted))).toEqual(refusedBy('adder_needed'));
  });
});

describe('the author of a ROTATE', () => {
  it('is a current member: a stranger cannot state himself into the roster', () => {
    const { thread, organisation, world } = newCase();
    const stranger = newPerson();
    world.add(stranger);
    const basis = organisation.attested(stranger, ROLE.therapist);
    const record = thread.roster({ put: [wishFor(organisation, stranger, ROLE.therapist, basis)] });
    expect(thread.apply(thread.rotate(stranger, record))).toEqual(refusedBy('author_has_no_row'));
  });

  it('has not left', () => {
    const { thread, therapist } = newCase();
    const record = thread.roster();
    thread.accept(thread.leave(therapist));
    expect(thread.apply(thread.rotate(therapist, record))).toEqual(refusedBy('author_left'));
  });

  it('has a row that has not expired, an adder too', () => {
    const { thread, therapist } = newCase();
    const record = thread.roster();
    expect(thread.apply(thread.rotate(therapist, record, { tsMs: T0 + YEAR }))).toEqual(
      refusedBy('author_expired'),
    );
  });

  it('founds a thread in an adder role only', () => {
    const { thread, therapist, wishes } = newFoundingCase({ adderRoles: 1 << ROLE.prescriber });
    const record = thread.roster({ put: Object.values(wishes) });
    expect(thread.apply(thread.rotate(therapist, record))).toEqual(refusedBy('adder_needed'));
  });

  it('comes back after leaving only by an adder, in a later ROTATE', () => {
    const { thread, therapist, client, wishes } = newCase();
    thread.accept(thread.leave(client));
    thread.accept(thread.rotate(therapist));
    const { state } = thread.accept(thread.rotate(therapist, thread.roster({ put: [wishes.client] })));
    expect(rowOf(state, client.userId)?.left).toBe(false);
  });
});

describe('the heads a ROTATE states', () => {
  it('are waited for when a person’s chain is not held that far', () => {
    const { thread, therapist, client } = newCase();
    const record = bent(thread.roster(), client, { headSeq: 9 });
    expect(thread.apply(thread.rotate(therapist, record))).toEqual({
      ok: false,
      verdict: { kind: 'missing', chainId: client.userId, seq: 9 },
    });
  });

  it('are waited for when a person is unknown', () => {
    const { thread, therapist, organisation } = newCase();
    const stranger = newPerson();
    const basis = organisation.attested(stranger, ROLE.prescriber);
    const record = withRows(thread.roster(), rowFor(stranger, ROLE.prescriber, basis));
    expect(thread.apply(thread.rotate(therapist, record))).toEqual({
      ok: false,
      verdict: { kind: 'missing', chainId: stranger.userId, seq: 2 },
    });
  });

  it('are waited for when an organisation is unknown, which has only its genesis hash as a name', () => {
    const { thread, therapist } = newCase();
    const guest = newOrganisation('Guest');
    const record = withHeads(thread.roster(), guest);
    expect(thread.apply(thread.rotate(therapist, record))).toEqual({
      ok: false,
      verdict: { kind: 'missing', genesisHash: guest.genesisHash, seq: 2 },
    });
  });

  it('are waited for when an organisation’s chain is not held that far', () => {
    const { thread, therapist, organisation } = newCase();
    const record = withHeads(thread.roster(), organisation, { headSeq: 40 });
    expect(thread.apply(thread.rotate(therapist, record))).toMatchObject({
      verdict: { kind: 'missing', seq: 40 },
    });
  });

  it('never go back, not even across a ROTATE that left the person out', () => {
    const { thread, therapist, client, wishes } = newCase();
    const old = rowFor(client, ROLE.client, wishes.client.basis);
    client.accept(client.userKey());
    thread.accept(thread.rotate(therapist));
    thread.accept(thread.rotate(therapist, thread.roster({ drop: [client.userId] })));
    expect(thread.apply(thread.rotate(therapist, withRows(thread.roster(), old)))).toEqual(
      refusedBy('head_back'),
    );
  });

  it('never go back for an organisation, so that a revoke once stated stays stated', () => {
    const { thread, therapist, organisation, bases } = newCase();
    const before = thread.state.organisations;
    organisation.accept(organisation.revoke(bases.client));
    thread.accept(thread.rotate(therapist));
    const record = { ...thread.roster(), organisations: before };
    expect(thread.apply(thread.rotate(therapist, record))).toEqual(refusedBy('head_back'));
  });
});

describe('a newer revoke that the thread has not stated', () => {
  it('makes no entry invalid: it waits for the send gate', () => {
    const { thread, client, organisation, bases } = newCase();
    organisation.accept(organisation.revoke(bases.client));
    expect(thread.apply(thread.message(client)).ok).toBe(true);
  });

  it('does not touch a row whose CLAIM is its basis until a ROTATE states the revoke', () => {
    const { thread, therapist, organisation, world } = newCase();
    const [key, person] = [newKey(), newPerson()];
    world.add(person);
    const attestHash = organisation.accept(organisation.invite(key, { role: ROLE.prescriber }));
    const claim = organisation.accept(organisation.claim(attestHash, { key, person }));
    const wish = wishFor(organisation, person, ROLE.prescriber, claim);
    thread.accept(thread.rotate(therapist, thread.roster({ put: [wish] })));
    expect(rowOf(thread.state, person.userId)?.role).toBe(ROLE.prescriber);
    organisation.accept(organisation.revoke(attestHash));
    expect(thread.apply(thread.message(person)).ok).toBe(true);
    thread.accept(thread.rotate(therapist));
    expect(thread.apply(thread.message(person))).toEqual(refusedBy('author_has_no_row'));
  });

  it('cannot be claimed as a basis by the hash of an invite’s ATTEST', () => {
    const { thread, therapist, organisation, world } = newCase();
    const [key, person] = [newKey(), newPerson()];
    world.add(person);
    const attestHash = organisation.accept(organisation.invite(key));
    organisation.accept(organisation.claim(attestHash, { key, person }));
    const record = withRows(thread.roster(), rowFor(person, ROLE.therapist, attestHash));
    expect(thread.apply(thread.rotate(therapist, record))).toEqual(refusedBy('basis_unknown'));
  });
});

/** The record with an organisation at its head, or at a bent one, added or replaced. */
function withHeads(
  record: RotateRecord,
  { state }: TestOrganisation,
  change: Partial<StatedOrganisation> = {},
): RotateRecord {
  const stated = { genesisHash: state.genesisHash, headSeq: state.seq, headHash: state.head, ...change };
  const others = record.organisations.filter(
    ({ genesisHash }) => compareBytes(genesisHash, state.genesisHash) !== 0,
  );
  const organisations = [...others, stated].sort((a, b) => compareBytes(a.genesisHash, b.genesisHash));
  return { ...record, organisations };
}
