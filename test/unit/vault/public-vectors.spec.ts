import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { x25519 } from '@noble/curves/ed25519.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import sodium from 'libsodium-wrappers';
import { concatBytes, fromHex, toHex, utf8 } from '#protocol';
import { verifyDetached } from '../../../libs/chain/sodium.js';
import { Secret } from '../../../libs/vault/secret.js';
import { decapsulate, encapsulate, kemPublicKey, open, seal } from '../../../libs/vault/sodium.js';

/** Public files beside the project, not copied into it. */
const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'vectors');
const present = existsSync(FOLDER);
if (!present) {
  console.warn(
    `SKIPPED: X-Wing and Wycheproof vectors are not here (looked in ${FOLDER}). Nothing below was checked.`,
  );
}
const withVectors = present ? describe : describe.skip;

type Case = Readonly<Record<string, string>>;

interface Wycheproof {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKey?: { readonly pk: string };
    readonly tests: readonly (Case & { readonly tcId: number })[];
  }[];
}

function load(file: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
}

/** Runs every test of a file and gives the ids of those whose judgement differs, with how many ran. */
function disagreements(
  file: string,
  judge: (test: Case, publicKey: Uint8Array) => boolean,
): { readonly ran: number; readonly wrong: readonly number[]; readonly stated: number } {
  const content = load(file) as Wycheproof;
  const all = content.testGroups.flatMap((group) => group.tests.map((test) => ({ group, test })));
  const wrong = all.filter(
    ({ group, test }) => judge(test, fromHex(group.publicKey?.pk ?? '')) !== (test['result'] === 'valid'),
  );
  return { ran: all.length, wrong: wrong.map(({ test }) => test.tcId), stated: content.numberOfTests };
}

function expectAgreement(result: ReturnType<typeof disagreements>): void {
  expect(result.wrong).toEqual([]);
  expect(result.ran).toBe(result.stated);
  expect(result.ran).toBeGreaterThan(100);
}

const hex = (test: Case, field: string): Uint8Array => fromHex(test[field] ?? '');

const X25519_KEY = new Uint8Array(32).fill(9);
const X25519_PUBLIC = x25519.getPublicKey(X25519_KEY);
const EPHEMERAL = new Uint8Array(32).fill(5);

/** X-Wing's combiner: what the façade must give for an ML-KEM key and secret that a vector states. */
function combined(mlKemSecret: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const shared = x25519.getSharedSecret(EPHEMERAL, X25519_PUBLIC);
  return sha3_256(concatBytes(mlKemSecret, shared, ciphertext.slice(1088), X25519_PUBLIC, utf8('\\.//^\\')));
}

withVectors('The façades agree with public vectors', () => {
  it('X-Wing: key, encapsulation and decapsulation', () => {
    const vectors = load('xwing.json') as readonly Case[];
    expect(vectors.length).toBeGreaterThanOrEqual(3);
    for (const vector of vectors) {
      const secret = new Secret('kemSecret', hex(vector, 'seed'));
      expect(toHex(kemPublicKey(secret))).toBe(vector['pk']);
      const sent = encapsulate(hex(vector, 'pk'), hex(vector, 'eseed'));
      expect(sent && toHex(sent.ciphertext)).toBe(vector['ct']);
      expect(sent && toHex(sent.shared.reveal())).toBe(vector['ss']);
      const received = decapsulate(hex(vector, 'ct'), secret);
      expect(received && toHex(received.reveal())).toBe(vector['ss']);
    }
  });

  it('Wycheproof Ed25519: the public half accepts and refuses as stated', () => {
    expectAgreement(
      disagreements('wycheproof_ed25519.json', (test, publicKey) => {
        const signature = hex(test, 'sig');
        // Another length cannot reach the façade: the wire has room for exactly 64 bytes.
        if (signature.length !== 64) return false;
        return verifyDetached(signature, hex(test, 'msg'), publicKey);
      }),
    );
  });

  it('Wycheproof XChaCha20-Poly1305: sealing and opening as stated', () => {
    expectAgreement(
      disagreements('wycheproof_xchacha20_poly1305.json', (test) => {
        const key = new Secret('aeadKey', hex(test, 'key'));
        const [nonce, aad, message] = [hex(test, 'iv'), hex(test, 'aad'), hex(test, 'msg')];
        const stated = concatBytes(hex(test, 'ct'), hex(test, 'tag'));
        if (nonce.length !== 24) {
          expect(() => open(key, stated, { aad, nonce })).toThrow(RangeError);
          return false;
        }
        const opened = open(key, stated, { aad, nonce });
        const sealed = seal(key, message, { aad, nonce });
        return opened !== undefined && toHex(opened) === toHex(message) && toHex(sealed) === toHex(stated);
      }),
    );
  });

  it('Wycheproof ML-KEM-768 encapsulation, inside X-Wing: the façade refuses bad keys and combines good ones', () => {
    expectAgreement(
      disagreements('wycheproof_mlkem_768_encaps.json', (test) => {
        const key = hex(test, 'ek');
        if (key.length !== 1184) {
          expect(() => encapsulate(concatBytes(key, X25519_PUBLIC), new Uint8Array(64))).toThrow(RangeError);
          return false;
        }
        const sent = encapsulate(concatBytes(key, X25519_PUBLIC), concatBytes(hex(test, 'm'), EPHEMERAL));
        if (sent === undefined) return false;
        const secret = combined(hex(test, 'K'), sent.ciphertext);
        return (
          toHex(sent.ciphertext.slice(0, 1088)) === test['c'] && toHex(sent.shared.reveal()) === toHex(secret)
        );
      }),
    );
  });

  // X-Wing expands its own 32-byte seed, so a 64-byte ML-KEM seed cannot be fed through the façade: decapsulation is
  // checked on the library the façade stands on and on the one the second implementation stands on.
  const decapsulators: Readonly<Record<string, (test: Case) => Uint8Array>> = {
    'the library under the façade': (test) => {
      const { privateKey } = sodium.crypto_kem_mlkem768_seed_keypair(hex(test, 'seed'));
      return sodium.crypto_kem_mlkem768_dec(hex(test, 'c'), privateKey);
    },
    'the library of the second implementation': (test) => {
      const { secretKey } = ml_kem768.keygen(hex(test, 'seed'));
      return ml_kem768.decapsulate(hex(test, 'c'), secretKey);
    },
  };

  it.each(Object.entries(decapsulators))('Wycheproof ML-KEM-768 decapsulation: %s', (_, decapsulated) => {
    expectAgreement(
      disagreements('wycheproof_mlkem_768.json', (test) => {
        try {
          return toHex(decapsulated(test)) === test['K'];
        } catch {
          return false;
        }
      }),
    );
  });
});
