import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { chainId, deviceId, entry as build, entryHash, keyId, split, toSign, WORD } from './entries.js';
import { openUserKey, recoveryKey, recoverySigningSeed } from './identity.js';
import { invitePin, inviteSeed } from './organisation.js';
import { H, KDF, join, kemPublicKey, sign, signingPublicKey, verify } from './primitives.js';
import { bodyOf, headOf, headerFields, userSecret } from './rebuild.js';
import { headCode, openMessage, openRotate, safetyNumber, signInBytes } from './thread.js';
import { bytesOf, readVectors, type VectorEntry, type VectorPerson, type VectorThread } from './vectors.js';

const identities = readVectors('identity') as { people: VectorPerson[]; entries: VectorEntry[] };
const organisations = readVectors('organisation') as { entries: VectorEntry[] };
const threads = {
  thread: readVectors('thread') as VectorThread,
  conversation: readVectors('conversation') as VectorThread,
};
const everyEntry = [identities, organisations, ...Object.values(threads)].flatMap(({ entries }) => entries);

describe('the second implementation, from the wire page alone', () => {
  it.each(
    everyEntry.map(
      (entry) => [`${entry.name} (${WORD[entry.header.kind]} ${entry.header.seq})`, entry] as const,
    ),
  )('builds %s byte for byte', (_name, vector) => {
    const built = build(headerFields(vector), bodyOf(vector), hexToBytes(vector.signerSeed));
    expect(bytesToHex(built)).toBe(vector.entry);
    expect(bytesToHex(entryHash(vector.header.kind, built))).toBe(vector.entryHash);
    const { head, body, signature } = split(built);
    const publicKey = signingPublicKey(hexToBytes(vector.signerSeed));
    expect(verify(signature, toSign(vector.header.kind, head, body), publicKey)).toBe(true);
  });

  it('certifies every chain by its GENESIS', () => {
    const founding = everyEntry.filter((entry) => entry.header.type === 1);
    expect(founding.length).toBeGreaterThanOrEqual(9);
    for (const vector of founding) {
      expect(bytesToHex(chainId(vector.header.kind, hexToBytes(vector.entry)))).toBe(vector.chainId);
    }
  });

  it('names people, devices and recovery kits alike', () => {
    for (const person of identities.people) {
      const genesis = identities.entries.find((entry) => entry.chainId === person.userId);
      if (genesis === undefined) throw new Error('person without a chain');
      const device = deviceId(
        bytesOf(genesis.fields, 'deviceSigningKey'),
        bytesOf(genesis.fields, 'deviceKemKey'),
      );
      expect(bytesToHex(device)).toBe(person.deviceId);
      const recovery = recoveryKey(person.recoveryWords.join(' '));
      expect(bytesToHex(signingPublicKey(recoverySigningSeed(recovery)))).toBe(
        genesis.fields['recoverySigningKey'],
      );
    }
  });

  it('opens every USER_KEY with the device it was made for', () => {
    for (const vector of identities.entries.filter((entry) => entry.header.type === 2)) {
      const genesis = identities.entries.find((entry) => entry.chainId === vector.chainId);
      const kemSecret = genesis?.randomness[1]?.hex;
      if (genesis === undefined || kemSecret === undefined) throw new Error('USER_KEY of nobody');
      const opened = openUserKey({
        head: headOf(vector),
        body: split(hexToBytes(vector.entry)).body,
        genesisHash: hexToBytes(genesis.entryHash),
        deviceId: hexToBytes(vector.header.authorDevice),
        deviceKemKey: kemPublicKey(hexToBytes(kemSecret)),
        deviceKemSecret: hexToBytes(kemSecret),
      });
      expect(bytesToHex(opened)).toBe(vector.randomness[0]?.hex);
    }
  });
});

describe.each(Object.entries(threads))('the second implementation, reading %s', (_name, thread) => {
  const rotates = thread.entries.filter((entry) => entry.header.type === 2);

  it('opens each epoch with every row it was wrapped to', () => {
    expect(rotates).toHaveLength(thread.epochs.length);
    rotates.forEach((vector, index) => {
      const holders = vector.inputs['holders'] as { name: string; generation: number }[];
      expect(holders.map(({ name }) => name).sort()).toEqual(
        [...(thread.epochs[index]?.holders ?? [])].sort(),
      );
      for (const { name, generation } of holders) {
        const secret = userSecret(name, generation);
        const person = identities.people.find((one) => one.name === name);
        const opened = openRotate({
          head: headOf(vector),
          body: split(hexToBytes(vector.entry)).body,
          threadGenesis: hexToBytes(thread.genesisHash),
          holderId: hexToBytes(person?.userId ?? ''),
          userKey: kemPublicKey(secret),
          userSecret: secret,
        });
        expect(bytesToHex(opened)).toBe(thread.epochs[index]?.secret);
      }
    });
  });

  it('opens every message, and none with another epoch’s secret', () => {
    for (const vector of thread.entries.filter((entry) => entry.header.type === 3)) {
      const { head, body } = split(hexToBytes(vector.entry));
      const secret = bytesOf(vector.inputs, 'epochSecret');
      const { contentType, content } = openMessage(head, body, secret);
      expect(contentType).toBe(vector.inputs['contentType']);
      expect(JSON.stringify(content)).toBe(vector.inputs['json']);
      expect(() => openMessage(head, body, H('es-commit', secret))).toThrow('commitment');
    }
  });
});

describe('labels, invitations, sign-in and codes', () => {
  it('agree on every label', () => {
    const { input, key, labels } = readVectors('labels') as {
      input: string;
      key: string;
      labels: { label: string; H: string; KDF: string }[];
    };
    for (const one of labels) {
      const name = one.label.replace('trialogue/1/', '');
      expect(bytesToHex(H(name, hexToBytes(input)))).toBe(one.H);
      expect(bytesToHex(KDF(hexToBytes(key), name, hexToBytes(input)))).toBe(one.KDF);
    }
  });

  it('agree on every invitation', () => {
    for (const invite of readVectors('invite') as Record<string, string>[]) {
      const organisation = bytesOf(invite, 'organisationGenesisHash');
      const seed = inviteSeed(bytesOf(invite, 'secret'), organisation);
      expect(bytesToHex(seed)).toBe(invite['seed']);
      expect(bytesToHex(keyId(signingPublicKey(seed)))).toBe(invite['keyId']);
      const fragment = join(
        bytesOf(invite, 'secret'),
        invitePin(organisation, bytesOf(invite, 'inviterGenesisHash')),
      );
      expect(invite['link']?.split('#')[1]).toBe(Buffer.from(fragment).toString('base64url'));
    }
  });

  it('agree on the signature of a sign-in', () => {
    const vector = readVectors('sign-in') as Record<string, string> & { expiresAtMs: number };
    const message = signInBytes(
      vector['origin'] ?? '',
      bytesOf(vector, 'keyId'),
      bytesOf(vector, 'challenge'),
      vector.expiresAtMs,
    );
    expect(bytesToHex(sign(message, bytesOf(vector, 'seed')))).toBe(vector['signature']);
  });

  it('agree on what people compare', () => {
    const codes = readVectors('codes') as {
      safetyNumber: { genesisHashes: string[]; digits: string };
      headCode: { headHash: string; digits: string };
    };
    const digits = safetyNumber(codes.safetyNumber.genesisHashes.map((hash) => hexToBytes(hash)));
    expect(digits).toBe(codes.safetyNumber.digits.replaceAll(' ', ''));
    expect(headCode(hexToBytes(codes.headCode.headHash))).toBe(codes.headCode.digits);
  });
});
