import { applyIdentity, applyOrganisation, mustRotate, type Verdict } from '#chain';
import { LANE, LENGTH, OP, ROLE, roleMask } from '#protocol';
import {
  HOUR,
  T0,
  TestPerson,
  TestThread,
  newCase,
  newFoundingCase,
  newOrganisation,
  newPerson,
  op,
  rowFor,
  wishFor,
  withRows,
} from '../../support/chain.factories.js';
import { newKey, randomBytes } from '../../support/chain.signer.js';

type Judged = { readonly ok: true } | { readonly ok: false; readonly verdict: Verdict };

function verdictOf(outcome: Judged): Verdict | undefined {
  return outcome.ok ? undefined : outcome.verdict;
}

const invalid = (rule: string): object => ({ kind: 'invalid', rule });

describe('A1: the server adds a ghost member', () => {
  it('with a ROTATE under a key of its own: nobody of the roster signed it', () => {
    const { thread, therapist, organisation, world } = newCase();
    const ghost = newPerson('ghost');
    world.add(ghost);
    const basis = organisation.attested(ghost, ROLE.therapist);
    const record = thread.roster({ put: [wishFor(organisation, ghost, ROLE.therapist, basis)] });
    expect(verdictOf(thread.apply(thread.rotate(ghost, record)))).toEqual(invalid('author_has_no_row'));
    const posing = thread.rotate(therapist, record, { key: ghost.key });
    expect(verdictOf(thread.apply(posing))).toEqual(invalid('signature'));
  });

  it('with an adder’s help but without an attestation of a stated organisation', () => {
    const { thread, therapist, world } = newCase();
    const [ghost, shadow] = [newPerson('ghost'), newOrganisation('Shadow')];
    world.add(ghost, shadow);
    const basis = shadow.attested(ghost, ROLE.therapist);
    const record = withRows(thread.roster(), rowFor(ghost, ROLE.therapist, basis));
    expect(verdictOf(thread.apply(thread.rotate(therapist, record)))).toEqual(invalid('basis_unknown'));
  });

  it('and the ghost writes nothing', () => {
    const { thread, world } = newCase();
    const ghost = newPerson('ghost');
    world.add(ghost);
    expect(verdictOf(thread.apply(thread.message(ghost)))).toEqual(invalid('author_has_no_row'));
  });
});

describe('A2: the server adds a ghost device', () => {
  it('as a box in a USER_KEY', () => {
    const person = newPerson();
    const box = { ciphertext: randomBytes(LENGTH.kemCiphertext), box: randomBytes(LENGTH.box) };
    const ghost = [{ deviceId: randomBytes(LENGTH.id), ...box }];
    const bytes = person.userKey({ devices: ghost });
    expect(verdictOf(applyIdentity(person.state, bytes))).toEqual(invalid('boxes_not_devices'));
  });

  it('as an author of the person’s own chain or of a thread', () => {
    const { thread, client } = newCase();
    const ghost = newKey();
    const posing = { authorDevice: ghost.keyId, key: ghost };
    expect(verdictOf(applyIdentity(client.state, client.userKey({}, posing)))).toEqual(
      invalid('device_not_active'),
    );
    expect(verdictOf(thread.apply(thread.message(client, {}, posing)))).toEqual(invalid('device_not_active'));
  });

  it('through DEVICE_ADD, whose number is reserved', () => {
    const person = newPerson();
    expect(verdictOf(applyIdentity(person.state, person.write(3, randomBytes(80))))).toEqual(
      invalid('reserved_type'),
    );
  });
});

describe('A4: the server rolls an identity back or swaps a key', () => {
  it('by stating an older head in a ROTATE', () => {
    const { thread, therapist, client, bases } = newCase();
    const old = rowFor(client, ROLE.client, bases.client);
    client.accept(client.userKey());
    thread.accept(thread.rotate(therapist));
    const bytes = thread.rotate(therapist, withRows(thread.roster(), old));
    expect(verdictOf(thread.apply(bytes))).toEqual(invalid('head_back'));
  });

  it('by naming another key for the stated head', () => {
    const { thread, therapist, client, bases } = newCase();
    const swapped = { ...rowFor(client, ROLE.client, bases.client), keyHash: randomBytes(LENGTH.hash) };
    const bytes = thread.rotate(therapist, withRows(thread.roster(), swapped));
    expect(verdictOf(thread.apply(bytes))).toEqual(invalid('row_key_mismatch'));
  });

  it('by keeping a new generation from the sender: his gate asks for it as soon as he sees it', () => {
    const { thread, world, client } = newCase();
    client.accept(client.userKey());
    expect(mustRotate(thread.state, world, T0)).toEqual([
      { kind: 'generation_moved', userId: client.userId },
    ]);
  });
});

describe('A3: other keys are passed off at first contact', () => {
  it('a GENESIS is signed by the key it names, of a person and of an organisation', () => {
    const person = new TestPerson('new');
    const posing = { key: newKey() };
    expect(verdictOf(applyIdentity(undefined, person.genesis(posing)))).toEqual(invalid('signature'));
    expect(verdictOf(applyOrganisation(undefined, newOrganisation().genesis(posing)))).toEqual(
      invalid('signature'),
    );
  });

  it('an organisation’s GENESIS and ADMINS are its root’s alone', () => {
    const organisation = newOrganisation();
    const other = newKey();
    const posing = { authorDevice: other.keyId, key: other };
    expect(verdictOf(applyOrganisation(undefined, organisation.genesis(posing)))).toEqual(
      invalid('not_root'),
    );
    const forged = organisation.admins([other], undefined, { key: other });
    expect(verdictOf(applyOrganisation(organisation.state, forged))).toEqual(invalid('signature'));
  });

  it('an entry of an organisation names that organisation as its author, in every record', () => {
    const organisation = newOrganisation();
    const other = newOrganisation().state.chainId;
    const bytes = organisation.attest({ subject: randomBytes(LENGTH.hash) }, { authorUser: other });
    expect(verdictOf(applyOrganisation(organisation.state, bytes))).toEqual(invalid('wrong_author'));
  });

  it('another organisation’s GENESIS is never taken for the beginning of the one I hold', () => {
    const organisation = newOrganisation();
    expect(verdictOf(applyOrganisation(organisation.state, newOrganisation().genesis()))).toEqual(
      invalid('wrong_chain'),
    );
  });
});

describe('A25: the client gets into the clinicians lane', () => {
  const cliniciansCase = (): ReturnType<typeof newFoundingCase> => {
    const made = newFoundingCase();
    const thread = new TestThread(made.world, made.therapist, {
      lane: LANE.clinicians,
      allowedRoles: roleMask([ROLE.therapist, ROLE.prescriber]),
      clientGenesis: made.client.state.genesisHash,
    });
    thread.accept(thread.genesis());
    const { therapist, prescriber } = made.wishes;
    thread.accept(thread.rotate(made.therapist, thread.roster({ put: [therapist, prescriber] })));
    return { ...made, thread };
  };

  it('as a client: the role is not allowed there', () => {
    const { thread, therapist, client, bases } = cliniciansCase();
    const record = withRows(thread.roster(), rowFor(client, ROLE.client, bases.client));
    expect(verdictOf(thread.apply(thread.rotate(therapist, record)))).toEqual(
      invalid('client_in_clinicians_lane'),
    );
  });

  it('in any other role, properly attested and added by an adder', () => {
    const { thread, therapist, client, organisation } = cliniciansCase();
    const basis = organisation.attested(client, ROLE.therapist);
    const record = withRows(thread.roster(), rowFor(client, ROLE.therapist, basis));
    expect(verdictOf(thread.apply(thread.rotate(therapist, record)))).toEqual(
      invalid('client_in_clinicians_lane'),
    );
  });

  it('as another client, whom the genesis does not name', () => {
    const { thread, therapist, organisation, world } = cliniciansCase();
    const other = newPerson('another client');
    world.add(other);
    const basis = organisation.attested(other, ROLE.client);
    const record = withRows(thread.roster(), rowFor(other, ROLE.client, basis));
    expect(verdictOf(thread.apply(thread.rotate(therapist, record)))).toEqual(invalid('role_not_allowed'));
  });

  it('as an author without a row', () => {
    const { thread, client } = cliniciansCase();
    const ops = [op(OP.open, { responder: client.state.chainId, dueMs: T0 + HOUR })];
    expect(verdictOf(thread.apply(thread.message(client, { ops })))).toEqual(invalid('author_has_no_row'));
  });
});
