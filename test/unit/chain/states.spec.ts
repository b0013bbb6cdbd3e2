import fc from 'fast-check';
import { applyIdentity, applyOrganisation, basisAt, deviceAt, generationAt, standingAt } from '#chain';
import { OP, ROLE, toHex } from '#protocol';
import { HashLog } from '../../../libs/chain/hash.log.js';
import { LayeredMap } from '../../../libs/chain/layered.map.js';
import { HOUR, T0, newCase, newOrganisation, newPerson, op } from '../../support/chain.factories.js';
import { newKey, randomBytes } from '../../support/chain.signer.js';

describe('a person “at seq n”', () => {
  it('has the generation that was newest then, and the devices active then', () => {
    const person = newPerson();
    person.accept(person.userKey());
    const { state } = person;
    expect([1, 2, 3].map((seq) => generationAt(state, seq)?.generation)).toEqual([undefined, 1, 2]);
    expect(deviceAt(state, toHex(person.deviceId), 1)?.signingKey).toEqual(person.key.publicKey);
    expect(deviceAt(state, toHex(person.deviceId), 0)).toBeUndefined();
    expect(state.hashes.at(3)).toEqual(state.head);
    expect(state.hashes.at(4)).toBeUndefined();
  });
});

describe('an attestation “at seq n”', () => {
  it('was not there, live, suspended, live again, revoked and stays so', () => {
    const organisation = newOrganisation();
    const basis = organisation.attested(newPerson(), ROLE.client);
    for (const suspended of [true, false]) organisation.accept(organisation.suspend(basis, suspended));
    organisation.accept(organisation.revoke(basis));
    const fact = organisation.state.attestations.get(toHex(basis));
    if (fact === undefined) throw new Error('no attestation');
    const standings = [2, 3, 4, 5, 6, 7].map((seq) => standingAt(fact, seq));
    expect(standings).toEqual([undefined, 'live', 'suspended', 'live', 'revoked', 'revoked']);
    const lift = organisation.suspend(basis, false);
    expect(applyOrganisation(organisation.state, lift)).toMatchObject({
      verdict: { rule: 'attest_revoked' },
    });
  });

  it('of an invite is a basis from its CLAIM on, and names who claimed it', () => {
    const organisation = newOrganisation();
    const [key, person] = [newKey(), newPerson()];
    const attestHash = organisation.accept(organisation.invite(key));
    const claim = organisation.accept(organisation.claim(attestHash, { key, person }));
    const { state } = organisation;
    expect(basisAt(state, attestHash, state.seq)).toBeUndefined();
    expect(basisAt(state, claim, state.seq - 1)).toBeUndefined();
    expect(basisAt(state, claim, state.seq)).toMatchObject({
      standing: 'live',
      personGenesisHash: person.state.genesisHash,
    });
  });
});

describe('states', () => {
  it('are never changed by what is applied to them: two continuations of one state do not meet', () => {
    const person = newPerson();
    const { state } = person;
    const [left, right] = [person.userKey(), person.userKey()].map((bytes) => applyIdentity(state, bytes));
    if (left?.ok !== true || right?.ok !== true) throw new Error('refused');
    expect(state).toMatchObject({ seq: 2 });
    expect(state.hashes.at(3)).toBeUndefined();
    expect(left.state.hashes.at(3)).toEqual(left.entryHash);
    expect(right.state.hashes.at(3)).toEqual(right.entryHash);
  });

  it('share all they can: a message without ops copies neither roster nor obligations nor history', () => {
    const { thread, client, prescriber } = newCase();
    const ops = [op(OP.open, { responder: prescriber.state.chainId, dueMs: T0 + HOUR })];
    thread.accept(thread.message(client, { ops }));
    const before = thread.state;
    const { state } = thread.accept(thread.message(client));
    for (const part of ['rows', 'obligations', 'statedHeads', 'organisations', 'deferred'] as const) {
      expect(state[part]).toBe(before[part]);
    }
  });
});

describe('the log of hashes', () => {
  it('is a list of its own for every branch, whatever is appended where', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (choices) => {
        const branches: { log: HashLog; model: Uint8Array[] }[] = [{ log: HashLog.empty, model: [] }];
        for (const choice of choices) {
          const from = branches[choice % branches.length] ?? { log: HashLog.empty, model: [] };
          const value = randomBytes(32);
          branches.push({ log: from.log.append(value), model: [...from.model, value] });
        }
        for (const { log, model } of branches) {
          expect(log.length).toBe(model.length);
          expect(model.map((_, index) => log.at(index + 1))).toEqual(model);
          expect(log.at(0)).toBeUndefined();
          expect(log.at(model.length + 1)).toBeUndefined();
        }
      }),
    );
  });

  it('gives copies: writing into one does not reach the log', () => {
    const log = HashLog.empty.append(new Uint8Array(32).fill(7));
    log.at(1)?.fill(0);
    expect(log.at(1)).toEqual(new Uint8Array(32).fill(7));
  });
});

describe('the layered map', () => {
  it('is a map, and the ones it came from stay as they were', () => {
    const writes = fc.array(fc.tuple(fc.nat(60), fc.nat()), { maxLength: 250 });
    fc.assert(
      fc.property(writes, (pairs) => {
        let map = LayeredMap.empty<number, { readonly value: number }>();
        const model = new Map<number, { readonly value: number }>();
        const halfway = Math.floor(pairs.length / 2);
        let kept = { map, model: new Map(model) };
        pairs.forEach(([key, value], index) => {
          map = map.with(key, { value });
          model.set(key, { value });
          if (index === halfway) kept = { map, model: new Map(model) };
        });
        for (const pair of [{ map, model }, kept]) {
          expect(pair.map.size).toBe(pair.model.size);
          expect(new Map(pair.map)).toEqual(pair.model);
          expect([...pair.map.keys()].sort()).toEqual([...pair.model.keys()].sort());
          expect([...pair.map.values()]).toHaveLength(pair.model.size);
          for (const [key, value] of pair.model) expect(pair.map.get(key)).toEqual(value);
          expect(pair.map.has(61)).toBe(false);
        }
        const visited: number[] = [];
        map.forEach((_, key) => visited.push(key));
        expect(visited).toEqual([...map.keys()]);
      }),
      { numRuns: 40 },
    );
  });
});
