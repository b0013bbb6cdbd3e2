import fc from 'fast-check';
import { utf8 } from '#protocol';
import { openBlob, sealBlob } from '#vault';
import { platformRandomness } from '../../../libs/vault/randomness.js';
import { flipped } from './scene.js';

const under = { key: platformRandomness(32), aad: utf8('key store of a test') };

describe('A sealed blob', () => {
  it('opened under the same key and place is what was sealed, of any size', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(openBlob(under, sealBlob(under, bytes))).toEqual({ ok: true, value: bytes });
      }),
    );
  });

  it('with any one bit turned, cut or extended is refused', () => {
    const sealed = sealBlob(under, utf8('keys'));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      expect(openBlob(under, flipped(sealed, bit))).toEqual({ ok: false, fault: 'open' });
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(openBlob(under, sealed.slice(0, length)).ok).toBe(false);
    }
    expect(openBlob(under, Uint8Array.of(...sealed, 0))).toEqual({ ok: false, fault: 'open' });
  });

  it('is refused under another key and in another place', () => {
    const sealed = sealBlob(under, utf8('keys'));
    expect(openBlob({ ...under, key: platformRandomness(32) }, sealed)).toEqual({ ok: false, fault: 'open' });
    expect(openBlob({ ...under, aad: utf8('elsewhere') }, sealed)).toEqual({ ok: false, fault: 'open' });
  });

  it('never repeats a nonce, and leaves the key it was given as it was', () => {
    const before = under.key.slice();
    const nonces = new Set<string>();
    for (let index = 0; index < 2000; index += 1) {
      nonces.add(Buffer.from(sealBlob(under, new Uint8Array(8)).slice(0, 24)).toString('hex'));
    }
    expect(nonces.size).toBe(2000);
    expect(under.key).toEqual(before);
  });

  it('needs a key of exactly 32 bytes', () => {
    expect(() => sealBlob({ ...under, key: new Uint8Array(16) }, new Uint8Array(1))).toThrow(RangeError);
  });
});
