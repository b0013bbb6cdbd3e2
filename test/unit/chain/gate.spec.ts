import { mustRotate, nextRoster, type RotateCause } from '#chain';
import { GATE, ROLE, ROTATE_REASON, toHex } from '#protocol';
import {
  HOUR,
  T0,
  TestPerson,
  TestWorld,
  YEAR,
  newCase,
  newFoundingCase,
  newOrganisation,
  newPerson,
  wishFor,
  type TestCase,
} from '../../support/chain.factories.js';

const causes = ({ thread, world }: TestCase, nowMs = T0): readonly RotateCause[] =>
  mustRotate(thread.state, world, nowMs);

describe('the send gate', () => {
  it('is open when everything I can see is what the roster states', () => {
    expect(causes(newCase())).toEqual([]);
  });

  it('asks for a ROTATE when somebody has a newer generation', () => {
    const made = newCase();
    made.client.accept(made.client.userKey());
    expect(causes(made)).toEqual([{ kind: 'generation_moved', userId: made.client.userId }]);
  });

  it.each(['revoke', 'suspend'] as const)(
    'asks for one when an attestation met a %s anywhere I can see',
    (what) => {
      const made = newCase();
      const { organisation, bases, client } = made;
      organisation.accept(
        what === 'revoke' ? organisation.revoke(bases.client) : organisation.suspend(bases.client, true),
      );
      expect(causes(made)).toEqual([{ kind: 'row_not_live', userId: client.userId }]);
    },
  );

  it('does not ask for one when an organisation’s chain moved without touching a row', () => {
    const made = newCase();
    made.organisation.attested(newPerson(), ROLE.therapist);
    expect(causes(made)).toEqual([]);
  });

  it('does not ask for one when a suspension was lifted again', () => {
    const made = newCase();
    const { organisation, bases } = made;
    for (const suspended of [true, false]) organisation.accept(organisation.suspend(bases.client, suspended));
    expect(causes(made)).toEqual([]);
  });

  it('asks for one after LEAVE and after an expiry, by the clock it is given', () => {
    const made = newCase();
    const { thread, client, therapist } = made;
    thread.accept(thread.leave(client));
    expect(causes(made)).toEqual([{ kind: 'row_left', userId: client.userId }]);
    expect(causes(made, T0 + YEAR)).toContainEqual({ kind: 'row_expired', userId: therapist.userId });
  });

  it('asks for one when the epoch is more than seven days old', () => {
    const made = newCase();
    const { epochTsMs } = made.thread.state;
    expect(causes(made, epochTsMs + GATE.epochAgeMs)).toEqual([]);
    expect(causes(made, epochTsMs + GATE.epochAgeMs + 1)).toEqual([{ kind: 'epoch_old' }]);
  });

  it('asks for one when the epoch holds 200 messages, and a ROTATE opens it again', () => {
    const made = newCase();
    const { thread, client, therapist } = made;
    for (let count = 0; count < GATE.epochMessages - 1; count += 1) thread.accept(thread.message(client));
    expect(causes(made)).toEqual([]);
    thread.accept(thread.message(client));
    expect(causes(made)).toEqual([{ kind: 'epoch_full' }]);
    thread.accept(thread.rotate(therapist));
    expect(causes(made)).toEqual([]);
  });

  it('opens again once the healed roster stands in the thread', () => {
    const made = newCase();
    const { thread, organisation, bases, prescriber, therapist } = made;
    organisation.accept(organisation.revoke(bases.client));
    prescriber.accept(prescriber.userKey());
    expect(causes(made)).toHaveLength(2);
    thread.accept(thread.rotate(therapist));
    expect(causes(made)).toEqual([]);
  });
});

describe('the healed roster', () => {
  it('restates everybody at the newest head, with the key to wrap to, in the order of the wire', () => {
    const { thread, world, client } = newCase();
    client.accept(client.userKey());
    const next = nextRoster(thread.state, world, { nowMs: T0 });
    if (!next.ok) throw new Error('refused');
    expect(next).toMatchObject({ epoch: 2, reason: ROTATE_REASON.refresh, dropped: [] });
    const holders = next.rows.map((row) => toHex(row.holderId));
    expect(holders).toEqual([...holders].sort());
    const at = holders.indexOf(client.userId);
    expect(next.rows[at]).toMatchObject({ headSeq: 3, generation: 2 });
    expect(next.publicKeys[at]).toEqual(client.state.generations[1]?.publicKey);
  });

  it('leaves out who must go and says why', () => {
    const { thread, world, client } = newCase();
    thread.accept(thread.leave(client));
    const next = nextRoster(thread.state, world, { nowMs: T0 });
    expect(next).toMatchObject({
      ok: true,
      reason: ROTATE_REASON.departure,
      dropped: [{ kind: 'row_left', userId: client.userId }],
    });
  });

  it('builds the first roster from wishes alone', () => {
    const { thread, world, wishes } = newFoundingCase();
    const next = nextRoster(thread.state, world, { nowMs: T0, put: Object.values(wishes) });
    if (!next.ok) throw new Error('refused');
    expect(next).toMatchObject({ epoch: 1, reason: ROTATE_REASON.founding });
    expect(next.rows).toHaveLength(3);
    expect(next.organisations).toHaveLength(1);
  });

  it('names the organisation a new row rests on', () => {
    const { thread, world, therapist } = newCase();
    const [guest, person] = [newOrganisation('Medical team'), newPerson()];
    world.add(guest, person);
    const basis = guest.attested(person, ROLE.prescriber);
    const record = thread.roster({ put: [wishFor(guest, person, ROLE.prescriber, basis)] });
    expect(record.organisations.map(({ genesisHash }) => toHex(genesisHash))).toContain(guest.genesisHash);
    expect(thread.apply(thread.rotate(therapist, record)).ok).toBe(true);
  });

  it('says which chain is missing, in the state it needs', () => {
    const { thread, organisation, therapist, prescriber, client } = newCase();
    const unknown = new TestWorld().add(organisation, therapist, prescriber);
    expect(nextRoster(thread.state, unknown, { nowMs: T0 })).toEqual({
      ok: false,
      verdict: { kind: 'missing', chainId: client.userId, seq: 2 },
    });
    const before = organisation.copy();
    organisation.attested(newPerson(), ROLE.therapist);
    thread.accept(thread.rotate(therapist));
    const stale = new TestWorld().add(before, therapist, prescriber, client);
    expect(nextRoster(thread.state, stale, { nowMs: T0 })).toMatchObject({
      verdict: { kind: 'missing', genesisHash: before.genesisHash, seq: organisation.state.seq },
    });
    const alone = new TestWorld().add(therapist, prescriber, client);
    const { genesisHash, state } = organisation;
    expect(nextRoster(thread.state, alone, { nowMs: T0 })).toEqual({
      ok: false,
      verdict: { kind: 'missing', genesisHash, seq: state.seq },
    });
  });

  it('refuses a wish for somebody without a user key, and for a leaver before he was dropped', () => {
    const { thread, world, organisation, client, wishes } = newCase();
    const keyless = new TestPerson('keyless');
    world.add(keyless);
    const basis = organisation.attested(keyless, ROLE.therapist);
    const put = [wishFor(organisation, keyless, ROLE.therapist, basis)];
    expect(nextRoster(thread.state, world, { nowMs: T0, put })).toEqual({
      ok: false,
      verdict: { kind: 'invalid', rule: 'no_user_key' },
    });
    thread.accept(thread.leave(client));
    expect(nextRoster(thread.state, world, { nowMs: T0 + HOUR, put: [wishes.client] })).toEqual({
      ok: false,
      verdict: { kind: 'invalid', rule: 'leaver_kept' },
    });
  });
});
