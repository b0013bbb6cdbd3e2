import { applyIdentity } from '#chain';
import { LENGTH, compareBytes } from '#protocol';
import { TestPerson, newOrganisation, newPerson } from '../../../support/chain.factories.js';
import { flipBit, newKey, randomBytes } from '../../../support/chain.signer.js';
import type { RuleCase, RuleCases } from './case.js';

/** Both twins continue the same person's chain. */
const twins =
  (make: (person: TestPerson) => { readonly good: Uint8Array; readonly bad: Uint8Array }) => (): RuleCase => {
    const person = newPerson();
    const { good, bad } = make(person);
    return { control: applyIdentity(person.state, good), broken: applyIdentity(person.state, bad) };
  };

export const IDENTITY_CASES = {
  wrong_kind: twins((person) => ({ good: person.userKey(), bad: newOrganisation().genesis() })),
  reserved_type: twins((person) => ({
    good: person.userKey(),
    bad: person.write(3, randomBytes(LENGTH.signingKey)),
  })),
  not_genesis: () => {
    const person = new TestPerson('new');
    return {
      control: applyIdentity(undefined, person.genesis()),
      broken: applyIdentity(undefined, person.userKey()),
    };
  },
  wrong_chain: twins((person) => ({
    good: person.userKey(),
    bad: person.userKey({}, { chainId: randomBytes(LENGTH.id) }),
  })),
  replayed: twins((person) => ({ good: person.userKey(), bad: person.entries[1] ?? new Uint8Array(0) })),
  seq_gap: twins((person) => ({ good: person.userKey(), bad: person.userKey({}, { seq: 4 }) })),
  prev_hash_mismatch: twins((person) => ({
    good: person.userKey(),
    bad: person.userKey({}, { prevHash: randomBytes(LENGTH.hash) }),
  })),
  wrong_author: twins((person) => ({
    good: person.userKey(),
    bad: person.userKey({}, { authorUser: randomBytes(LENGTH.id) }),
  })),
  signature: twins((person) => {
    const good = person.userKey();
    return { good, bad: flipBit(good, good.length * 8 - 300) };
  }),
  device_id_mismatch: () => {
    const person = new TestPerson('new');
    return {
      control: applyIdentity(undefined, person.genesis()),
      broken: applyIdentity(undefined, person.genesis({ authorDevice: randomBytes(LENGTH.id) })),
    };
  },
  device_not_active: twins((person) => ({
    good: person.userKey(),
    bad: person.userKey({}, { authorDevice: randomBytes(LENGTH.id), key: newKey() }),
  })),
  generation_not_next: twins((person) => ({
    good: person.userKey(),
    bad: person.userKey({ generation: 3 }),
  })),
  boxes_not_devices: twins((person) => {
    const box = (
      deviceId: Uint8Array,
    ): { deviceId: Uint8Array; ciphertext: Uint8Array; box: Uint8Array } => ({
      deviceId,
      ciphertext: randomBytes(LENGTH.kemCiphertext),
      box: randomBytes(LENGTH.box),
    });
    const ghost = [box(person.deviceId), box(randomBytes(LENGTH.id))].sort((left, right) =>
      compareBytes(left.deviceId, right.deviceId),
    );
    return {
      good: person.userKey({ devices: [box(person.deviceId)] }),
      bad: person.userKey({ devices: ghost }),
    };
  }),
} satisfies RuleCases;
