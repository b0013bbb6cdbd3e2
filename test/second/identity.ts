import { mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { ctHash, keyHash, wrapContext } from './entries.js';
import {
  H,
  KDF,
  aeadOpen,
  aeadSeal,
  be,
  decapsulate,
  encapsulate,
  join,
  text,
  zeros,
  type Bytes,
} from './primitives.js';

/** WIRE §4. Secrets and randomness are inputs: this half only computes. */
export const recoveryKey = (words: string): Bytes => mnemonicToEntropy(words, wordlist);
export const recoverySigningSeed = (key: Bytes): Bytes => KDF(key, 'recovery/sign');
export const displayCommitment = (nonce: Bytes, name: string): Bytes => H('display', nonce, text(name));

export interface GenesisInput {
  readonly deviceSigningKey: Bytes;
  readonly deviceKemKey: Bytes;
  readonly recoverySigningKey: Bytes;
  readonly archiveKey: Bytes;
  readonly archiveSecret: Bytes;
  readonly displayCommitment: Bytes;
  readonly archiveNonce: Bytes;
  readonly recoveryKey: Bytes;
}

export function genesisBody(input: GenesisInput): Bytes {
  const keys = join(
    input.deviceSigningKey,
    input.deviceKemKey,
    input.recoverySigningKey,
    input.archiveKey,
    input.displayCommitment,
  );
  const boxKey = KDF(input.recoveryKey, 'recovery/box', keyHash(input.archiveKey));
  return join(keys, input.archiveNonce, aeadSeal(boxKey, input.archiveNonce, keys, input.archiveSecret));
}

const userKeyCommitment = (genesisHash: Bytes, generation: number, secret: Bytes): Bytes =>
  H('user-key-commit', genesisHash, be(generation, 4), secret);

interface UserKeyInput {
  readonly head: Bytes;
  readonly genesisHash: Bytes;
  readonly generation: number;
  readonly secret: Bytes;
  readonly publicKey: Bytes;
  readonly devices: readonly { readonly id: Bytes; readonly kemKey: Bytes; readonly randomness: Bytes }[];
  readonly archive: { readonly kemKey: Bytes; readonly randomness: Bytes };
}

export function userKeyBody(input: UserKeyInput): Bytes {
  const { genesisHash, generation, secret } = input;
  const prefix = join(be(generation, 4), input.publicKey, userKeyCommitment(genesisHash, generation, secret));
  const A = wrapContext(input.head, prefix);
  const bound = [genesisHash, be(generation, 4)];
  const seal = (name: string, kemKey: Bytes, randomness: Bytes, ...id: Bytes[]): Bytes => {
    const { ct, ss } = encapsulate(kemKey, randomness);
    const key = KDF(ss, name, ...bound, ...id, ctHash(ct), keyHash(kemKey), A);
    return join(ct, aeadSeal(key, zeros(24), A, secret));
  };
  return join(
    prefix,
    be(input.devices.length, 1),
    ...input.devices.map((one) => join(one.id, seal('wrap/user-key', one.kemKey, one.randomness, one.id))),
    seal('wrap/archive', input.archive.kemKey, input.archive.randomness),
  );
}

interface OpenUserKeyInput {
  readonly head: Bytes;
  readonly body: Bytes;
  readonly genesisHash: Bytes;
  readonly deviceId: Bytes;
  readonly deviceKemKey: Bytes;
  readonly deviceKemSecret: Bytes;
}

/** Opens the first device's box of a USER_KEY that names one device. */
export function openUserKey(input: OpenUserKeyInput): Bytes {
  const { head, body, genesisHash, deviceId } = input;
  const prefix = body.slice(0, 4 + 1216 + 32);
  const A = wrapContext(head, prefix);
  const ct = body.slice(prefix.length + 1 + 16, prefix.length + 1 + 16 + 1120);
  const box = body.slice(prefix.length + 1 + 16 + 1120, prefix.length + 1 + 16 + 1120 + 48);
  const ss = decapsulate(ct, input.deviceKemSecret);
  const key = KDF(
    ss,
    'wrap/user-key',
    genesisHash,
    body.slice(0, 4),
    deviceId,
    ctHash(ct),
    keyHash(input.deviceKemKey),
    A,
  );
  return aeadOpen(key, zeros(24), A, box);
}
