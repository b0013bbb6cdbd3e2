/**
 * Names for synthetic entries and people: spelled like hashes and user ids, computed from words, of nobody and of
 * nothing. No cryptography: a synthetic case has no chain behind it.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The last character of 32 bytes in base64url carries four bits. */
const LAST = 'AEIMQUYcgkosw048';
const REF_CHARACTERS = 42;

export function syntheticRef(words: string): string {
  const next = numbersFrom(words);
  const body = Array.from({ length: REF_CHARACTERS }, () => ALPHABET.charAt(next() & 63)).join('');
  return `${body}${LAST.charAt(next() & 15)}`;
}

/** 32 hexadecimal characters. */
export function syntheticUserId(words: string): string {
  const next = numbersFrom(words);
  return Array.from({ length: 32 }, () => (next() & 15).toString(16)).join('');
}

/** FNV-1a as the seed of mulberry32. */
function numbersFrom(words: string): () => number {
  let seed = 0x811c9dc5;
  for (let index = 0; index < words.length; index += 1) {
    seed = Math.imul(seed ^ words.charCodeAt(index), 0x01000193);
  }
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 8;
  };
}
