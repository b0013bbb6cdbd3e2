import { scryptSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Member, type KeyStore } from '#client';
import { FileStore } from '#client/file';
import { openBlob } from '#vault';
import {
  FILE_HEADER_BYTES,
  frameContext,
  parseFileHeader,
  splitFrames,
} from '../../../libs/client/file.format.js';
import { newAdministrator } from '../../support/client/scene.js';
import { newServiceDouble } from '../../support/client/service.double.js';
import { codeOf } from '../../support/client/shown.js';

const bytes = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value);

describe('the encrypted file key store', () => {
  let folder: string;
  let path: string;
  const open = (): Promise<KeyStore> => FileStore.open({ path, passphrase: 'correct horse' });
  const create = (): Promise<KeyStore> => FileStore.create({ path, passphrase: 'correct horse' });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trialogue-keys-'));
    path = join(folder, 'person.keys');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('gives back what was written, changed and forgotten, and nothing of it is readable in the file', async () => {
    const store = await create();
    const secret = new TextEncoder().encode('a secret that must not stand in the file');
    await store.write([
      { key: 'secret', value: secret },
      { key: 'gone', value: bytes(10) },
    ]);
    await store.write([{ key: 'gone', value: undefined }]);
    await store.close();
    const file = await readFile(path);
    expect(file.includes(Buffer.from(secret))).toBe(false);
    expect(file.includes('gone')).toBe(false);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await open();
    expect(await again.load()).toEqual(new Map([['secret', secret]]));
    await again.close();
  });

  it('opens an empty store, and says when there is none or already one', async () => {
    expect(await codeOf(open())).toBe('store.not_found');
    await (await create()).close();
    expect(await codeOf(create())).toBe('store.not_empty');
    const opened = await FileStore.openOrCreate({ path, passphrase: 'correct horse' });
    expect((await opened.load()).size).toBe(0);
    await opened.close();
  });

  it('tells a wrong passphrase from a damaged file', async () => {
    const store = await create();
    await store.write([{ key: 'a', value: bytes(100) }]);
    await store.write([{ key: 'b', value: bytes(100) }]);
    await store.close();
    expect(await codeOf(FileStore.open({ path, passphrase: 'wrong' }))).toBe('store.wrong_passphrase');
    const file = await readFile(path);
    const middle = Math.floor(file.length / 2);
    file[middle] = (file[middle] ?? 0) ^ 1;
    await writeFile(path, file);
    expect(await codeOf(open())).toBe('store.corrupt');
    await writeFile(path, 'not a key file at all, but long enough to have a header');
    expect(await codeOf(open())).toBe('store.corrupt');
  });

  it('keeps a second writer out until the first one closes', async () => {
    const store = await create();
    expect(await codeOf(open())).toBe('store.locked');
    await store.close();
    const second = await open();
    expect(await codeOf(store.write([{ key: 'late', value: bytes(1) }]))).toBe('store.closed');
    await second.close();
  });

  it('drops a write that was cut off and keeps everything before it', async () => {
    const store = await create();
    await store.write([{ key: 'kept', value: bytes(50) }]);
    const { size } = await stat(path);
    await store.write([{ key: 'cut', value: bytes(500) }]);
    await store.close();
    const file = await readFile(path);
    for (const length of [size + 1, size + 4, size + 200, file.length - 1]) {
      await writeFile(path, file.subarray(0, length));
      const again = await open();
      expect([...(await again.load()).keys()]).toEqual(['kept']);
      await again.write([{ key: 'after', value: bytes(5) }]);
      await again.close();
      const once = await open();
      expect([...(await once.load()).keys()]).toEqual(['kept', 'after']);
      await once.close();
    }
  }, 60_000);

  it('refuses frames in another order, or without one in the middle', async () => {
    const store = await create();
    const sizes = [(await stat(path)).size];
    for (const key of ['one', 'two', 'three']) {
      await store.write([{ key, value: bytes(40) }]);
      sizes.push((await stat(path)).size);
    }
    await store.close();
    const file = await readFile(path);
    const [start = 0, one = 0, two = 0] = sizes;
    const head = file.subarray(0, start);
    await writeFile(
      path,
      Buffer.concat([head, file.subarray(one, two), file.subarray(start, one), file.subarray(two)]),
    );
    expect(await codeOf(open())).toBe('store.corrupt');
    await writeFile(path, Buffer.concat([head, file.subarray(one)]));
    expect(await codeOf(open())).toBe('store.corrupt');
  });

  it('costs an entry its own bytes, however large the store has grown', async () => {
    const store = await create();
    await store.write([{ key: 'large', value: bytes(2_000_000) }]);
    const { size } = await stat(path);
    await store.write([{ key: 'small', value: bytes(300) }]);
    expect((await stat(path)).size - size).toBeLessThan(500);
    await store.close();
  });

  it('rewrites itself when most of it is no longer needed', async () => {
    const store = await create();
    await store.write([{ key: 'kept', value: bytes(1000) }]);
    for (let n = 0; n < 12; n += 1) await store.write([{ key: 'changing', value: bytes(1_000_000, n) }]);
    expect((await stat(path)).size).toBeLessThan(8_000_000);
    await store.write([{ key: 'after', value: bytes(3) }]);
    await store.close();
    const again = await open();
    const held = await again.load();
    expect([...held.keys()].sort()).toEqual(['after', 'changing', 'kept']);
    expect(held.get('changing')?.[0]).toBe(11);
    await again.close();
  });

  /** Every key and value that stands anywhere in the file, forgotten ones too. */
  async function everythingIn(file: string): Promise<string> {
    const stored = new Uint8Array(await readFile(file));
    const header = stored.slice(0, FILE_HEADER_BYTES);
    const { logN, r, p, salt } = parseFileHeader(header);
    const key = new Uint8Array(
      scryptSync('correct horse', salt, 32, { N: 2 ** logN, r, p, maxmem: 256 * r * 2 ** logN }),
    );
    const { frames } = splitFrames(stored.subarray(FILE_HEADER_BYTES));
    const texts = frames.map((frame, index) => {
      const batch = openBlob({ key, aad: frameContext(header, index, frames[index - 1]) }, frame);
      if (!batch.ok) throw new Error('a frame that does not open');
      return Buffer.from(batch.value).toString('latin1');
    });
    return texts.join('\n');
  }

  it('holds the recovery words while a person joins, and nowhere any more after the first sync', async () => {
    const service = await newServiceDouble();
    const { link } = await (await newAdministrator(service)).invite({ role: 'therapist' });
    const store = await create();
    const transport = service.transport();
    const joined = await Member.join({ link, displayName: 'Forgetful', store, transport, patienceMs: 0 });
    const words = JSON.stringify(joined.recoveryWords);
    expect(await everythingIn(path)).toContain(words);
    await joined.member.sync();
    await store.write([{ key: 'after', value: bytes(3) }]);
    const left = await everythingIn(path);
    expect(left).not.toContain(words);
    expect(left).not.toContain('joining');
    expect(left).toContain('after');
    await joined.member.close();
    const again = await open();
    expect([...(await again.load()).keys()]).toContain('keys');
    await again.close();
  });

  it('lets many writers at once share the disk without losing one', async () => {
    const store = await create();
    const keys = Array.from({ length: 50 }, (_, n) => `key ${String(n)}`);
    await Promise.all(keys.map((key) => store.write([{ key, value: bytes(20) }])));
    await store.close();
    const again = await open();
    expect([...(await again.load()).keys()].sort()).toEqual([...keys].sort());
    await again.close();
  });
});
