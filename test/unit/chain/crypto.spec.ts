import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import {
  chainIdOf,
  constantTimeEqual,
  cryptoReady,
  deviceIdOf,
  entryHashOf,
  hash,
  headCodeOf,
  invitePinOf,
  keyHashOf,
  keyIdOf,
  safetyNumberOf,
  verifyEntrySignature,
  verifySignIn,
} from '#chain';
import { LABEL, LENGTH, concatBytes, parseEntry, utf8 } from '#protocol';
import { T0, newPerson } from '../../support/chain.factories.js';
import { newKey, randomBytes } from '../../support/chain.signer.js';

beforeAll(() => cryptoReady());

/** Written out by hand from the wire page, beside the implementation. */
function byHand(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const name = utf8(label);
  return sodium.crypto_generichash(32, concatBytes(Uint8Array.of(0, name.length), name, ...parts), null);
}

describe('the façade over libsodium', () => {
  it('takes bytes, never text', () => {
    const text = 'a'.repeat(32) as unknown as Uint8Array;
    const { key, deviceId } = newPerson();
    const claim = {
      origin: 'https://a.example',
      keyId: deviceId,
      challenge: randomBytes(32),
      expiresAtMs: T0,
    };
    expect(() => verifySignIn(text, randomBytes(64), claim)).toThrow(TypeError);
    expect(() => verifySignIn(key.publicKey, 'a'.repeat(64) as unknown as Uint8Array, claim)).toThrow(
      TypeError,
    );
    expect(() => constantTimeEqual(text, text)).toThrow(TypeError);
  });

  it.each([0, 31, 33, 64])('takes no public key of %i bytes', (length) => {
    const entry = parseEntry(newPerson().userKey());
    expect(() => verifyEntrySignature(entry, randomBytes(length))).toThrow(TypeError);
  });

  it('answers false, not an error, for a public key or a signature that is none', () => {
    const entry = parseEntry(newPerson().userKey());
    expect(verifyEntrySignature(entry, new Uint8Array(32))).toBe(false);
    expect(verifyEntrySignature(entry, new Uint8Array(32).fill(0xff))).toBe(false);
    expect(verifyEntrySignature({ ...entry, signature: new Uint8Array(64) }, newKey().publicKey)).toBe(false);
  });

  it('compares equal and unequal bytes of any lengths', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (left, right) => {
        expect(constantTimeEqual(left, right)).toBe(Buffer.compare(left, right) === 0);
        expect(constantTimeEqual(left, left.slice())).toBe(true);
      }),
    );
  });

  it('is ready as often as it is asked', async () => {
    await expect(Promise.all([cryptoReady(), cryptoReady()])).resolves.toBeDefined();
  });
});

describe('hashes and ids', () => {
  const entry = parseEntry(newPerson().userKey());
  const [one, two] = [randomBytes(32), randomBytes(32)];

  it('are BLAKE2b-256 over the length-prefixed label and the parts joined', () => {
    expect(hash(LABEL.sas, one, two)).toEqual(byHand('trialogue/1/sas', one, two));
    expect(hash(LABEL.sas, concatBytes(one, two))).toEqual(hash(LABEL.sas, one, two));
    expect(hash(LABEL.sas, one)).not.toEqual(hash(LABEL.headCode, one));
  });

  it('of entries, chains, devices, keys and pins follow the wire page', () => {
    expect(entryHashOf(entry)).toEqual(byHand('trialogue/1/hash/identity', entry.bytes));
    expect(chainIdOf(entry)).toEqual(byHand('trialogue/1/id/identity', entry.bytes).slice(0, LENGTH.id));
    expect(deviceIdOf(one, two)).toEqual(byHand('trialogue/1/id/device', one, two).slice(0, LENGTH.id));
    expect(keyIdOf(one)).toEqual(byHand('trialogue/1/id/key', one).slice(0, LENGTH.id));
    expect(keyHashOf(one)).toEqual(byHand('trialogue/1/key-hash', one));
    expect(invitePinOf(one, two)).toEqual(byHand('trialogue/1/invite-pin', one, two));
  });
});

describe('the safety number', () => {
  const people = [randomBytes(32), randomBytes(32), randomBytes(32)];

  it('is twelve groups of five digits, the same in whatever order people are named', () => {
    const number = safetyNumberOf(people);
    expect(number).toMatch(/^(\d{5} ){11}\d{5}$/u);
    expect(safetyNumberOf([...people].reverse())).toBe(number);
  });

  it('is the hash as one big-endian number, modulo 10^60', () => {
    const sorted = [...people].sort((left, right) => Buffer.compare(left, right));
    const value = BigInt(`0x${Buffer.from(byHand('trialogue/1/sas', ...sorted)).toString('hex')}`);
    const digits = (value % 10n ** 60n).toString().padStart(60, '0');
    expect(safetyNumberOf(people).replaceAll(' ', '')).toBe(digits);
  });

  it('changes with any person in it', () => {
    const [first = randomBytes(32), ...rest] = people;
    expect(safetyNumberOf([randomBytes(32), ...rest])).not.toBe(safetyNumberOf([first, ...rest]));
  });

  it('refuses somebody named twice and hashes of another length', () => {
    const [first = randomBytes(32)] = people;
    expect(() => safetyNumberOf([first, first])).toThrow(RangeError);
    expect(() => safetyNumberOf([randomBytes(16)])).toThrow(RangeError);
  });
});

describe('the head code', () => {
  it('is twelve digits of the head, leading zeros kept', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (head) => {
        const value = BigInt(`0x${Buffer.from(byHand('trialogue/1/head-code', head)).toString('hex')}`);
        expect(headCodeOf(head)).toBe((value % 10n ** 12n).toString().padStart(12, '0'));
      }),
      { numRuns: 50 },
    );
  });
});
