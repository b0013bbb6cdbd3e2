import { applyThread, keyHashOf } from '#chain';
import {
  LABEL,
  LENGTH,
  ROTATE_REASON,
  concatBytes,
  encodeRotate,
  encodeRotatePrefix,
  equalBytes,
  parseRotate,
  type Entry,
  type Rotate,
} from '#protocol';
import { createIdentity, importKeys, openRotate, sealRotate, type EpochSecret } from '#vault';
import { sealWrap, wrapContext } from '../../../libs/vault/kem.js';
import { platformRandomness } from '../../../libs/vault/randomness.js';
import { Secret } from '../../../libs/vault/secret.js';
import type { Person } from '../../vectors/story.js';
import { epochOf, flipped, openScene, valueOf, worldOfScene } from './scene.js';
import { bytesOf, verifiedThread } from './verified.js';

const scene = openScene();
const { thread, therapist, client, prescriber, cover, seats } = scene;
const rotate = thread.chain.at(2);
const record = parseRotate(rotate.body);
const threadGenesisHash = thread.chain.genesisHash;

/** The same ROTATE with another body or place, signed by the honest author: what a dishonest one could write. */
function rewritten(change: Partial<Rotate>, header: Partial<Entry['header']> = {}): Entry {
  const signer = therapist.person.keys.device;
  return signer.signEntry({ ...rotate.header, ...header }, encodeRotate({ ...record, ...change }));
}

function fault(person: Person, entry: Entry, genesisHash = threadGenesisHash): string {
  const opened = openRotate({ person: person.keys, entry, threadGenesisHash: genesisHash });
  return opened.ok ? 'opened' : opened.fault;
}

function wrapsWith(index: number, change: Partial<Rotate['wraps'][number]>): Partial<Rotate> {
  return { wraps: record.wraps.map((wrap, at) => (at === index ? { ...wrap, ...change } : wrap)) };
}

const rowOf = (person: Person): number =>
  record.rows.findIndex((row) => equalBytes(row.holderId, person.keys.userId));

describe('A rotation', () => {
  it('is accepted by the chain rules and gives every row the same secret', () => {
    verifiedThread(bytesOf(thread.chain.entries), worldOfScene(scene));
    const secrets = seats.map(({ person }) => valueOf(epochOf(scene, person, 2)).export());
    expect(secrets[1]).toEqual(secrets[0]);
    expect(secrets[2]).toEqual(secrets[0]);
    expect(thread.epoch.export()).toEqual(secrets[0]);
  });

  it('gives nothing to a person without a row', () => {
    expect(fault(cover.person, rotate)).toBe('no_row');
  });

  it('after a removal gives the removed member nothing, and a new one nothing of before', () => {
    const later = openScene(scene);
    const { thread: own } = later;
    const change = { reason: ROTATE_REASON.members, tsMs: later.cast.tick() };
    own.rotate(
      later.therapist.person,
      { ...change, seats: [therapist, prescriber, cover] },
      platformRandomness,
    );
    verifiedThread(bytesOf(own.chain.entries), worldOfScene(later));
    expect(epochOf(later, client.person, 3)).toEqual({ ok: false, fault: 'no_row' });
    expect(epochOf(later, cover.person, 2)).toEqual({ ok: false, fault: 'no_row' });
    const [first, second] = [2, 3].map((seq) => valueOf(epochOf(later, prescriber.person, seq)).export());
    expect(second).not.toEqual(first);
  });

  it('opens no row with the wrap of another row', () => {
    const [first, second, third] = record.wraps;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three wraps');
    const swapped = rewritten({ wraps: [second, first, third] });
    const thirdHolder = record.rows[2]?.holderId ?? new Uint8Array(LENGTH.id);
    for (const { person } of seats) {
      const untouched = equalBytes(person.keys.userId, thirdHolder);
      expect(fault(person, swapped)).toBe(untouched ? 'opened' : 'wrap');
    }
  });

  it.each(['ciphertext', 'box'] as const)('opens with no bit of the %s turned', (part) => {
    const index = rowOf(client.person);
    const original = record.wraps[index]?.[part] ?? new Uint8Array();
    for (let bit = 0; bit < original.length * 8; bit += part === 'box' ? 5 : 397) {
      expect(fault(client.person, rewritten(wrapsWith(index, { [part]: flipped(original, bit) })))).toBe(
        'wrap',
      );
    }
  });

  it('is bound to everything in front of the wraps and to its place: header, roster, thread', () => {
    const rows = record.rows.map((row) => ({ ...row, expiresMs: row.expiresMs + 1 }));
    expect(fault(client.person, rewritten({ rows }))).toBe('wrap');
    expect(fault(client.person, rewritten({ epoch: 2 }))).toBe('wrap');
    expect(fault(client.person, rewritten({}, { seq: 3 }))).toBe('wrap');
    expect(fault(client.person, rewritten({}, { tsMs: rotate.header.tsMs + 1 }))).toBe('wrap');
    expect(fault(client.person, rotate, prescriber.person.keys.genesisHash)).toBe('wrap');
  });

  it('tells a row made for a generation one does not hold', () => {
    const rows = record.rows.map((row) => ({ ...row, generation: 9 }));
    expect(fault(client.person, rewritten({ rows }))).toBe('generation');
  });

  it('is malformed when it is another record', () => {
    expect(fault(client.person, thread.chain.genesis)).toBe('malformed');
  });

  it('A13: an author who gives one row another secret than he commits to is found by that row', () => {
    const index = rowOf(client.person);
    const row = record.rows[index];
    if (row === undefined) throw new Error('a row for the client');
    const u32 = (value: number): Uint8Array => Uint8Array.of(0, 0, 0, value);
    const fields = [threadGenesisHash, u32(1), row.holderId, u32(1)];
    const context = wrapContext(rotate.headerBytes, encodeRotatePrefix(record));
    const binding = { label: LABEL.wrapEpoch, fields, context };
    const target = { publicKey: client.person.userKey.publicKey, binding };
    const wrap = sealWrap(new Secret('epochSecret', platformRandomness(32)), target, platformRandomness);
    const dishonest = rewritten(wrapsWith(index, wrap ?? {}));
    expect(fault(client.person, dishonest)).toBe('commit');
    expect(fault(prescriber.person, dishonest)).toBe('opened');
    const world = worldOfScene(scene);
    const founding = verifiedThread(bytesOf(thread.chain.entries.slice(0, 1)), world).at(-1)?.state;
    expect(applyThread(founding, dishonest.bytes, world).ok).toBe(true);
  });
});

describe('Sealing a rotation', () => {
  const draft = (userKeys: readonly Uint8Array[], rows = record.rows) => ({
    signer: therapist.person.keys.device,
    threadGenesisHash,
    place: rotate.header,
    roster: { ...record, rows },
    userKeys,
  });
  const keys = thread.seats.map(({ person }) => person.userKey.publicKey);

  it('is refused when a given key is not the one its row names (A4)', () => {
    const foreign = createIdentity({ displayName: 'Ghost', tsMs: 1 });
    const [, , third] = keys;
    const ghost = foreign.userKey.body.slice(4, 4 + LENGTH.kemKey);
    expect(() => sealRotate(draft([ghost, ...keys.slice(1)]))).toThrow(RangeError);
    expect(() => sealRotate(draft(keys.slice(1)))).toThrow(RangeError);
    expect(() => sealRotate(draft([third ?? ghost, ...keys.slice(1)]))).toThrow(RangeError);
  });

  it('uses a fresh secret and fresh encapsulations every time', () => {
    const sealed = Array.from({ length: 20 }, () => sealRotate(draft(keys)));
    const ciphertexts = sealed.flatMap(({ entry }) =>
      parseRotate(entry.body).wraps.map((wrap) => wrap.ciphertext),
    );
    const distinct = (values: readonly Uint8Array[]): number =>
      new Set(values.map((value) => Buffer.from(value).toString('hex'))).size;
    expect(distinct(ciphertexts)).toBe(60);
    expect(distinct(sealed.map(({ epoch }) => epoch.export()))).toBe(20);
  });

  it('is not stopped by a member who published an unusable key (A12): he alone cannot open it', () => {
    const index = rowOf(client.person);
    const broken = new Uint8Array(LENGTH.kemKey).fill(0xff);
    const rows = record.rows.map((row, at) => (at === index ? { ...row, keyHash: keyHashOf(broken) } : row));
    const userKeys = keys.map((key, at) => (at === index ? broken : key));
    const { entry, unreachable } = sealRotate(draft(userKeys, rows));
    expect(unreachable).toEqual([client.person.keys.userId]);
    expect(fault(client.person, entry)).toBe('wrap');
    expect(fault(prescriber.person, entry)).toBe('opened');
  });
});

describe('An epoch secret', () => {
  it('is the same after it went through a key store, and refused when cut or extended', () => {
    const epoch: EpochSecret = thread.epoch;
    const bytes = epoch.export();
    expect(valueOf(importKeys('epoch', bytes)).commitment()).toEqual(record.esCommit);
    for (const hostile of [bytes.slice(1), concatBytes(bytes, bytes)]) {
      expect(importKeys('epoch', hostile)).toEqual({ ok: false, fault: 'malformed' });
    }
  });
});
