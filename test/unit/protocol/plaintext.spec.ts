import fc from 'fast-check';
import { CONTENT, LIMITS, WireError, encodePlaintext, parsePlaintext } from '#protocol';

const content = fc.record({
  event: fc.constant('note'),
  text: fc.string({ maxLength: 2000, unit: 'grapheme' }),
});

describe('the inner plaintext', () => {
  it('comes back as it went in', () => {
    fc.assert(
      fc.property(
        content,
        fc.boolean(),
        fc.constantFrom(...Object.values(CONTENT)),
        (value, hasOps, contentType) => {
          expect(parsePlaintext(encodePlaintext({ contentType, content: value }, hasOps), hasOps)).toEqual({
            contentType,
            content: value,
          });
        },
      ),
    );
  });

  it('has only sizes 256·2^k, and 4 KiB at least unless it is a note without ops', () => {
    const size = (contentType: 1 | 2 | 3, text: string, hasOps: boolean): number =>
      encodePlaintext({ contentType, content: { text } }, hasOps).length;
    expect(size(CONTENT.note, 'x', false)).toBe(256);
    expect(size(CONTENT.note, 'x'.repeat(250), false)).toBe(512);
    expect(size(CONTENT.note, 'x', true)).toBe(4096);
    expect(size(CONTENT.event, 'x', false)).toBe(4096);
    expect(size(CONTENT.profile, 'x', false)).toBe(4096);
    expect(size(CONTENT.event, 'x'.repeat(5000), false)).toBe(8192);
  });

  it('over 64 KiB is refused when sealing', () => {
    expect(() =>
      encodePlaintext({ contentType: CONTENT.event, content: 'x'.repeat(LIMITS.plaintext) }, false),
    ).toThrow(RangeError);
  });

  it('with another tail or another bucket is unreadable', () => {
    const good = encodePlaintext({ contentType: CONTENT.note, content: { text: 'hello' } }, false);
    const dirtyTail = good.slice();
    dirtyTail[255] = 1;
    const noMarker = good.map((byte) => (byte === 0x80 ? 0 : byte));
    const larger = new Uint8Array(512);
    larger.set(good);
    const odd = new Uint8Array(300);
    odd.set(good);
    for (const bad of [
      dirtyTail,
      noMarker,
      larger,
      odd,
      good.slice(0, 255),
      new Uint8Array(0),
      new Uint8Array(256),
    ]) {
      expect(() => parsePlaintext(bad, false)).toThrow(WireError);
    }
  });

  it('of a typed event in a note-sized bucket is unreadable', () => {
    const note = encodePlaintext({ contentType: CONTENT.note, content: {} }, false);
    note[1] = CONTENT.event;
    expect(() => parsePlaintext(note, false)).toThrow(new WireError('wire.padding'));
  });

  it.each(['{"a": 1}', '{"b":1,"b":2}', '{"1":2}', '{"a":1.0}', '{"a"', '\ufeff{}'])(
    'spelled as %s is not canonical and unreadable',
    (text) => {
      const padded = new Uint8Array(256);
      padded.set([0, CONTENT.note]);
      const encoded = new TextEncoder().encode(text);
      padded.set(encoded, 2);
      padded[2 + encoded.length] = 0x80;
      expect(() => parsePlaintext(padded, false)).toThrow(WireError);
    },
  );

  it('nested deeper than a stack is unreadable, not a crash', () => {
    const depth = 30_000;
    const encoded = new TextEncoder().encode('['.repeat(depth) + ']'.repeat(depth));
    const padded = new Uint8Array(65_536);
    padded.set([0, CONTENT.note]);
    padded.set(encoded, 2);
    padded[2 + encoded.length] = 0x80;
    expect(() => parsePlaintext(padded, false)).toThrow(new WireError('wire.not_canonical_json'));
  });
});
