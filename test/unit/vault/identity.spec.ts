import { mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { applyIdentity, hash, keyHashOf } from '#chain';
import {
  LABEL,
  concatBytes,
  encodeIdentityGenesisKeys,
  encodeUserKey,
  encodeUserKeyPrefix,
  equalBytes,
  parseEntry,
  parseIdentityGenesis,
  parseUserKey,
  utf8,
  type Entry,
} from '#protocol';
import { createIdentity, importKeys, sealUserKey, type NewIdentity } from '#vault';
import { KemPair, sealWrap, wrapContext } from '../../../libs/vault/kem.js';
import { archiveWrapBinding, deviceWrapBinding, userKeyCommitment } from '../../../libs/vault/person.js';
import { platformRandomness } from '../../../libs/vault/randomness.js';
import { Secret } from '../../../libs/vault/secret.js';
import { derive, open, signingPair } from '../../../libs/vault/sodium.js';
import { flipped, valueOf } from './scene.js';
import { verifiedIdentity } from './verified.js';

const TS_MS = 1_767_603_600_000;

function renewed(identity: NewIdentity, generation: number): Entry {
  const { person, genesis, userKey } = identity;
  const keys = parseIdentityGenesis(genesis.body);
  const state = verifiedIdentity([genesis.bytes, userKey.bytes]);
  return sealUserKey({
    signer: person.device,
    genesisHash: person.genesisHash,
    place: {
      chainId: person.userId,
      seq: 3,
      prevHash: state.head,
      authorUser: person.userId,
      tsMs: TS_MS + 1,
    },
    generation,
    devices: [{ deviceId: person.device.keyId, kemKey: keys.deviceKemKey }],
    archiveKey: keys.archiveKey,
  });
}

describe('A new identity', () => {
  const identity = createIdentity({ displayName: 'Dr Ünal', tsMs: TS_MS });
  const { person, genesis, userKey, recovery } = identity;
  const record = parseIdentityGenesis(genesis.body);

  it('is two entries that the chain rules accept, under the ids its keys state', () => {
    const state = verifiedIdentity([genesis.bytes, userKey.bytes]);
    expect(state.genesisHash).toEqual(person.genesisHash);
    expect(state.chainId).toEqual(person.userId);
    expect(genesis.header.authorDevice).toEqual(person.device.keyId);
    expect(person.generations).toEqual([1]);
  });

  it('is another one every time', () => {
    const other = createIdentity({ displayName: 'Dr Ünal', tsMs: TS_MS });
    expect(equalBytes(other.person.userId, person.userId)).toBe(false);
    expect(other.recovery.words()).not.toEqual(recovery.words());
  });

  it('commits to the display name without containing it', () => {
    expect(record.displayCommitment).toEqual(hash(LABEL.display, identity.displayNonce, utf8('Dr Ünal')));
    expect(Buffer.from(genesis.bytes).includes('Ünal')).toBe(false);
  });

  it('can be read back from its 24 words alone: archive key, user key, recovery signing key', () => {
    const words = recovery.words();
    expect(words).toHaveLength(24);
    const recoveryKey = new Secret(
      'recoveryKey',
      Uint8Array.from(mnemonicToEntropy(words.join(' '), wordlist)),
    );
    const seed = derive(recoveryKey, LABEL.recoverySign, { name: 'signingSeed', context: [] });
    expect(signingPair(seed).publicKey).toEqual(record.recoverySigningKey);
    const context = [keyHashOf(record.archiveKey)];
    const boxKey = derive(recoveryKey, LABEL.recoveryBox, { name: 'aeadKey', context });
    const aad = encodeIdentityGenesisKeys(record);
    const secret = open(boxKey, record.archiveBox, { aad, nonce: record.archiveNonce });
    if (secret === undefined) throw new Error('the archive box does not open');
    const archive = new KemPair(new Secret('kemSecret', secret));
    expect(archive.publicKey).toEqual(record.archiveKey);
    const boxes = parseUserKey(userKey.body);
    const place = {
      genesisHash: person.genesisHash,
      generation: 1,
      context: wrapContext(userKey.headerBytes, encodeUserKeyPrefix(boxes)),
    };
    const inside = archive.openWrap('kemSecret', boxes.archive, archiveWrapBinding(place));
    if (inside === undefined) throw new Error('the archive does not open the user key');
    expect(new KemPair(inside).publicKey).toEqual(boxes.publicKey);
  });

  it('is the same after its keys went through a key store', () => {
    const back = valueOf(importKeys('person', person.export()));
    expect(back.device.keyId).toEqual(person.device.keyId);
    expect(back.userId).toEqual(person.userId);
    expect(back.export()).toEqual(person.export());
  });

  it('is refused by the key store reader when cut, extended or of another kind', () => {
    const bytes = person.export();
    const hostile = [bytes.slice(0, -1), concatBytes(bytes, Uint8Array.of(0)), new Uint8Array(0)];
    for (const each of hostile) expect(importKeys('person', each)).toEqual({ ok: false, fault: 'malformed' });
    expect(importKeys('epoch', bytes)).toEqual({ ok: false, fault: 'malformed' });
    expect(importKeys('organisation', bytes)).toEqual({ ok: false, fault: 'malformed' });
  });
});

describe('The next generation of a user key', () => {
  const identity = createIdentity({ displayName: 'Somebody', tsMs: TS_MS });
  const { person, genesis, userKey } = identity;
  const entry = renewed(identity, 2);

  it('is accepted by the chain rules and taken up beside the old one', () => {
    const state = verifiedIdentity([genesis.bytes, userKey.bytes, entry.bytes]);
    expect(state.seq).toBe(3);
    const next = valueOf(person.openUserKey(entry));
    expect(next.generations).toEqual([1, 2]);
    expect(person.generations).toEqual([1]);
    expect(valueOf(importKeys('person', next.export())).generations).toEqual([1, 2]);
  });

  it('is a fault, never an exception, for a person it was not made for', () => {
    const stranger = createIdentity({ displayName: 'Stranger', tsMs: TS_MS }).person;
    expect(stranger.openUserKey(entry)).toEqual({ ok: false, fault: 'no_row' });
    expect(person.openUserKey(genesis)).toEqual({ ok: false, fault: 'malformed' });
  });

  it('opens for nobody when its box is altered or stands under another header', () => {
    const record = parseUserKey(entry.body);
    const [device] = record.devices;
    if (device === undefined) throw new Error('one device');
    const resigned = (change: Partial<typeof record>, seq = 3): Entry =>
      person.device.signEntry({ ...entry.header, seq }, encodeUserKey({ ...record, ...change }));
    const boxes = [
      { devices: [{ ...device, box: flipped(device.box, 7) }] },
      { devices: [{ ...device, ciphertext: flipped(device.ciphertext, 8000) }] },
      { generation: 3 },
      { commitment: flipped(record.commitment, 0) },
    ];
    for (const change of boxes)
      expect(person.openUserKey(resigned(change))).toEqual({ ok: false, fault: 'wrap' });
    expect(person.openUserKey(resigned({}, 4))).toEqual({ ok: false, fault: 'wrap' });
  });

  it('is refused by commitment when the box holds another secret than the entry states, in either of its two ways', () => {
    const keys = parseIdentityGenesis(genesis.body);
    const deviceId = person.device.keyId;
    const { genesisHash } = person;
    const inside = new KemPair(new Secret('kemSecret', platformRandomness(32)));
    const honest = {
      publicKey: inside.publicKey,
      commitment: userKeyCommitment(genesisHash, 2, inside.secret),
    };
    const stated = parseUserKey(entry.body);
    const written = (head: typeof honest): Entry => {
      const record = { ...stated, ...head };
      const context = wrapContext(entry.headerBytes, encodeUserKeyPrefix(record));
      const binding = deviceWrapBinding({ genesisHash, generation: 2, context }, deviceId);
      const wrap = sealWrap(inside.secret, { publicKey: keys.deviceKemKey, binding }, platformRandomness);
      if (wrap === undefined) throw new Error('the device key is usable');
      return person.device.signEntry(
        entry.header,
        encodeUserKey({ ...record, devices: [{ deviceId, ...wrap }] }),
      );
    };
    const refusal = { ok: false, fault: 'commit' };
    expect(person.openUserKey(written(honest)).ok).toBe(true);
    expect(person.openUserKey(written({ ...honest, publicKey: stated.publicKey }))).toEqual(refusal);
    expect(person.openUserKey(written({ ...honest, commitment: stated.commitment }))).toEqual(refusal);
  });

  it('has its boxes in ascending order of devices, in whatever order they were named', () => {
    const keys = parseIdentityGenesis(genesis.body);
    const deviceIds = [0xff, 0x00, 0x7f].map((byte) => new Uint8Array(16).fill(byte));
    const sealed = sealUserKey({
      signer: person.device,
      genesisHash: person.genesisHash,
      place: entry.header,
      generation: 2,
      devices: deviceIds.map((deviceId) => ({ deviceId, kemKey: keys.deviceKemKey })),
      archiveKey: keys.archiveKey,
    });
    const order = parseUserKey(sealed.body).devices.map(({ deviceId }) => deviceId[0]);
    expect(order).toEqual([0x00, 0x7f, 0xff]);
  });

  it('is not sealed to a key that is none', () => {
    const keys = parseIdentityGenesis(genesis.body);
    const draft = {
      signer: person.device,
      genesisHash: person.genesisHash,
      place: entry.header,
      generation: 2,
      devices: [{ deviceId: person.device.keyId, kemKey: new Uint8Array(1216).fill(0xff) }],
      archiveKey: keys.archiveKey,
    };
    expect(() => sealUserKey(draft)).toThrow(RangeError);
  });

  it('signed by another device is refused by the chain rules', () => {
    const stranger = createIdentity({ displayName: 'Stranger', tsMs: TS_MS }).person;
    const forged = stranger.device.signEntry(entry.header, entry.body);
    const outcome = applyIdentity(verifiedIdentity([genesis.bytes, userKey.bytes]), forged.bytes);
    expect(outcome.ok).toBe(false);
    expect(parseEntry(forged.bytes).header.authorDevice).toEqual(stranger.device.keyId);
  });
});
