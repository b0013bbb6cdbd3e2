import fc from 'fast-check';
import {
  ByteReader,
  ByteWriter,
  WireError,
  compareBytes,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64Url,
  toHex,
} from '#protocol';

describe('bytes', () => {
  it('read back every number and tail they wrote', () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(65_535),
        fc.nat(0xffff_ffff),
        fc.maxSafeNat(),
        fc.uint8Array(),
        (a, b, c, d, tail) => {
          const bytes = new ByteWriter().u8(a).u16(b).u32(c).u64(d).lp16(tail).lp32(tail).finish();
          const reader = new ByteReader(bytes);
          expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([a, b, c, d]);
          expect(reader.lp16(65_535)).toEqual(tail);
          expect(reader.lp32(65_535)).toEqual(tail);
          reader.end();
        },
      ),
    );
  });

  it('stand big-endian', () => {
    expect(toHex(new ByteWriter().u16(0x0102).u32(0x03040506).u64(0x0708).finish())).toBe(
      '0102030405060000000000000708',
    );
  });

  it('refuse a number that does not fit its field', () => {
    expect(() => new ByteWriter().u8(256)).toThrow(RangeError);
    expect(() => new ByteWriter().u32(-1)).toThrow(RangeError);
    expect(() => new ByteWriter().u64(2 ** 53)).toThrow(RangeError);
    expect(() => new ByteWriter().u16(1.5)).toThrow(RangeError);
  });

  it('refuse short input, trailing bytes and u64 beyond 2^53 − 1', () => {
    expect(() => new ByteReader(Uint8Array.of(1)).u16()).toThrow(new WireError('wire.truncated'));
    expect(() => {
      new ByteReader(Uint8Array.of(1)).end();
    }).toThrow(new WireError('wire.trailing_bytes'));
    expect(() => new ByteReader(fromHex('0020000000000000')).u64()).toThrow(
      new WireError('wire.number_too_large'),
    );
    expect(new ByteReader(fromHex('001fffffffffffff')).u64()).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuse a tail longer than its limit before allocating it', () => {
    expect(() => new ByteReader(fromHex('ffffffff')).lp32(10)).toThrow(new WireError('wire.too_long'));
  });

  it('hand out copies, so that a kept field never changes with its source', () => {
    const source = Uint8Array.of(1, 2, 3);
    const read = new ByteReader(source).bytes(3);
    source.fill(0);
    expect([...read]).toEqual([1, 2, 3]);
  });

  it('travel as canonical base64url and hex only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    for (const text of ['A', 'AB', 'AA==', 'A+', 'A/', 'A A=']) {
      expect(() => fromBase64Url(text)).toThrow(WireError);
    }
    for (const text of ['0', 'AB', 'zz']) expect(() => fromHex(text)).toThrow(WireError);
  });

  it('refuse text that is not UTF-8', () => {
    expect(() => fromUtf8(Uint8Array.of(0xc3, 0x28))).toThrow(new WireError('wire.not_utf8'));
  });

  it('compare like a byte-wise ascending order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (a, b) => {
        expect(compareBytes(a, b)).toBe(Math.sign(Buffer.compare(a, b)));
      }),
    );
  });
});
