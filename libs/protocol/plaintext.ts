import { ByteReader, ByteWriter, WireError, fromUtf8, utf8 } from './bytes.js';
import { LIMITS, PADDING } from './limits.js';
import { CONTENT, nameOf, type ContentType } from './numbers.js';

/** What a MESSAGE carries inside: a content type and one JSON value, in its one canonical spelling. */
export interface Plaintext {
  readonly contentType: ContentType;
  readonly content: unknown;
}

/** content_type u16 ‖ UTF-8 JSON ‖ 0x80 ‖ zeros up to the bucket 256·2^k. `hasOps`: obligation ops ride along. */
export function encodePlaintext(plaintext: Plaintext, hasOps: boolean): Uint8Array {
  const text = JSON.stringify(plaintext.content);
  const inner = new ByteWriter().u16(plaintext.contentType).raw(utf8(text)).u8(0x80).finish();
  let bucket: number = smallestBucket(plaintext.contentType, hasOps);
  while (bucket < inner.length) bucket *= 2;
  if (bucket > LIMITS.plaintext) throw new RangeError('plaintext over the limit');
  const padded = new Uint8Array(bucket);
  padded.set(inner);
  return padded;
}

/**
 * Errors are WireErrors: another bucket, another tail, JSON not spelled as JSON.stringify spells it, a content
 * type not given. The content itself is judged by its schema afterwards.
 */
export function parsePlaintext(padded: Uint8Array, hasOps: boolean): Plaintext {
  const reader = new ByteReader(padded);
  const contentType = reader.u16();
  if (nameOf(CONTENT, contentType) === undefined) throw new WireError('wire.unknown_content');
  const smallest = smallestBucket(contentType as ContentType, hasOps);
  const exponent = Math.log2(padded.length / 256);
  if (padded.length < smallest || padded.length > LIMITS.plaintext || !Number.isInteger(exponent)) {
    throw new WireError('wire.padding');
  }
  const text = fromUtf8(padded.slice(2, paddingStart(padded)));
  const content = parseCanonicalJson(text);
  if (
    encodePlaintext({ contentType: contentType as ContentType, content }, hasOps).length !== padded.length
  ) {
    throw new WireError('wire.padding');
  }
  return { contentType: contentType as ContentType, content };
}

function smallestBucket(contentType: ContentType, hasOps: boolean): number {
  return contentType === CONTENT.note && !hasOps ? PADDING.noteBucket : PADDING.eventBucket;
}

function paddingStart(padded: Uint8Array): number {
  let end = padded.length - 1;
  while (end >= 2 && padded[end] === 0) end -= 1;
  if (end < 2 || padded[end] !== 0x80) throw new WireError('wire.padding');
  return end;
}

/** Digit-only keys are reordered by JavaScript and therefore never canonical here. */
function parseCanonicalJson(text: string): unknown {
  const content = parseJson(text);
  if (spelled(content) !== text) throw new WireError('wire.not_canonical_json');
  if (/"\d+":/u.test(text)) throw new WireError('wire.not_canonical_json');
  return content;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WireError('wire.not_json');
  }
}

/** JSON.parse takes nesting that JSON.stringify has no stack for; an author may send such a text. */
function spelled(content: unknown): string | undefined {
  try {
    return JSON.stringify(content);
  } catch {
    return undefined;
  }
}
